import { Context } from '@temporalio/activity';
import { type FailingAttempts, heartbeatDetails, readHeartbeat } from '../temporal/heartbeat.ts';
import { attemptClock, type StepClock } from './clock.ts';

/** What a step knows of the attempt that it runs in. */
export interface StepAttempt extends StepClock {
  /** Is aborted when nobody waits for the step any more, the worker stops, or others wait for its place. */
  readonly signal?: AbortSignal;
  /** What the latest attempt remembered, in this wait; it may come from another version, and must be checked. */
  readonly remembered: unknown;
  /** Keeps something for the next attempt, after a failure or a crash, too: 64 kB of JSON at most. */
  remember(details: unknown): void;
}

const details = new WeakMap<Context, unknown>();
const signals = new WeakMap<Context, AbortSignal>();

/** Answers the attempt that the caller runs in. Throws outside of an activity. */
export function currentAttempt(): StepAttempt {
  const context = Context.current();
  return {
    ...attemptClock(context.info.currentAttemptScheduledTimestampMs),
    signal: attemptSignal(context),
    remembered: readHeartbeat(context.info.heartbeatDetails).remembered,
    remember(remembered) {
      const { failing } = readHeartbeat(context.info.heartbeatDetails);
      tell(context, heartbeatDetails({ remembered, failing }));
    },
  };
}

/** Has the attempt end with another signal, too. */
export function endAttemptWith(context: Context, signal: AbortSignal): void {
  signals.set(context, AbortSignal.any([context.cancellationSignal, signal]));
}

/** Answers the signal that ends an attempt. */
export function attemptSignal(context: Context): AbortSignal {
  return signals.get(context) ?? context.cancellationSignal;
}

/** Says that the attempt is alive. What was remembered is said again, because Temporal keeps the latest heartbeat only. */
export function beat(context: Context): void {
  context.heartbeat(latestDetails(context));
}

/** Answers how often the attempts before this one have failed in a row; undefined: the last one did not. */
export function failingBefore(context: Context): FailingAttempts | undefined {
  return readHeartbeat(latestDetails(context)).failing;
}

/** Keeps how often attempts have failed in a row, for whoever looks at the step from outside; undefined: none has. */
export function keepFailing(context: Context, failing: FailingAttempts | undefined): void {
  const { remembered, failing: before } = readHeartbeat(latestDetails(context));
  if (failing === undefined && before === undefined) return;
  tell(context, heartbeatDetails({ remembered, failing }));
}

function latestDetails(context: Context): unknown {
  return details.has(context) ? details.get(context) : context.info.heartbeatDetails;
}

function tell(context: Context, value: unknown): void {
  details.set(context, value);
  context.heartbeat(value);
}
