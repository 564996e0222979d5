import { isFresh, makeCurrentCommand, type Poller, type QueuePollers, versionName } from '../../temporal/pollers.ts';
import { readIdentity, workerName } from '../../temporal/worker-identity.ts';
import { remedies } from '../../text/remedies.ts';
import type { OwnWorker } from './own-worker.ts';

/**
 * Says in sentences what a worker should know of who polls its task queue already: one sentence for each kind of
 * worker that differs. None: all are of its build and its settings.
 */
export function neighbourWords(own: OwnWorker, queue: QueuePollers): readonly string[] {
  const kinds = new Map<string, Poller[]>();
  for (const poller of queue.pollers.filter(isFresh)) {
    const words = differenceWords(own, poller);
    if (words !== undefined) kinds.set(words, [...(kinds.get(words) ?? []), poller]);
  }
  return [...kinds].map(([words, pollers]) => `${namesOf(pollers)} ${words}`).concat(withoutTasks(own, queue));
}

/** Says how another worker differs, and what to do where it stays so; undefined: it does not. */
function differenceWords({ identity: own }: OwnWorker, poller: Poller): string | undefined {
  const other = readIdentity(poller.identity);
  const polled = 'polled this task queue within the last minute';
  const passing = 'That is as it should be while one is replaced by the other';
  if (other?.build === undefined)
    return `${polled}, and it is not said with which release. ${passing}; otherwise ${remedies.workersWithoutRelease}.`;
  if (other.build !== own.build)
    return `${polled} with another release, ${other.build}; this worker's is ${own.build}. ${passing}; otherwise ${remedies.workersOfReleases}.`;
  // Other releases may count other settings.
  if (other.settings !== own.settings)
    return `${polled} with other settings, ${other.settings}; this worker's are ${own.settings}. ${passing}; otherwise ${remedies.workersOfSettings}.`;
  return undefined;
}

/** Says that Temporal gives the tasks to a version, where a worker has none. */
function withoutTasks({ version }: OwnWorker, { serving: [current] }: QueuePollers): readonly string[] {
  if (version !== undefined || current === undefined) return [];
  return [
    `This worker gets no task, because it has no \`versioning\`, and Temporal gives the tasks of this queue to ${versionName(current)}. ` +
      `Set \`versioning\`, or end it for all: ${makeCurrentCommand(current.deployment, undefined)}.`,
  ];
}

function namesOf(pollers: readonly Poller[]): string {
  const names = pollers.map(({ identity }) => workerName(identity));
  const shown = names.slice(0, 3).join(', ');
  const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
  return `${names.length === 1 ? 'Another worker' : `${names.length} other workers`}, ${shown}${more},`;
}
