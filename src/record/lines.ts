import { operationKinds } from '../operation/kind.ts';
import { type Checks, isCommit, isCount, isFlag, isInstant, isObject, isText, oneOf } from '../shape.ts';
import { type RecordEntry, type RecordEvent, type RecordedEntry, recordEvents } from './entry.ts';

/** A line of the notes that is no entry of ours. */
export interface DamagedLine {
  /** The commit that it is a note of. */
  readonly commit: string;
  readonly line: string;
}

/** All that the record of one environment holds. */
export interface ParsedRecord {
  /** Newest first. */
  readonly entries: readonly RecordedEntry[];
  readonly damaged: readonly DamagedLine[];
}

/** One line, without its end. The time stands first and the keys in one order: equal entries are equal lines. */
export function printEntry(entry: RecordEntry): string {
  const { time, event, operation, main, config, by, reason, clusters, request, workflow, until, configHeld, revert } =
    entry;
  return JSON.stringify({
    time,
    event,
    operation,
    main,
    config,
    by,
    reason,
    clusters: clusters && { total: clusters.total, healthy: clusters.healthy },
    request,
    workflow,
    until,
    configHeld,
    revert,
  });
}

/**
 * The notes of an environment, commit → lines. Whoever may push to the repository may write notes: what is no entry of
 * ours comes back as damaged, and nothing throws. Keys that this version does not know are passed over.
 */
export function parseEntries(lines: ReadonlyMap<string, readonly string[]>): ParsedRecord {
  const read = [...lines].flatMap(([commit, texts]) =>
    texts.filter((line) => line.trim() !== '').map((line) => ({ commit, line, entry: parseEntry(line) })),
  );
  return {
    entries: read
      .flatMap(({ commit, line, entry }) => (entry ? [{ line, entry: { ...entry, commit } }] : []))
      .sort((a, b) => newestFirst(a.entry, b.entry) || descending(a.line, b.line))
      .map(({ entry }) => entry),
    damaged: read.filter(({ entry }) => entry === undefined).map(({ commit, line }) => ({ commit, line })),
  };
}

/** Undefined: it is no entry of ours. */
function parseEntry(line: string): RecordEntry | undefined {
  const written = parseObject(line);
  if (written === undefined) return undefined;
  const time = written.time;
  const event = written.event;
  if (!isTime(time) || !isEvent(event)) return undefined;
  const known = Object.entries(checks).flatMap(([key, check]) =>
    Object.hasOwn(written, key) ? [{ key, value: written[key], good: check(written[key]) }] : [],
  );
  if (known.some(({ good }) => !good)) return undefined;
  return { time, event, ...Object.fromEntries(known.map(({ key, value }) => [key, cleaned(key, value)])) };
}

function parseObject(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

type Optional = Omit<RecordEntry, 'time' | 'event'>;

const checks: Checks<Optional> = {
  operation: oneOf(operationKinds),
  main: isCommit,
  config: isCommit,
  by: isText,
  reason: isText,
  clusters: isClusterCount,
  request: (value) => isCount(value) && value > 0,
  workflow: isText,
  until: isInstant,
  configHeld: isFlag,
  revert: isCommit,
};

/** Without the keys inside that this version does not know. */
function cleaned(key: string, value: unknown): unknown {
  return key === 'clusters' && isObject(value) ? { total: value.total, healthy: value.healthy } : value;
}

function isEvent(value: unknown): value is RecordEvent {
  return recordEvents.some((event) => event === value);
}

/** Exactly the form in which entries sort as text. */
function isTime(value: unknown): value is string {
  return isText(value) && isInstant(value) && new Date(value).toISOString() === value;
}

function isClusterCount(value: unknown): boolean {
  return isObject(value) && isCount(value.total) && isCount(value.healthy) && value.healthy <= value.total;
}

/** Of entries of the same millisecond, the later step of an operation is the newer. */
function newestFirst(a: RecordEntry, b: RecordEntry): number {
  return descending(a.time, b.time) || recordEvents.indexOf(b.event) - recordEvents.indexOf(a.event);
}

function descending(a: string, b: string): number {
  return a === b ? 0 : a < b ? 1 : -1;
}
