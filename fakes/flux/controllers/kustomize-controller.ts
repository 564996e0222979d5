import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { goDuration } from '../time.ts';
import type { KubeObject } from '../types.ts';
import { dependencyTrouble } from './dependencies.ts';
import {
  isGitRepository,
  isKustomization,
  type Kustomization,
  type KustomizationStatus,
  REQUESTED_AT,
} from './flux-types.ts';
import type { GitSource } from './git-source.ts';
import { checkHealth, type HealthCheck } from './health.ts';
import { ApplyError, applyObjects } from './inventory.ts';
import { BuildError, buildFolder, hasFolder } from './manifests.ts';
import { sourceKeyOf } from './source-controller.ts';
import { folderOf, isReady, withCondition, withHistory, without } from './status.ts';

export interface KustomizeController extends HealthCheck {
  source(url: string): GitSource;
}

const DEPENDENCY_NOT_READY = 'DependencyNotReady';

/** Why a reconciliation did not succeed: reason and message of `Ready: False`. */
class NotReady extends Error {
  readonly reason: string;
  constructor(reason: string, message: string) {
    super(message);
    this.reason = reason;
  }
}

/**
 * Reconciles a Kustomization once, and answers after how many milliseconds it wants to be called again; undefined where
 * it is gone or suspended. The status is written at the same points and in the same words as by
 * kustomize-controller 1.7: fetch, attempted, build, apply, prune, health, applied.
 */
export async function reconcileKustomization(
  controller: KustomizeController,
  key: string,
  signal: AbortSignal,
): Promise<number | undefined> {
  const { store, timings } = controller;
  const start = store.get(key);
  if (!start || !isKustomization(start) || start.spec.suspend) return undefined;
  const handled = start.metadata.annotations?.[REQUESTED_AT];
  const writer = statusWriter(controller, key, start.metadata.generation ?? 1);
  let requeueMs = timings.intervalMs;
  try {
    await reconcile(controller, start, { writer, signal });
  } catch (error) {
    if (!(error instanceof NotReady)) throw error;
    writer.condition({ type: 'Ready', status: 'False', reason: error.reason, message: error.message });
    const awaitsDependency = error.reason === DEPENDENCY_NOT_READY;
    requeueMs = (awaitsDependency ? timings.dependencyMs : undefined) ?? timings.retryMs;
  }
  writer.finish(handled);
  return requeueMs;
}

/** One reconciliation under way: where its status goes, and what aborts it. */
interface Reconciliation {
  readonly writer: StatusWriter;
  readonly signal: AbortSignal;
}

async function reconcile(
  controller: KustomizeController,
  object: Kustomization,
  { writer, signal }: Reconciliation,
): Promise<void> {
  const { store, timings } = controller;
  const startedAt = Date.now();
  const { url, revision } = artifactOf(controller, object);
  const trouble = dependencyTrouble(store, object, revision);
  if (trouble !== undefined) throw new NotReady(DEPENDENCY_NOT_READY, trouble);
  const within = `for revision ${revision} with a timeout of ${goDuration(timings.healthTimeoutMs)}`;

  const inProgress = 'Reconciliation in progress';
  writer.condition({ type: 'Ready', status: 'Unknown', reason: 'Progressing', message: inProgress });
  writer.progress(`Fetching manifests ${within}`);
  const files = await controller.source(url).files(revision.slice(-40));
  const folder = folderOf(object);
  if (!hasFolder(files, folder)) {
    const missing = `stat /tmp/kustomization-2480126734/${folder}: no such file or directory`;
    throw new NotReady('ArtifactFailed', `kustomization path not found: ${missing}`);
  }
  writer.update({ lastAttemptedRevision: revision });
  writer.progress(`Building manifests ${within}`);
  const objects = orNotReady(() => buildFolder(files, folder), BuildError, 'BuildFailed');
  const digest = `sha256:${createHash('sha256').update(JSON.stringify(objects)).digest('hex')}`;
  const remember = (status: string) => writer.history({ digest, status, revision, tookMs: Date.now() - startedAt });

  writer.progress(`Detecting drift ${within}`);
  await delay(timings.applyMs, undefined, { signal });
  const current = writer.current();
  if (!current || current.metadata.uid !== object.metadata.uid) return;
  const apply = () => applyObjects(store, current, objects);
  writer.update({ inventory: { entries: orNotReady(apply, ApplyError, 'ReconciliationFailed') } });
  const awaitsHealth = object.spec.wait === true && objects.length > 0;
  if (awaitsHealth) await awaitHealth(controller, objects, { writer, within, signal, remember });
  else writer.drop('Healthy');
  writer.update({ lastAppliedRevision: revision });
  const reason = 'ReconciliationSucceeded';
  writer.condition({ type: 'Ready', status: 'True', reason, message: `Applied revision: ${revision}` });
  remember(reason);
}

