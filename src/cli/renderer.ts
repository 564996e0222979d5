import { ensureRenderer } from '../render/renderer/ensure.ts';
import { createRendererPool } from '../render/renderer/pool.ts';
import type { Renderer } from '../render/types.ts';
import type { Settings } from '../settings/settings.ts';
import type { Io } from './io.ts';

/** Hands the renderer to `use`, building it first where it is not there yet, and ends its processes afterwards. */
export async function withRenderer<T>(settings: Settings, io: Io, use: (renderer: Renderer) => Promise<T>): Promise<T> {
  const binary = await ensureRenderer({ env: io.env, progress: (line) => io.err(`${line}\n`) });
  const { processes, timeLimitMs, memoryLimitMiB } = settings.renderer;
  const pool = createRendererPool({
    binary,
    size: processes,
    timeoutMs: timeLimitMs,
    memoryLimitBytes: memoryLimitMiB * 1024 * 1024,
  });
  try {
    return await use(pool);
  } finally {
    await pool.close();
  }
}
