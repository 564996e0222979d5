import * as v from 'valibot';
import { Failure } from '../failure.ts';
import { operationKinds } from '../operation/kind.ts';
import { limits } from '../platform/limits.ts';
import { commit, count, instant, isObject, shapeOf } from '../shape.ts';
import { newerFormat } from '../version.ts';
import { type RecordEntry, type RecordedEntry, recordEvents } from './entry.ts';
import type { LineTrust } from './signing/trust.ts';

/** A line of the notes that is no entry of ours. */
export interface DamagedLine {
  /** The commit that it is a note of. */
  readonly commit: string;
  readonly line: string;
}

/** All that the record of one environment holds. */
export interface ParsedRecord {
  /** The entries that count as far as signatures go, newest first. */
  readonly entries: readonly RecordedEntry[];
  /** The entries that nobody vouches for, newest first, each with its `unproven`. */
  readonly unproven: readonly RecordedEntry[];
  /** A line names a key that is not listed, or was not when the keys were read. */
  readonly namesUnlisted: boolean;
  readonly damaged: readonly DamagedLine[];
}

/**
 * The version of a line's format, its key `v`; a line without it has the first. The version rises with a change
 * that an older reader must not pass over.
 */
const lineFormat = 1;

/**
 * Prints an entry as one line, without its end and without a signature. The time stands first and the keys in one order:
 * equal entries are equal lines. `holds`: how many hold lines there are with it, where the line is signed afterwards.
 */
export function printEntry(entry: RecordEntry, holds?: number): string {
  const { time, event, operation, main, config, by, byForge, reason, clusters, leftOut, request } = entry;
  const { workflow, until, configHeld, revert } = entry;
  return JSON.stringify({
    time,
    v: lineFormat,
    event,
    operation,
    main,
    config,
    by,
    byForge,
    reason,
    clusters: clusters && { total: clusters.total, healthy: clusters.healthy },
    leftOut,
    request,
    workflow,
    until,
    configHeld,
    revert,
    holds,
  });
}

/**
 * Reads the notes of an environment, commit → lines. Whoever may push to the repository may write notes: what is no
 * entry of ours comes back as damaged, and an entry that `trust` does not vouch for as unproven. Keys that this version
 * does not know are passed over. Throws `Failure` Refused where a newer Fairlead wrote a line, because nobody may decide
 * by a part of the record, or add to it; and where very many lines have a wrong signature, because checking one takes
 * far longer than writing it.
 */
export function parseEntries(lines: ReadonlyMap<string, readonly string[]>, trust?: LineTrust): ParsedRecord {
  const known = lastRead.get(lines);
  if (known !== undefined && known.trust === trust?.name) return known.record;
  const record = readEntries(lines, trust);
  lastRead.set(lines, { trust: trust?.name, record });
  return record;
}

/** The last reading of the same lines: a look every few seconds finds them as they were, and there may be 200,000. */
const lastRead = new WeakMap<
  ReadonlyMap<string, readonly string[]>,
  { readonly trust: string | undefined; readonly record: ParsedRecord }
>();

function readEntries(lines: ReadonlyMap<string, readonly string[]>, trust: LineTrust | undefined): ParsedRecord {
  refuseNewer(lines, trust);
  const read = [...lines].flatMap(([commit, texts]) =>
    texts.filter((line) => line.trim() !== '').map((line) => ({ commit, line, entry: parseEntry(line) })),
  );
  const judge = createJudge(trust);
  const all = read
    .flatMap(({ commit, line, entry }) => (entry === undefined ? [] : [{ line, ...judge({ commit, line, ...entry }) }]))
    .sort((a, b) => compareNewestFirst(a.entry, b.entry) || compareDescending(a.line, b.line));
  const entries = all.map(({ entry }) => entry);
  return {
    entries: entries.filter(({ unproven }) => unproven === undefined),
    unproven: entries.filter(({ unproven }) => unproven !== undefined),
    namesUnlisted: all.some(({ isUnlisted }) => isUnlisted),
    damaged: read.filter(({ entry }) => entry === undefined).map(({ commit, line }) => ({ commit, line })),
  };
}

type EntryAt = ParsedEntry & { readonly line: string; readonly commit: string };

