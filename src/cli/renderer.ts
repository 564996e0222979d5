import type { Renderer } from '../render/types.ts';
import type { Settings } from '../settings/settings.ts';
import { openRenderer } from '../worker/renderer.ts';
import type { Io } from './io.ts';

/** Hands the renderer to `use`, and ends its processes afterwards. Where there is none yet, it is built first. */
export async function withRenderer<T>(settings: Settings, io: Io, use: (renderer: Renderer) => Promise<T>): Promise<T> {
  const renderer = await openRenderer(settings, { env: io.env, progress: (line) => io.err(`${line}\n`) });
  try {
    return await use(renderer);
  } finally {
    await renderer.close();
  }
}

/** Hands over a renderer that is opened, and built, only when something has to be rendered. */
export async function withLazyRenderer<T>(
  settings: Settings,
  io: Io,
  use: (renderer: Renderer) => Promise<T>,
): Promise<T> {
  let opened: Promise<Renderer> | undefined;
  const openOnce = () => {
    opened ??= openRenderer(settings, { env: io.env, progress: (line) => io.err(`${line}\n`) });
    return opened;
  };
  try {
    return await use({
      render: async (request, options) => (await openOnce()).render(request, options),
      versions: async () => (await openOnce()).versions(),
      close: async () => undefined,
    });
  } finally {
    await opened?.then(
      (pool) => pool.close(),
      () => undefined,
    );
  }
}
