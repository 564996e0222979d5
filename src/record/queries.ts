import { type Hold, rollbackHoldReason } from '../operation/hold.ts';
import { isHoldLine, type RecordEvent, type RecordedEntry } from './entry.ts';
import { holdOfMissingLines } from './missing-holds.ts';

/** An entry that says which pair was on the branch. */
export interface DeploymentEntry extends RecordedEntry {
  readonly main: string;
  readonly config: string;
}

const deploymentEvents: readonly RecordEvent[] = ['deployed', 'promoted', 'configured', 'rolled back', 'accepted'];
const verdictEvents: readonly RecordEvent[] = ['promoted', 'configured', 'rolled back', 'accepted', 'given up'];
const healthyEvents: readonly RecordEvent[] = ['promoted', 'configured', 'rolled back'];

/** Lists the entries that name a pair that was on the branch, in the order given. */
export function deployments(entries: readonly RecordedEntry[]): readonly DeploymentEntry[] {
  return entries.filter(
    (entry): entry is DeploymentEntry =>
      deploymentEvents.includes(entry.event) && entry.main !== undefined && entry.config !== undefined,
  );
}

/**
 * Tells whether an operation has recorded the same of its request before: it does so once, but Temporal that was restored from a
 * backup knows nothing of it, and would say it again at another time.
 */
export function isRecorded(entries: readonly RecordedEntry[], entry: RecordedEntry): boolean {
  const { event, workflow, request, commit } = entry;
  if (workflow === undefined || request === undefined) return false;
  const isSame = (other: RecordedEntry) =>
    other.event === event && other.commit === commit && other.request === request;
  return entries.some((other) => isSame(other) && other.workflow === workflow);
}

/**
 * Answers the hold in force at `now`, whatever has become of the commit that it was noted on; undefined where there is
 * none. A hold line that is missing keeps a hold. `entries`: newest first, as for all functions here.
 */
export function lastHold(entries: readonly RecordedEntry[], now: Date): Hold | undefined {
  return holdOfMissingLines(entries, recordedHold(entries, now));
}

/** Far more than the clocks that write the record are apart. */
const mostAheadMs = 3_600_000;

/**
 * Tells whether a line that nobody has numbered is of a time to come: as the last word about a hold it could not be answered until
 * then.
 */
function isAhead({ time, holds }: RecordedEntry, now: Date): boolean {
  return holds === undefined && Date.parse(time) > now.getTime() + mostAheadMs;
}

/** Answers the hold in force by the lines that are there. */
function recordedHold(entries: readonly RecordedEntry[], now: Date): Hold | undefined {
  // A hold that joins another is recorded with the words and the end of both, and with its own time.
  const about = entries.filter((entry) => (isHoldLine(entry) || isRollback(entry)) && !isAhead(entry, now));
  const [last] = about;
  if (last === undefined || last.event === 'resumed') return undefined;
  const { by = 'somebody', until, configHeld: config = false } = last;
  const reason = isRollback(last) ? rollbackHoldReason(last.reason) : (last.reason ?? 'no reason is recorded');
  if (until !== undefined && Date.parse(until) <= now.getTime()) return undefined;
  const { revert } = last;
  return { by, reason, since: beginningOf(last, about), until, config, revert };
}

/**
 * Tells whether a person let the operation through in spite of what held at `since`, ISO 8601; undefined: at any time.
 * `main`: undefined for a config change.
 */
export function wasOverridden(entries: readonly RecordedEntry[], main: string | undefined, since?: string): boolean {
  return entries.some(
    (entry) => entry.event === 'overridden' && entry.main === main && (since === undefined || entry.time >= since),
  );
}

/** Answers when a hold began: with the oldest of those that it joins, each in force when the next one came. */
function beginningOf({ time }: RecordedEntry, about: readonly RecordedEntry[]): string {
  let since = time;
  for (const { event, time: began, until } of about) {
    if (event === 'resumed' || (until !== undefined && Date.parse(until) <= Date.parse(since))) break;
    if (event === 'held') since = began;
  }
  return since;
}

/**
 * Tells whether an entry is about a merged rollback, which holds by itself: its verdict, and what the lane records a
 * moment later, may never be written.
 */
export function isRollback(entry: RecordedEntry): boolean {
  return entry.event === 'rolled back' || isMergeOfRollback(entry);
}

/** Tells whether an entry says that a rollback is on the branch, whatever became of it. */
export function isMergeOfRollback({ event, operation }: RecordedEntry): boolean {
  return event === 'deployed' && operation === 'rollback';
}

/**
 * Lists the distinct pairs that were recorded healthy on every cluster, each by its newest such entry, newest first.
 */
export function healthyPairs(entries: readonly RecordedEntry[]): readonly DeploymentEntry[] {
  const pairs = new Map<string, DeploymentEntry>();
  for (const entry of healthyEntries(entries)) {
    const pair = `${entry.main}+${entry.config}`;
    if (!pairs.has(pair)) pairs.set(pair, entry);
  }
  return [...pairs.values()];
}

/**
 * Lists the entries by which a pair was healthy on every cluster that was not left out, by name. One that does not count
 * clusters is no evidence.
 */
export function healthyEntries(entries: readonly RecordedEntry[]): readonly DeploymentEntry[] {
  return deployments(entries).filter(
    ({ event, clusters, leftOut = [] }) =>
      healthyEvents.includes(event) && clusters !== undefined && clusters.healthy + leftOut.length === clusters.total,
  );
}

/** Lists the entries that say how one pair ended: healthy, accepted by a person, or given up. */
export function verdicts(
  entries: readonly RecordedEntry[],
  { main, config }: Pick<DeploymentEntry, 'main' | 'config'>,
): readonly RecordedEntry[] {
  return entries.filter(
    (entry) => verdictEvents.includes(entry.event) && entry.main === main && entry.config === config,
  );
}

/** Answers the main commit that was last recorded healthy here; undefined where none was. */
export function promotedMain(entries: readonly RecordedEntry[]): string | undefined {
  return healthyPairs(entries)[0]?.main;
}

/** Lists the commits of the reverts by hand for which the environment was held already, the latest first. */
export function seenReverts(entries: readonly RecordedEntry[]): readonly string[] {
  return [...new Set(entries.flatMap(({ event, revert }) => (event === 'held' && revert ? [revert] : [])))];
}