interface Judgement {
  readonly entry: RecordedEntry;
  readonly isUnlisted: boolean;
}

/**
 * Makes a function that says of an entry whether it counts. What is not signed by a listed key numbers nothing. It throws `Failure`
 * Refused when it was asked about too many wrong signatures. Those of a time at which none is needed are counted, too: after as many
 * of them no further one is checked.
 */
function createJudge(trust: LineTrust | undefined): (written: EntryAt) => Judgement {
  let [wrong, wrongExempt] = [0, 0];
  return ({ line, commit, holds, ...entry }) => {
    const read = { ...entry, commit };
    if (trust === undefined) return { entry: read, isUnlisted: false };
    const isExempt = trust.isExempt(entry.time);
    if (isExempt && wrongExempt >= limits.wrongSignatures) return { entry: read, isUnlisted: false };
    const doubt = trust.doubt(commit, line);
    if (doubt === undefined) return { entry: holds === undefined ? read : { ...read, holds }, isUnlisted: false };
    const { why: unproven, isUnlisted, isWrong } = doubt;
    if (isWrong && isExempt) wrongExempt += 1;
    if (isExempt) return { entry: read, isUnlisted };
    if (isWrong) wrong += 1;
    if (wrong > limits.wrongSignatures) throw tooManyWrong(commit);
    return { entry: { ...read, unproven }, isUnlisted };
  };
}

function tooManyWrong(commit: string): Failure {
  return new Failure(
    'Refused',
    `The record has more than ${limits.wrongSignatures} lines with a wrong signature, one of them on ${commit}, and nobody ` +
      'can check so many. If the GitOps repository was moved, set `record.unsignedBefore` to the time of the move; ' +
      'otherwise somebody forged them: set the notes back to the last commit that Fairlead wrote.',
  );
}

/**
 * Throws `Failure` Refused where a newer Fairlead wrote a line. Where keys are listed, only who has one of them can say
 * so: anybody else who may push could stop the environment with one line.
 */
function refuseNewer(lines: ReadonlyMap<string, readonly string[]>, trust: LineTrust | undefined): void {
  let wrong = 0;
  for (const [commit, texts] of lines)
    for (const line of texts) {
      // Nearly no line is one, and to parse each twice takes long.
      if (!newerHint.test(line)) continue;
      const written = parseObject(line);
      if (!v.is(newerLine, written)) continue;
      const doubt = trust?.doubt(commit, line);
      if (doubt === undefined)
        throw newerFormat(`The record's line of ${written.time} on ${commit}`, written.v, lineFormat);
      if (doubt.isWrong) wrong += 1;
      if (wrong > limits.wrongSignatures) throw tooManyWrong(commit);
    }
}

/** Matches every line whose `v` could be another one than 1. */
const newerHint = /"v"\s*:\s*(?!1\s*[,}])|\\u/;

type ParsedEntry = RecordEntry & Pick<RecordedEntry, 'holds'>;

/** Reads one line; undefined where it is no entry of ours. Keys that this version does not know are dropped. */
function parseEntry(line: string): ParsedEntry | undefined {
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

const recordEntry = shapeOf<ParsedEntry>({
  time: lineTime,
  event: v.picklist(recordEvents),
  operation: v.optional(v.picklist(operationKinds)),
  main: v.optional(commit),
  config: v.optional(commit),
  by: v.optional(v.string()),
  byForge: v.optional(v.boolean()),
  reason: v.optional(v.string()),
  clusters: v.optional(clusterCount),
  leftOut: v.optional(v.array(v.string())),
  request: v.optional(v.pipe(count, v.minValue(1))),
  workflow: v.optional(v.string()),
  until: v.optional(instant),
  configHeld: v.optional(v.boolean()),
  revert: v.optional(commit),
  holds: v.optional(v.pipe(count, v.minValue(1))),
});

/** Sorts the newest entry first. Of two of the same millisecond, the later step of an operation is the newer. */
export function compareNewestFirst(a: RecordEntry, b: RecordEntry): number {
  return compareDescending(a.time, b.time) || recordEvents.indexOf(b.event) - recordEvents.indexOf(a.event);
}

function compareDescending(a: string, b: string): number {
  return a === b ? 0 : a < b ? 1 : -1;
}
