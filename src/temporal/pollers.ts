import type { ConnectionLike } from '@temporalio/client';
import { Failure } from '../failure.ts';
import type { Temporal } from './client.ts';

/** How long Temporal may take to answer, in milliseconds. */
const answerWithinMs = 10_000;
/**
 * How old a poll may be, in milliseconds. Workers poll at least once a minute, and one that has not for longer is gone.
 */
const pollerFreshMs = 75_000;

/** A version of the workers of a deployment. */
export interface DeploymentVersion {
  readonly deployment: string;
  readonly build: string;
}

/** A worker that polls a task queue, or polled it minutes ago. */
export interface Poller {
  readonly identity: string;
  readonly polledAt: Date;
  /** The version of its deployment; undefined: it has none. */
  readonly version?: DeploymentVersion;
}

/** Who polls a task queue, and to whom Temporal gives its tasks. */
export interface QueuePollers {
  readonly pollers: readonly Poller[];
  /** The versions that get tasks: the current one, and one that is being ramped up. Undefined: workers without version. */
  readonly serving: readonly (DeploymentVersion | undefined)[];
}

/** A task queue of a namespace, and for which of its two kinds of tasks. */
export interface Queue {
  readonly namespace: string;
  readonly taskQueue: string;
  /** Default: workflow tasks. */
  readonly tasks?: 'of workflows' | 'of activities';
}

interface VersionOfProto {
  readonly deploymentName?: string | null;
  readonly buildId?: string | null;
}

/** Answers who polls a task queue. */
export async function readPollers(
  connection: ConnectionLike,
  { namespace, taskQueue, tasks }: Queue,
  withinMs = answerWithinMs,
): Promise<QueuePollers> {
  const taskQueueType = tasks === 'of activities' ? 2 : 1;
  const { pollers, versioningInfo } = await connection.withDeadline(Date.now() + withinMs, () =>
    connection.workflowService.describeTaskQueue({ namespace, taskQueue: { name: taskQueue }, taskQueueType }),
  );
  const ramping = versioningInfo?.rampingVersionPercentage ? [versionOf(versioningInfo.rampingDeploymentVersion)] : [];
  return {
    pollers: (pollers ?? []).map(({ identity, lastAccessTime, deploymentOptions }) => ({
      identity: identity ?? '',
      polledAt: new Date(Number(lastAccessTime?.seconds ?? 0) * 1000),
      version: isVersioned(deploymentOptions?.workerVersioningMode) ? versionOf(deploymentOptions) : undefined,
    })),
    serving: [versionOf(versioningInfo?.currentDeploymentVersion), ...ramping],
  };
}

/** Tells whether a worker has polled within the time in which every worker polls. */
export function isFresh({ polledAt }: Poller): boolean {
  return Date.now() - polledAt.getTime() < pollerFreshMs;
}

/** Lists the pollers that Temporal gives tasks to. */
export function servingPollers({ pollers, serving }: QueuePollers): readonly Poller[] {
  return pollers.filter(({ version }) => serving.some((each) => isSameVersion(each, version)));
}

/** Tells whether both are the same version, or none at all. */
export function isSameVersion(one: DeploymentVersion | undefined, other: DeploymentVersion | undefined): boolean {
  return one?.deployment === other?.deployment && one?.build === other?.build;
}

/** Names a version, or the workers without one. */
export function versionName(version: DeploymentVersion | undefined): string {
  return version === undefined ? 'workers without `versioning`' : `${version.build} of ${version.deployment}`;
}

/** Writes the command that makes a version the current one of its deployment; `undefined`: the workers without one. */
export function makeCurrentCommand(deployment: string, build: string | undefined): string {
  const which = build === undefined ? '--unversioned' : `--build-id '${build}'`;
  return `temporal worker deployment set-current-version --deployment-name '${deployment}' ${which}`;
}

/** Makes the failure of a task queue that no worker takes from; undefined: one does. */
export async function noWorker(temporal: Temporal, taskQueue: string): Promise<Failure | undefined> {
  const { namespace } = temporal;
  return nobodyTakes(await pollersOf(temporal, taskQueue), { namespace, taskQueue });
}

/** Makes the failure of a task queue that, by who polls it, no worker takes from; undefined: one does. */
export function nobodyTakes(queue: QueuePollers, { namespace, taskQueue }: Queue): Failure | undefined {
  if (servingPollers(queue).some(isFresh)) return undefined;
  const idle = queue.pollers.find(isFresh);
  if (idle !== undefined) return new Failure('Unavailable', idleWords(taskQueue, queue, idle));
  return new Failure(
    'Unavailable',
    `No worker is polling the task queue "${taskQueue}" in the namespace "${namespace}". Start one with \`fairlead worker\`, or set FAIRLEAD_TASK_QUEUE to the queue of one that runs.`,
  );
}

/** Makes the failure of a worker that polled a moment ago, and yet did not answer. */
export async function silentWorker(temporal: Temporal, taskQueue: string): Promise<Failure> {
  const times = servingPollers(await pollersOf(temporal, taskQueue)).map(({ polledAt }) => polledAt.getTime());
  const ago = times.length === 0 ? 'long ago' : `${Math.round((Date.now() - Math.max(...times)) / 1000)} s ago`;
  return new Failure(
    'Unavailable',
    `No worker answered; one last polled the task queue "${taskQueue}" ${ago}. See whether it still runs, and try again.`,
  );
}

/** Says that workers poll in vain, because Temporal gives the tasks to another version, and how to change that. */
function idleWords(taskQueue: string, { serving: [current] }: QueuePollers, { version }: Poller): string {
  const deployment = version?.deployment ?? current?.deployment ?? '';
  return (
    `Workers poll the task queue "${taskQueue}", and none of them gets a task: Temporal gives them to ${versionName(current)}, ` +
    `and what polls is ${versionName(version)}. Make that the current version: ${makeCurrentCommand(deployment, version?.build)}. ` +
    `Or start ${current === undefined ? 'a worker without `versioning`' : 'workers of the current version'}.`
  );
}

function pollersOf({ connection, namespace }: Temporal, taskQueue: string): Promise<QueuePollers> {
  return readPollers(connection, { namespace, taskQueue });
}

function versionOf(version: VersionOfProto | null | undefined): DeploymentVersion | undefined {
  if (!version?.deploymentName || !version.buildId) return undefined;
  return { deployment: version.deploymentName, build: version.buildId };
}

/** The value of WorkerVersioningMode in Temporal's API for a worker that takes the tasks of its version only. */
const versionedMode = 2;

function isVersioned(mode: unknown): boolean {
  return mode === versionedMode;
}
