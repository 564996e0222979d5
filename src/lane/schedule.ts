import { hasPassed, inForce } from './holds.ts';
import type { LaneState } from './types.ts';
import { exclusive } from './visitors.ts';

const firstLookMs = 15_000;
const rareLookMs = 10 * 60_000;
const firstRestMs = 30_000;

/** Whether the world must be looked at before anything can go on. */
export function needsSurvey(state: LaneState): boolean {
  return state.surveyedAt === undefined && state.unseen?.until === undefined && exclusive(state).length > 0;
}

/**
 * When the lane must look at its state again by itself, ISO, not before `now`; undefined: never (nobody is there,
 * nothing ends). While a survey is due, only a hold's end and the next try are awaited: the survey says what comes next.
 */
export function nextTick(state: LaneState, now: string): string | undefined {
  const { hold, calendar, surveyedAt, unseen } = state;
  const ofTheWorld =
    surveyedAt === undefined ? [unseen?.until] : [calendar?.now?.until, calendar?.next, lookDue(state)];
  const times = [hold?.until, ...ofTheWorld].flatMap((time) => (time === undefined ? [] : [Date.parse(time)]));
  if (times.length === 0) return undefined;
  return new Date(Math.max(Math.min(...times), Date.parse(now))).toISOString();
}

/** What time alone changes: a hold that has ended is dropped, and a freeze that begins or ends must be looked at. */
export function expire(state: LaneState, now: string): LaneState {
  const { calendar, surveyedAt, unseen } = state;
  const isBoundary = hasPassed(calendar?.now?.until, now) || hasPassed(calendar?.next, now);
  return {
    ...state,
    hold: inForce(state.hold, now),
    surveyedAt: isBoundary ? undefined : surveyedAt,
    unseen: unseen && hasPassed(unseen.until, now) ? { ...unseen, until: undefined } : unseen,
  };
}

export type Rest = NonNullable<LaneState['unseen']> & { readonly until: string };

/** A world that cannot be seen is left alone for a while, longer each time. */
export function restAfter({ unseen }: LaneState, why: string, now: string): Rest {
  const tries = (unseen?.tries ?? 0) + 1;
  const ms = Math.min(firstRestMs * 2 ** (tries - 1), rareLookMs);
  return { why, tries, until: new Date(Date.parse(now) + ms).toISOString() };
}

/** A look now and then: who waits must not wait for one who was terminated, and a revert by hand must be seen. */
export function lookAgain(state: LaneState, now: string): LaneState {
  if (!hasPassed(lookDue(state), now)) return state;
  return { ...state, surveyedAt: undefined, looks: (state.looks ?? 0) + 1 };
}

function lookDue(state: LaneState): string | undefined {
  const { surveyedAt, waiting, looks = 0 } = state;
  if (surveyedAt === undefined) return undefined;
  const interval = waiting.length === 0 ? rareLookMs : Math.min(firstLookMs * 2 ** looks, rareLookMs);
  return new Date(Date.parse(surveyedAt) + interval).toISOString();
}
