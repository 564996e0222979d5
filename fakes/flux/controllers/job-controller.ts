import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { ObjectStore } from '../kubernetes/object-store.ts';
import { kubeTime } from '../time.ts';
import type { KubeObject, Timings } from '../types.ts';

/** The label or annotation by which Flux makes an object anew where a field cannot be changed. */
const FORCE = 'kustomize.toolkit.fluxcd.io/force';

interface Job extends KubeObject {
  readonly spec?: { readonly template?: unknown };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

export function isJob(object: KubeObject): object is Job {
  return object.kind === 'Job' && object.apiVersion.startsWith('batch/');
}

export function isComplete({ status }: Job): boolean {
  return status?.conditions?.some(({ type, status: value }) => type === 'Complete' && value === 'True') ?? false;
}

/** Runs a Job once, as Kubernetes' own controller does: it starts, and is complete when the time for it has passed. */
export async function runJob(
  { store, timings }: { readonly store: ObjectStore; readonly timings: Timings },
  key: string,
  signal: AbortSignal,
): Promise<undefined> {
  const job = store.get(key);
  if (!job || !isJob(job) || job.status !== undefined) return;
  const startTime = kubeTime();
  store.putStatus(key, { startTime, active: 1 });
  await delay(timings.healthMs, undefined, { signal });
  if (store.get(key)?.metadata.uid !== job.metadata.uid) return;
  const now = kubeTime();
  const condition = { type: 'Complete', status: 'True', lastProbeTime: now, lastTransitionTime: now };
  store.putStatus(key, { startTime, completionTime: now, succeeded: 1, conditions: [condition] });
}

/**
 * Answers what becomes of a Job that is there and of which another one is applied: its pod template cannot be changed,
 * so that Flux makes it anew where it may, and else fails.
 */
export function changeOf(before: KubeObject, after: KubeObject): 'update' | 'replace' | 'refuse' {
  if (!isJob(before) || !isJob(after) || isDeepStrictEqual(before.spec?.template, after.spec?.template))
    return 'update';
  const marked = [after, before].flatMap(({ metadata }) => [
    metadata.annotations,
    metadata.labels as object | undefined,
  ]);
  const mayReplace = marked.some(
    (each) => (each as Readonly<Record<string, string>> | undefined)?.[FORCE] === 'enabled',
  );
  return mayReplace ? 'replace' : 'refuse';
}
