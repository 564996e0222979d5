import { keyOf } from '../kubernetes/object-store.ts';
import type { KubeObject } from '../types.ts';
import { isGitRepository, isKustomization, REQUESTED_AT } from './flux-types.ts';
import { isJob, runJob } from './job-controller.ts';
import { type KustomizeController, reconcileKustomization } from './kustomize-controller.ts';
import { reconcileSource, sourceKeyOf } from './source-controller.ts';
import { createWorkQueue, type WorkQueue } from './work-queue.ts';

/** Runs Flux and Kubernetes' own controller of Jobs inside one cluster: reconciles what is created, changed, annotated, or gets a new artifact. */
export function startControllers(cluster: KustomizeController, onError: (error: unknown) => void): WorkQueue {
  const { store } = cluster;
  const queue = createWorkQueue(async (key, signal) => {
    const object = store.get(key);
    if (!object) return undefined;
    if (isJob(object)) return runJob(cluster, key, signal);
    return isGitRepository(object) ? reconcileSource(cluster, key) : reconcileKustomization(cluster, key, signal);
  }, onError);

  store.onChange((object, before) => {
    if (isJob(object) && !before) queue.enqueue(keyOf(object));
    if (!isGitRepository(object) && !isKustomization(object)) return;
    if (!before || isAsked(object, before)) queue.enqueue(keyOf(object));
    if (isGitRepository(object) && revisionOf(object) !== revisionOf(before)) {
      const consumers = store.all().filter((each) => isKustomization(each) && sourceKeyOf(each) === keyOf(object));
      for (const each of consumers) queue.enqueue(keyOf(each));
    }
  });
  return queue;
}

function isAsked(object: KubeObject, before: KubeObject): boolean {
  const requested = ({ metadata }: KubeObject) => metadata.annotations?.[REQUESTED_AT];
  return object.metadata.generation !== before.metadata.generation || requested(object) !== requested(before);
}

function revisionOf(object: KubeObject | undefined): string | undefined {
  return object && isGitRepository(object) ? object.status?.artifact?.revision : undefined;
}
