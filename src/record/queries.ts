import { afterRollback, type Hold } from '../operation/hold.ts';
import type { RecordEvent, RecordedEntry } from './entry.ts';

/** An entry that says which pair was on the branch. */
export interface DeploymentEntry extends RecordedEntry {
  readonly main: string;
  readonly config: string;
}

const deploymentEvents: readonly RecordEvent[] = ['deployed', 'promoted', 'configured', 'rolled back', 'accepted'];
const verdictEvents: readonly RecordEvent[] = ['promoted', 'configured', 'rolled back', 'accepted', 'given up'];
const healthyEvents: readonly RecordEvent[] = ['promoted', 'configured', 'rolled back'];

/** The entries that name a pair that was on the branch, in the order given. */
export function deployments(entries: readonly RecordedEntry[]): readonly DeploymentEntry[] {
  return entries.filter(
    (entry): entry is DeploymentEntry =>
      deploymentEvents.includes(entry.event) && entry.main !== undefined && entry.config !== undefined,
  );
}

/**
 * The hold in force at `now`, whatever has become of the commit that it was noted on. `entries`: newest first, as of
 * all questions here.
 */
export function lastHold(entries: readonly RecordedEntry[], now: Date): Hold | undefined {
  // A hold that joins another is recorded with the words and the end of both.
  const last = entries.find((entry) => entry.event === 'held' || entry.event === 'resumed' || isRollback(entry));
  if (last === undefined || last.event === 'resumed') return undefined;
  const { by = 'somebody', time: since, until, configHeld: config = false } = last;
  const reason = isRollback(last) ? afterRollback(last.reason) : (last.reason ?? 'no reason is recorded');
  if (until !== undefined && Date.parse(until) <= now.getTime()) return undefined;
  const { revert } = last;
  return { by, reason, since, until, config, revert };
}

/** It holds by itself once it is merged: its verdict, and what the lane says a moment later, may never be written. */
function isRollback(entry: RecordedEntry): boolean {
  return entry.event === 'rolled back' || isMergeOfRollback(entry);
}

/** Says that a rollback is on the branch, whatever became of it. */
export function isMergeOfRollback({ event, operation }: RecordedEntry): boolean {
  return event === 'deployed' && operation === 'rollback';
}

/** The distinct pairs that were recorded healthy on every cluster, each by its newest such entry, newest first. */
export function healthyPairs(entries: readonly RecordedEntry[]): readonly DeploymentEntry[] {
  const pairs = new Map<string, DeploymentEntry>();
  for (const entry of healthyEntries(entries)) {
    const pair = `${entry.main}+${entry.config}`;
    if (!pairs.has(pair)) pairs.set(pair, entry);
  }
  return [...pairs.values()];
}

/** All entries by which a pair was healthy on every cluster. One that counts no clusters is no evidence. */
export function healthyEntries(entries: readonly RecordedEntry[]): readonly DeploymentEntry[] {
  return deployments(entries).filter(
    ({ event, clusters }) =>
      healthyEvents.includes(event) && clusters !== undefined && clusters.healthy === clusters.total,
  );
}

/** The verdicts on one pair: healthy, accepted by a person, or given up before. */
export function verdicts(
  entries: readonly RecordedEntry[],
  { main, config }: Pick<DeploymentEntry, 'main' | 'config'>,
): readonly RecordedEntry[] {
  return entries.filter(
    (entry) => verdictEvents.includes(entry.event) && entry.main === main && entry.config === config,
  );
}

/** The main commit that was last recorded healthy here; undefined: none was. */
export function promotedMain(entries: readonly RecordedEntry[]): string | undefined {
  return healthyPairs(entries)[0]?.main;
}

/** Commits of the environment's branch by which somebody moved it back, and for which it was held already. */
export function seenReverts(entries: readonly RecordedEntry[]): readonly string[] {
  return [...new Set(entries.flatMap(({ event, revert }) => (event === 'held' && revert ? [revert] : [])))];
}
