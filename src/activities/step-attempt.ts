import { Context } from '@temporalio/activity';
import { type FailingAttempts, heartbeatDetails, readHeartbeat, type WaitingAttempts } from '../temporal/heartbeat.ts';
import { attemptClock, type StepClock } from './clock.ts';

/** What a step knows of the attempt that it runs in. */
export interface StepAttempt extends StepClock {
  /** 1: the first one of this wait, as after whatever wakes a step. Default: 1. */
  readonly attempt?: number;
  /** Is aborted when nobody waits for the step any more, the worker stops, or others wait for its place. */
  readonly signal?: AbortSignal;
  /** What the latest attempt remembered, in this wait; it may come from another version, and must be checked. */
  readonly remembered: unknown;
  /** Keeps something for the next attempt, after a failure or a crash, too: 64 kB of JSON at most. */
  remember(details: unknown): void;
}

/** What an attempt knows of the one before, and keeps for the next one; both undefined: nothing is kept. */
export type StepMemory = Partial<Pick<StepAttempt, 'remembered' | 'remember'>>;

/** Parts the memory of a step, so that each part keeps its own beside the others. */
export function memoryParts({ remembered, remember }: StepMemory): (part: string) => StepMemory {
  let kept =
    typeof remembered === 'object' && remembered !== null ? (remembered as Readonly<Record<string, unknown>>) : {};
  return (part) => ({
    remembered: kept[part],
    ...(remember && {
      remember(details) {
        kept = { ...kept, [part]: details };
        remember(kept);
      },
    }),
  });
}

const details = new WeakMap<Context, unknown>();
const signals = new WeakMap<Context, AbortSignal>();

/** Answers the attempt that the caller runs in. Throws outside of an activity. */
export function currentAttempt(): StepAttempt {
  const context = Context.current();
  return {
    ...attemptClock(context.info.currentAttemptScheduledTimestampMs),
    attempt: context.info.attempt,
    signal: attemptSignal(context),
    remembered: readHeartbeat(context.info.heartbeatDetails).remembered,
    remember(remembered) {
      tell(context, heartbeatDetails({ ...readHeartbeat(context.info.heartbeatDetails), remembered }));
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
  const before = readHeartbeat(latestDetails(context));
  if (failing === undefined && before.failing === undefined) return;
  tell(context, heartbeatDetails({ ...before, failing }));
}

/** Answers what the attempts before this one have waited for; undefined: nothing worth telling. */
export function waitingBefore(context: Context): WaitingAttempts | undefined {
  return readHeartbeat(latestDetails(context)).waiting;
}

/** Keeps what is waited for, for the next attempt. */
export function keepWaiting(context: Context, waiting: WaitingAttempts): void {
  tell(context, heartbeatDetails({ ...readHeartbeat(latestDetails(context)), waiting }));
}

function latestDetails(context: Context): unknown {
  return details.has(context) ? details.get(context) : context.info.heartbeatDetails;
}

function tell(context: Context, value: unknown): void {
  details.set(context, value);
  context.heartbeat(value);
}
