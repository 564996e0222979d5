/**
 * `node health-check.js`: exits with 0 while the worker of this host polls its task queue, else with 1 and says why.
 * The image's health check: a process that runs but no longer reaches Temporal is not healthy.
 */
import { hostname } from 'node:os';
import type { ConnectionLike } from '@temporalio/client';
import { Failure } from '../failure.ts';
import { loadSettings } from '../settings/settings.ts';
import { withTemporal } from '../temporal/client.ts';
import { isFresh, type Queue, readPollers } from '../temporal/pollers.ts';
import { readIdentity } from '../temporal/worker-identity.ts';

try {
  const { taskQueue } = await loadSettings();
  if (await withTemporal(process.env, ({ connection, namespace }) => isPolling(connection, { namespace, taskQueue })))
    process.exitCode = 0;
  else throw new Failure('Unavailable', `No worker of ${hostname()} polls the task queue "${taskQueue}".`);
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

/** Answers whether a worker of this host polls the task queue, whether or not its version gets tasks. */
async function isPolling(connection: ConnectionLike, queue: Queue): Promise<boolean> {
  const { pollers } = await readPollers(connection, queue);
  return pollers.some((poller) => readIdentity(poller.identity)?.host === hostname() && isFresh(poller));
}
