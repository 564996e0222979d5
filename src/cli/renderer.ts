import type { Renderer } from '../render/types.ts';
import type { Settings } from '../settings/settings.ts';
import { openRenderer } from '../worker/renderer.ts';
import type { Io } from './io.ts';

/** Hands the renderer to `use`, building it first where it is not there yet, and ends its processes afterwards. */
export async function withRenderer<T>(settings: Settings, io: Io, use: (renderer: Renderer) => Promise<T>): Promise<T> {
  const renderer = await openRenderer(settings, { env: io.env, progress: (line) => io.err(`${line}\n`) });
  try {
    return await use(renderer);
  } finally {
    await renderer.close();
  }
}
