import * as v from 'valibot';
import type { FailureMemory } from '../../fleet/types.ts';

/** What looks at an environment's clusters remember, from one attempt to the next. */
export interface RolloutMemory {
  /** Cluster → what is remembered of its Kustomizations that failed; clusters without failures are not here. */
  readonly failures: Readonly<Record<string, FailureMemory>>;
  /** When Flux was asked again, milliseconds since 1970; undefined: it was not. */
  readonly askedAt?: number;
  /** When the wait began, milliseconds since 1970; undefined: no look has come to its end. */
  readonly began?: number;
}

/** The most that a heartbeat keeps, in characters of JSON: the next attempt of the same step reads it. */
export const mostInHeartbeat = 55_000;
/** The most that a report keeps, for the next step: each report stays in the workflow's history. */
export const mostInReport = 8_000;
const longestQuote = 300;

const memorySchema = v.object({
  failures: v.record(
    v.string(),
    v.record(
      v.string(),
      v.object({
        revision: v.string(),
        generation: v.number(),
        before: v.number(),
        since: v.optional(v.number()),
        undeleted: v.optional(v.string()),
      }),
    ),
  ),
  askedAt: v.optional(v.number()),
  began: v.optional(v.number()),
});

/**
 * Reads what the latest attempt remembered, else what the latest report did. What is no memory of ours is nothing: the
 * looks begin anew.
 */
export function recall(remembered: unknown, reported?: unknown): RolloutMemory {
  for (const each of [remembered, reported]) {
    const memory = v.safeParse(memorySchema, each);
    if (memory.success) return memory.output;
  }
  return { failures: {} };
}

/**
 * Bounds what is remembered. Of a fleet in which everything fails, the clusters that do not fit any more are judged as
 * on a first look: pending for longer, never red earlier.
 */
export function bounded(memory: RolloutMemory, mostCharacters: number): RolloutMemory {
  const failures: Record<string, FailureMemory> = {};
  let size = 0;
  for (const [cluster, each] of Object.entries(memory.failures)) {
    const short = Object.fromEntries(
      Object.entries(each).map(([key, known]) => [
        key,
        { ...known, undeleted: known.undeleted?.slice(0, longestQuote) },
      ]),
    );
    size += cluster.length + JSON.stringify(short).length;
    if (size > mostCharacters) break;
    failures[cluster] = short;
  }
  return { ...memory, failures };
}
