import { hasPassed, inForce } from './holds.ts';
import type { LaneState } from './types.ts';
import { exclusive } from './visitors.ts';

const firstLookMs = 15_000;
const rareLookMs = 10 * 60_000;

/** Whether the world must be looked at before anything can go on. */
export function needsSurvey(state: LaneState): boolean {
  return state.surveyedAt === undefined && exclusive(state).length > 0;
}

/**
 * When the lane must look at its state again by itself, ISO, not before `now`; undefined: never (nobody is there,
 * nothing ends). While a survey is due, only a hold's end is awaited: the survey says what comes next.
 */
export function nextTick(state: LaneState, now: string): string | undefined {
  const { hold, calendar, surveyedAt } = state;
  const ofTheWorld = surveyedAt === undefined ? [] : [calendar?.now?.until, calendar?.next, lookDue(state)];
  const times = [hold?.until, ...ofTheWorld].flatMap((time) => (time === undefined ? [] : [Date.parse(time)]));
  if (times.length === 0) return undefined;
  return new Date(Math.max(Math.min(...times), Date.parse(now))).toISOString();
}

/** What time alone changes: a hold that has ended is dropped, and a freeze that begins or ends must be looked at. */
export function expire(state: LaneState, now: string): LaneState {
  const { calendar, surveyedAt } = state;
  const isBoundary = hasPassed(calendar?.now?.until, now) || hasPassed(calendar?.next, now);
  return { ...state, hold: inForce(state.hold, now), surveyedAt: isBoundary ? undefined : surveyedAt };
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
