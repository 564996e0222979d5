import * as v from 'valibot';
import { operationKinds } from '../operation/kind.ts';
import { commit, count, instant, isObject, shapeOf } from '../shape.ts';
import { newerFormat } from '../version.ts';
import { type RecordEntry, type RecordedEntry, recordEvents } from './entry.ts';

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

/**
 * The version of a line's format, its key `v`; a line without it has the first. The version rises with a change
 * that an older reader must not pass over.
 */
const lineFormat = 1;

/**
 * Prints an entry as one line, without its end. The time stands first and the keys in one order: equal entries are
 * equal lines.
 */
export function printEntry(entry: RecordEntry): string {
  const { time, event, operation, main, config, by, reason, clusters, leftOut, request } = entry;
  const { workflow, until, configHeld, revert } = entry;
  return JSON.stringify({
    time,
    v: lineFormat,
    event,
    operation,
    main,
    config,
    by,
    reason,
    clusters: clusters && { total: clusters.total, healthy: clusters.healthy },
    leftOut,
    request,
    workflow,
    until,
    configHeld,
    revert,
  });
}

/**
 * Reads the notes of an environment, commit → lines. Whoever may push to the repository may write notes: what is no
 * entry of ours comes back as damaged. Keys that this version does not know are passed over. Throws `Failure` Refused
 * where a newer Fairlead wrote a line, because nobody may decide by a part of the record, or add to it.
 */
export function parseEntries(lines: ReadonlyMap<string, readonly string[]>): ParsedRecord {
  refuseNewer(lines);
  const read = [...lines].flatMap(([commit, texts]) =>
    texts.filter((line) => line.trim() !== '').map((line) => ({ commit, line, entry: parseEntry(line) })),
  );
  return {
    entries: read
      .flatMap(({ commit, line, entry }) => (entry ? [{ line, entry: { ...entry, commit } }] : []))
      .sort((a, b) => compareNewestFirst(a.entry, b.entry) || compareDescending(a.line, b.line))
      .map(({ entry }) => entry),
    damaged: read.filter(({ entry }) => entry === undefined).map(({ commit, line }) => ({ commit, line })),
  };
}

/** Throws `Failure` Refused where a newer Fairlead wrote a line. */
function refuseNewer(lines: ReadonlyMap<string, readonly string[]>): void {
  for (const [commit, texts] of lines)
    for (const line of texts) {
      const written = parseObject(line);
      if (v.is(newerLine, written))
        throw newerFormat(`The record's line of ${written.time} on ${commit}`, written.v, lineFormat);
    }
}

/** Reads one line; undefined where it is no entry of ours. Keys that this version does not know are dropped. */
function parseEntry(line: string): RecordEntry | undefined {
  const written = parseObject(line);
  if (written && Object.hasOwn(written, 'v') && written.v !== lineFormat) return undefined;
  const read = v.safeParse(recordEntry, written, { abortEarly: true });
  return read.success ? read.output : undefined;
}

function parseObject(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const clusterCount = v.pipe(
  v.object({ total: count, healthy: count }),
  v.check(({ total, healthy }) => healthy <= total),
);

/** A time in exactly the form in which lines sort as text. */
const lineTime = v.pipe(
  instant,
  v.check((text) => new Date(text).toISOString() === text),
);

const newerLine = v.object({ time: lineTime, v: v.pipe(count, v.gtValue(lineFormat)) });

const recordEntry = shapeOf<RecordEntry>({
  time: lineTime,
  event: v.picklist(recordEvents),
  operation: v.optional(v.picklist(operationKinds)),
  main: v.optional(commit),
  config: v.optional(commit),
  by: v.optional(v.string()),
  reason: v.optional(v.string()),
  clusters: v.optional(clusterCount),
  leftOut: v.optional(v.array(v.string())),
  request: v.optional(v.pipe(count, v.minValue(1))),
  workflow: v.optional(v.string()),
  until: v.optional(instant),
  configHeld: v.optional(v.boolean()),
  revert: v.optional(commit),
});

/** Sorts the newest entry first. Of two of the same millisecond, the later step of an operation is the newer. */
function compareNewestFirst(a: RecordEntry, b: RecordEntry): number {
  return compareDescending(a.time, b.time) || recordEvents.indexOf(b.event) - recordEvents.indexOf(a.event);
}

function compareDescending(a: string, b: string): number {
  return a === b ? 0 : a < b ? 1 : -1;
}
