import * as v from 'valibot';
import { type MemoryFormat, readMemory, writeMemory } from '../memory-format.ts';
import type { Refusal } from '../operation/refusal.ts';
import { count, instant, type Schema, shapeOf } from '../shape.ts';
import { byteLength } from '../text/message-text.ts';
import { emptyLane } from './decide.ts';
import { admission, entryFields, hold, laneRef, namesCommit } from './received.ts';
import type { LaneMemory, LaneState, TrackedEntry } from './types.ts';

/**
 * What a lane hands on when it continues as new, and how the next run reads it, which may be of another release. These
 * hold here:
 *
 * - What is handed on carries its version, and is checked whole before anything believes it.
 * - An older version is brought up to the present one, version by version.
 * - What is not understood, such as the memory of a newer release, ends nothing: the lane begins anew from the record.
 */
export type Recollection =
  /** Nothing was handed on. */
  | { readonly kind: 'none' }
  | { readonly kind: 'remembered'; readonly state: LaneState }
  /** `why`: part of a sentence, such as `version is missing`. */
  | { readonly kind: 'not understood'; readonly why: string };

const tracked = v.pipe(
  shapeOf<TrackedEntry>({
    ...entryFields,
    since: instant,
    relations: v.optional(v.record(v.string(), v.picklist(['newer', 'older', 'same', 'unrelated']))),
    override: v.optional(v.object({ by: v.string(), reason: v.string() })),
    supersededBy: v.optional(laneRef),
    admission: v.optional(admission),
    untold: v.optional(v.object({ why: v.string(), until: v.optional(instant) })),
  }),
  v.check((entry: TrackedEntry) => namesCommit(entry)),
);

const laneState = shapeOf<LaneState>({
  current: v.optional(tracked),
  waiting: v.array(tracked),
  configuring: v.array(tracked),
  hold: v.optional(hold),
  calendar: v.optional(
    v.object({
      now: v.optional(v.object({ until: instant, reason: v.string() })),
      next: v.optional(instant),
    }),
  ),
  frozenSince: v.optional(instant),
  unobservable: v.optional(v.object({ why: v.string(), tries: count, until: v.optional(instant) })),
  observedAt: v.optional(instant),
  looks: v.optional(count),
  seenReverts: v.array(v.string()),
  sequence: count,
});

/** How this release writes the memory. A change of `LaneState` adds the version before it to `older`. */
const format: MemoryFormat<LaneState> = { older: [], present: laneState };

/** Answers the memory that is handed on. */
export function handOn(state: LaneState): LaneMemory {
  return writeMemory(state, format);
}

/** The most bytes of JSON in a lane's state: Temporal hands on 2 MB, and a thousand operations have less. */
const fullFrom = 1_000_000;

/** Why a lane takes no further entry. */
export const fullWords = 'the lane is full: it cannot remember more operations. End some of them, then retry';

/** Tells whether the state of a lane is so large that it could not hand on much more. */
export function isFull({ current, waiting, configuring, ...rest }: LaneState): boolean {
  const entries = [...(current ? [current] : []), ...waiting, ...configuring];
  return entries.reduce((sum, tracked) => sum + sizeOf(tracked) + 1, byteLength(JSON.stringify(rest))) > fullFrom;
}

/** What entries take, each worked out once: it is asked with every arrival, and thousands may come at once. */
const sizes = new WeakMap<TrackedEntry, number>();

function sizeOf(tracked: TrackedEntry): number {
  const known = sizes.get(tracked) ?? byteLength(JSON.stringify(tracked));
  sizes.set(tracked, known);
  return known;
}

/** Reads the memory that was handed on. */
export function recollect(handedOn: unknown): Recollection {
  if (handedOn === undefined) return { kind: 'none' };
  const read = readMemory(handedOn, format);
  return 'fault' in read ? { kind: 'not understood', why: read.fault } : { kind: 'remembered', state: read.state };
}

const refusals: Schema<readonly Refusal[]> = v.array(
  shapeOf<Refusal>({ at: instant, action: v.string(), reason: v.string() }),
);

/** Reads the refusals that were handed on. They are shown, and nothing follows from them: unreadable ones are dropped. */
export function readRefusals(handedOn: unknown): readonly Refusal[] {
  return v.is(refusals, handedOn) ? (handedOn as readonly Refusal[]) : [];
}

/** Answers the state of a lane that begins with this memory. */
export function firstState(memory: Recollection): LaneState {
  return memory.kind === 'remembered' ? memory.state : emptyLane;
}
