/**
 * `node health-check.js`: exits with 0 while the worker of this host polls its task queue, else with 1 and says why.
 * The image's health check: a process that runs but no longer reaches Temporal is not healthy.
 */
import { hostname } from 'node:os';
import { Failure } from '../failure.ts';
import { loadSettings } from '../settings/settings.ts';
import { bounded, type Temporal, withTemporal } from '../temporal/client.ts';

/** How old a poll may be, in milliseconds: a poll lasts a minute at most. */
const freshMs = 75_000;

try {
  const { taskQueue } = await loadSettings();
  if (await withTemporal(process.env, (temporal) => isPolling(temporal, taskQueue))) process.exitCode = 0;
  else throw new Failure('Unavailable', `No worker of ${hostname()} polls the task queue "${taskQueue}".`);
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

/** Answers whether a worker of this host polls the task queue. Workers name themselves `<process id>@<host name>`. */
async function isPolling(temporal: Temporal, taskQueue: string): Promise<boolean> {
  const { namespace, connection } = temporal;
  const { pollers } = await bounded(temporal, () =>
    connection.workflowService.describeTaskQueue({ namespace, taskQueue: { name: taskQueue }, taskQueueType: 1 }),
  );
  return (pollers ?? []).some(
    ({ identity, lastAccessTime }) =>
      identity?.endsWith(`@${hostname()}`) && Date.now() - Number(lastAccessTime?.seconds ?? 0) * 1000 < freshMs,
  );
}