function artifactOf({ store }: KustomizeController, object: Kustomization) {
  const { kind, name } = object.spec.sourceRef;
  const namespace = object.spec.sourceRef.namespace ?? object.metadata.namespace;
  const source = store.get(sourceKeyOf(object));
  if (!source || !isGitRepository(source)) {
    throw new NotReady('ArtifactFailed', `${kind}.source.toolkit.fluxcd.io "${namespace}/${name}" not found`);
  }
  const revision = source.status?.artifact?.revision;
  if (revision === undefined) throw new NotReady('ArtifactFailed', 'Source artifact not found, retrying in 30s');
  return { url: source.spec.url, revision };
}

function orNotReady<T>(make: () => T, refusal: typeof BuildError, reason: string): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof refusal) throw new NotReady(reason, error.message);
    throw error;
  }
}

/** The health checks of one reconciliation. */
interface HealthStep extends Reconciliation {
  /** The end of its messages: revision and time-out. */
  readonly within: string;
  readonly remember: (status: string) => void;
}

async function awaitHealth(
  controller: KustomizeController,
  objects: readonly KubeObject[],
  { writer, within, signal, remember }: HealthStep,
): Promise<void> {
  const message = `Running health checks ${within}`;
  writer.progress(message);
  writer.condition({ type: 'Healthy', status: 'Unknown', reason: 'Progressing', message });
  const startedAt = Date.now();
  const failure = await checkHealth(controller, objects, signal);
  if (failure !== undefined) {
    const reason = 'HealthCheckFailed';
    writer.condition({ type: 'Healthy', status: 'False', reason, message: failure });
    remember(reason);
    throw new NotReady(reason, failure);
  }
  const passed = `Health check passed in ${goDuration(Date.now() - startedAt)}`;
  writer.condition({ type: 'Healthy', status: 'True', reason: 'Succeeded', message: passed });
}

interface StatusWriter {
  current(): Kustomization | undefined;
  update(change: Partial<KustomizationStatus>): void;
  condition(condition: Parameters<typeof withCondition>[1]): void;
  progress(message: string): void;
  drop(type: string): void;
  history(news: Parameters<typeof withHistory>[1]): void;
  /** Writes what a reconciliation leaves behind however it ended. */
  finish(handledRequest: string | undefined): void;
}

/** Makes a writer of the object's status. It reads the object anew each time: people may have changed it meanwhile. */
function statusWriter({ store }: KustomizeController, key: string, generation: number): StatusWriter {
  const current = () => {
    const object = store.get(key);
    return object && isKustomization(object) ? object : undefined;
  };
  const update = (change: Partial<KustomizationStatus>) => store.putStatus(key, { ...current()?.status, ...change });
  const conditions = () => current()?.status?.conditions;
  const condition: StatusWriter['condition'] = (one) =>
    update({ conditions: withCondition(conditions(), one, generation) });
  const reconciling = (reason: string, message: string) =>
    condition({ type: 'Reconciling', status: 'True', reason, message });
  return {
    current,
    update,
    condition,
    progress: (message) => reconciling('Progressing', message),
    drop: (type) => update({ conditions: without(conditions(), type) }),
    history: (news) => update({ history: withHistory(current()?.status?.history, news) }),
    finish(handledRequest) {
      if (handledRequest !== undefined) update({ lastHandledReconcileAt: handledRequest });
      const progressing = conditions()?.find((each) => each.type === 'Reconciling');
      if (isReady(conditions()))
        update({ conditions: without(conditions(), 'Reconciling'), observedGeneration: generation });
      else if (progressing) reconciling('ProgressingWithRetry', progressing.message);
    },
  };
}
