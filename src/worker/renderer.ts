import type { FindOptions } from '../programs/recipe.ts';
import { ensureRenderer } from '../render/renderer/ensure.ts';
import { createRendererPool } from '../render/renderer/pool.ts';
import type { Renderer } from '../render/types.ts';
import type { Settings } from '../settings/settings.ts';

/** Opens the pool that the settings ask for; the program is built first where it is not there yet. */
export async function openRenderer(settings: Settings, options: FindOptions = {}): Promise<Renderer> {
  const { processes, timeLimitMs, memoryLimitMiB } = settings.renderer;
  return createRendererPool({
    binary: await ensureRenderer(options),
    size: processes,
    timeoutMs: timeLimitMs,
    memoryLimitBytes: memoryLimitMiB * 1024 * 1024,
  });
}
