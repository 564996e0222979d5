import { Context } from '@temporalio/activity';
import { attemptClock, type StepClock } from './clock.ts';

/** What a step knows of the attempt that it runs in. */
export interface StepAttempt extends StepClock {
  /** Is aborted when nobody waits for the step any more, or the worker stops. */
  readonly signal?: AbortSignal;
  /** What the latest attempt remembered, in this wait; it may come from another version, and must be checked. */
  readonly remembered: unknown;
  /** Keeps something for the next attempt, after a failure or a crash, too: 64 kB of JSON at most. */
  remember(details: unknown): void;
}

const details = new WeakMap<Context, unknown>();

/** Answers the attempt that the caller runs in. Throws outside of an activity. */
export function currentAttempt(): StepAttempt {
  const context = Context.current();
  return {
    ...attemptClock(context.info.currentAttemptScheduledTimestampMs),
    signal: context.cancellationSignal,
    remembered: context.info.heartbeatDetails,
    remember(value) {
      details.set(context, value);
      context.heartbeat(value);
    },
  };
}

/** Says that the attempt is alive. What was remembered is said again, because Temporal keeps the latest heartbeat only. */
export function beat(context: Context): void {
  context.heartbeat(details.has(context) ? details.get(context) : context.info.heartbeatDetails);
}
