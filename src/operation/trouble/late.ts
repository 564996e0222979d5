import * as v from 'valibot';
import type { AwaitedCommit } from '../../failure.ts';
import { commit, type Schema, shapeOf } from '../../shape.ts';

/**
 * What a step says beside its failure, where what it misses contradicts what a forge, git or a caller has said: it may come late, and
 * goes on by itself then.
 */
export interface LateReason {
  readonly late: true;
  /** What git does not show; undefined: only another try can tell. */
  readonly missing?: AwaitedCommit;
}

/** The schema of a commit that git must show. */
export const awaitedCommit = shapeOf<AwaitedCommit>({ repository: v.string(), commit, branch: v.optional(v.string()) });

const lateReason: Schema<LateReason> = shapeOf<LateReason>({
  late: v.literal(true),
  missing: v.optional(awaitedCommit),
});

/** Makes what a failure carries beside its message. */
export function lateDetails(missing: AwaitedCommit | undefined): LateReason {
  return { late: true, ...(missing && { missing }) };
}

/** Reads what a failure carries; undefined: nothing is late, or an older worker does not say it. */
export function readLate(details: readonly unknown[] | null | undefined): LateReason | undefined {
  const read = v.safeParse(lateReason, details?.[0]);
  return read.success ? read.output : undefined;
}

/** For how long nothing is tried again by itself, in milliseconds, by how often that was in vain. */
const pausesMs = [30_000, 2 * 60_000, 8 * 60_000, 32 * 60_000] as const;
const longestPauseMs = 60 * 60_000;

/**
 * Answers for how long what is late is not tried again, although git may show it: `tries` were in vain. A try costs events of history,
 * and a look none; so the first one waits only where there is nothing to look at.
 */
export function pauseBeforeTry(tries: number, { missing }: LateReason): number {
  if (tries === 0 && missing !== undefined) return 0;
  return pausesMs[tries] ?? longestPauseMs;
}

/** Between two looks at what is late, in milliseconds: the least, what is usual in the beginning, and the longest. */
const looksMs = { least: 1_000, usual: 15_000, longest: 10 * 60_000 } as const;

/**
 * Answers the time between two looks at what has been late for so long; all in milliseconds. `lagMs`: how far a forge may be behind, by
 * the settings.
 */
export function pauseBetweenLooks(lateMs: number, lagMs: number = looksMs.usual): number {
  return Math.min(Math.max(lateMs / 4, Math.min(lagMs, looksMs.usual), looksMs.least), looksMs.longest);
}

/** Says that what is late goes on by itself, and when that is tried. */
export function lateWords({ missing }: LateReason, notBefore: string): string {
  if (missing === undefined) return `Fairlead tries again by itself, the next time at ${notBefore}.`;
  return `Fairlead looks for it by itself, from ${notBefore} on, ever more seldom and every 10 minutes in the end, and goes on when git shows it.`;
}
