import { Context } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { Failure, type FailureType } from '../failure.ts';
import { beat } from './step-attempt.ts';

const heartbeatMs = 5_000;
const unexpectedAttempts = 5;

/** Makes an activity of a step: heartbeats while the step runs, and tells Temporal which failures to retry. */
export function asActivity<Input, Output>(step: (input: Input) => Promise<Output>): (input: Input) => Promise<Output> {
  return async (input) => {
    const context = Context.current();
    const timer = setInterval(() => beat(context), heartbeatMs);
    try {
      return await step(input);
    } catch (error) {
      if (error instanceof Failure) throw toApplicationFailure(error);
      if (error instanceof ApplicationFailure || error instanceof CancelledFailure) throw error;
      throw unexpectedFailure(error);
    } finally {
      clearInterval(timer);
    }
  };
}

/** Makes the failure of an error in Fairlead itself: it is retried a few times; then a person sees it in the status. */
function unexpectedFailure(error: unknown): ApplicationFailure {
  const { activityType, attempt } = Context.current().info;
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return ApplicationFailure.create({
    type: 'Internal' satisfies FailureType,
    message: `${activityType} met an unexpected error (${what}). Look at the worker's log, then retry or abort.`,
    nonRetryable: attempt >= unexpectedAttempts,
    ...(error instanceof Error && { cause: error }),
  });
}

/** Tells whether what is missing may still come, so that the step is tried again. */
function isEarly({ patienceMs }: Failure): boolean {
  return patienceMs !== undefined && Date.now() - Context.current().info.scheduledTimestampMs < patienceMs;
}

/** Translates a failure for Temporal, with whether and when to retry. */
function toApplicationFailure(failure: Failure): ApplicationFailure {
  return ApplicationFailure.create({
    type: failure.type,
    message: failure.message,
    nonRetryable: !failure.retryable && !isEarly(failure),
    ...(failure.retryAfterMs !== undefined && { nextRetryDelay: failure.retryAfterMs }),
  });
}
