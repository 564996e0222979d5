import { createHash } from 'node:crypto';
import type { Settings } from '../../settings/settings.ts';

/**
 * Answers a digest, of eight digits, of the settings that the workers of a task queue should share. What may differ from
 * machine to machine is left out: where files lie, and how much a worker takes on. There is no secret in settings.
 */
export function settingsDigest(settings: Settings): string {
  const { cacheDirectory, kubeconfigFiles, metricsAddress, taskQueue, renderer, concurrency, ...shared } = settings;
  const { processes, ...limits } = renderer;
  const text = JSON.stringify({ ...shared, limits }, (_key, value: unknown) => comparable(value));
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

/** Brings a value into one order, because a file may list its keys in any. */
function comparable(value: unknown): unknown {
  if (value instanceof Map) return comparable(Object.fromEntries(value));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}
