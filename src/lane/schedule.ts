import { allEntries, exclusiveEntries, mapEntries } from './entries.ts';
import { hasPassed, holdInForce } from './holds.ts';
import type { LaneState, TrackedEntry } from './types.ts';

const firstObservationMs = 15_000;
const rareObservationMs = 10 * 60_000;
const firstPauseMs = 30_000;
const untoldPauseMs = 60_000;

/** Tells whether the world must be observed before anything can go on. */
export function needsObservation(state: LaneState): boolean {
  return (
    state.observedAt === undefined && state.unobservable?.until === undefined && exclusiveEntries(state).length > 0
  );
}

/**
 * Answers when the lane must look at its state again by itself, ISO 8601, not before `now`; undefined where nothing
 * ends and no entry waits. While an observation is due, only the end of a hold and the next tries are awaited: the
 * observation says what comes next.
 */
export function nextTick(state: LaneState, now: string): string | undefined {
  const { hold, calendar, observedAt, unobservable } = state;
  const observedTimes =
    observedAt === undefined ? [unobservable?.until] : [calendar?.now?.until, calendar?.next, observationDue(state)];
  const untold = allEntries(state).map((tracked) => tracked.untold?.until);
  const times = [hold?.until, ...untold, ...observedTimes].flatMap((time) =>
    time === undefined ? [] : [Date.parse(time)],
  );
  if (times.length === 0) return undefined;
  return new Date(Math.max(Math.min(...times), Date.parse(now))).toISOString();
}

/**
 * Applies what time alone changes: drops a hold that has ended, lets an entry that could not be told be told again, and
 * asks for an observation when a freeze begins or ends.
 */
export function dropExpired(state: LaneState, now: string): LaneState {
  const { calendar, observedAt, unobservable } = state;
  const isDue = (tracked: TrackedEntry) => hasPassed(tracked.untold?.until, now);
  const mayBeTold = allEntries(state).some(isDue)
    ? mapEntries(state, (tracked) =>
        isDue(tracked) ? { ...tracked, untold: tracked.untold && { ...tracked.untold, until: undefined } } : tracked,
      )
    : state;
  const isBoundary = hasPassed(calendar?.now?.until, now) || hasPassed(calendar?.next, now);
  return {
    ...mayBeTold,
    hold: holdInForce(state.hold, now),
    observedAt: isBoundary ? undefined : observedAt,
    unobservable:
      unobservable && hasPassed(unobservable.until, now) ? { ...unobservable, until: undefined } : unobservable,
  };
}

/** Answers that a message did not reach an entry, and is sent again after a pause. */
export function untoldFor(why: string, now: string): NonNullable<TrackedEntry['untold']> {
  return { why, until: new Date(Date.parse(now) + untoldPauseMs).toISOString() };
}

/** The reason of a failed observation, and the time until which it is not tried again. */
export type ObservationPause = NonNullable<LaneState['unobservable']> & { readonly until: string };

/**
 * Answers for how long the lane does not observe after a failure: longer each time, from 30 seconds up to 10 minutes.
 */
export function pauseAfterFailure({ unobservable }: LaneState, why: string, now: string): ObservationPause {
  const tries = (unobservable?.tries ?? 0) + 1;
  const ms = Math.min(firstPauseMs * 2 ** (tries - 1), rareObservationMs);
  return { why, tries, until: new Date(Date.parse(now) + ms).toISOString() };
}

/**
 * Asks for an observation when one is due by time: no entry may wait for an operation that was terminated, and a revert
 * by hand must be noticed.
 */
export function observeIfDue(state: LaneState, now: string): LaneState {
  if (!hasPassed(observationDue(state), now)) return state;
  return { ...state, observedAt: undefined, looks: (state.looks ?? 0) + 1 };
}

/** Answers when the next observation is due, ISO 8601; undefined while one is asked for already. */
function observationDue(state: LaneState): string | undefined {
  const { observedAt, waiting, looks = 0 } = state;
  if (observedAt === undefined) return undefined;
  const interval =
    waiting.length === 0 ? rareObservationMs : Math.min(firstObservationMs * 2 ** looks, rareObservationMs);
  return new Date(Date.parse(observedAt) + interval).toISOString();
}
