import { setTimeout as delay } from 'node:timers/promises';
import { keyOf, type ObjectStore } from '../kubernetes/object-store.ts';
import type { KubeObject, Timings } from '../types.ts';
import { isGitRepository, isKustomization } from './flux-types.ts';
import { isComplete, isJob } from './job-controller.ts';
import { isReady } from './status.ts';

/**
 * The annotation that names, separated by commas, the environments or clusters where an object never becomes healthy: as
 * a Deployment past its progress deadline, it has failed, and Flux does not wait for it any longer.
 */
export const UNHEALTHY_IN = 'demo.fairlead.dev/unhealthy-in';

export interface HealthCheck {
  readonly store: ObjectStore;
  readonly timings: Timings;
  readonly cluster: string;
  readonly environment: string;
  isHealthy(): boolean;
}

/**
 * Waits until the objects are healthy, at most the health timeout, and no longer once one has failed; then it says so in
 * the words of Flux (fluxcd/pkg, ssa, `WaitForSetWithContext`). An object is healthy once the time for it has passed, if
 * no rule makes it unhealthy; Flux's own are when they are ready,
 * and a Job is when it is complete.
 */
export async function checkHealth(
  check: HealthCheck,
  objects: readonly KubeObject[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const { healthMs, healthTimeoutMs } = check.timings;
  await delay(healthMs, undefined, { signal });
  const giveUpAt = Date.now() + healthTimeoutMs - healthMs;
  for (;;) {
    const failed = objects.filter((object) => hasFailed(check, object));
    if (failed.length > 0) return `failed early due to stalled resources: ${statusList(failed, 'Failed')}`;
    const unhealthy = objects.filter((object) => !isHealthy(check, object));
    if (unhealthy.length === 0) return undefined;
    const left = giveUpAt - Date.now();
    if (left <= 0) return `timeout waiting for: ${statusList(unhealthy, 'InProgress')}`;
    await delay(Math.min(left, Math.max(10, healthTimeoutMs / 20)), undefined, { signal });
  }
}

function statusList(objects: readonly KubeObject[], status: string): string {
  return `[${objects.map((each) => `${label(each)} status: '${status}'`).join(', ')}]`;
}

function hasFailed({ cluster, environment }: HealthCheck, object: KubeObject): boolean {
  const where = object.metadata.annotations?.[UNHEALTHY_IN]?.split(',').map((each) => each.trim()) ?? [];
  return where.includes(environment) || where.includes(cluster);
}

function isHealthy({ store, isHealthy: isClusterHealthy }: HealthCheck, object: KubeObject): boolean {
  if (!isClusterHealthy()) return false;
  const live = store.get(keyOf(object));
  if (live && isJob(live)) return isComplete(live);
  if (!live || !(isGitRepository(live) || isKustomization(live))) return true;
  return live.status?.observedGeneration === live.metadata.generation && isReady(live.status?.conditions);
}

function label({ kind, metadata }: KubeObject): string {
  return [kind, metadata.namespace, metadata.name].filter((part) => part !== undefined).join('/');
}
