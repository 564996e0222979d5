import { exclusive } from './entries.ts';
import { hasPassed, inForce } from './holds.ts';
import type { LaneState } from './types.ts';

const firstLookMs = 15_000;
const rareLookMs = 10 * 60_000;
const firstRestMs = 30_000;

/** Whether the world must be looked at before anything can go on. */
export function needsObservation(state: LaneState): boolean {
  return state.observedAt === undefined && state.unobservable?.until === undefined && exclusive(state).length > 0;
}

/**
 * When the lane must look at its state again by itself, ISO, not before `now`; undefined: never (nobody is there,
 * nothing ends). While an observation is due, only a hold's end and the next try are awaited: the observation says what comes next.
 */
export function nextTick(state: LaneState, now: string): string | undefined {
  const { hold, calendar, observedAt, unobservable } = state;
  const ofTheWorld =
    observedAt === undefined ? [unobservable?.until] : [calendar?.now?.until, calendar?.next, lookDue(state)];
  const times = [hold?.until, ...ofTheWorld].flatMap((time) => (time === undefined ? [] : [Date.parse(time)]));
  if (times.length === 0) return undefined;
  return new Date(Math.max(Math.min(...times), Date.parse(now))).toISOString();
}

/** What time alone changes: a hold that has ended is dropped, and a freeze that begins or ends must be looked at. */
export function expire(state: LaneState, now: string): LaneState {
  const { calendar, observedAt, unobservable } = state;
  const isBoundary = hasPassed(calendar?.now?.until, now) || hasPassed(calendar?.next, now);
  return {
    ...state,
    hold: inForce(state.hold, now),
    observedAt: isBoundary ? undefined : observedAt,
    unobservable:
      unobservable && hasPassed(unobservable.until, now) ? { ...unobservable, until: undefined } : unobservable,
  };
}

export type Rest = NonNullable<LaneState['unobservable']> & { readonly until: string };

/** A world that cannot be seen is left alone for a while, longer each time. */
export function restAfter({ unobservable }: LaneState, why: string, now: string): Rest {
  const tries = (unobservable?.tries ?? 0) + 1;
  const ms = Math.min(firstRestMs * 2 ** (tries - 1), rareLookMs);
  return { why, tries, until: new Date(Date.parse(now) + ms).toISOString() };
}

/** A look now and then: who waits must not wait for one who was terminated, and a revert by hand must be seen. */
export function lookAgain(state: LaneState, now: string): LaneState {
  if (!hasPassed(lookDue(state), now)) return state;
  return { ...state, observedAt: undefined, looks: (state.looks ?? 0) + 1 };
}

function lookDue(state: LaneState): string | undefined {
  const { observedAt, waiting, looks = 0 } = state;
  if (observedAt === undefined) return undefined;
  const interval = waiting.length === 0 ? rareLookMs : Math.min(firstLookMs * 2 ** looks, rareLookMs);
  return new Date(Date.parse(observedAt) + interval).toISOString();
}
