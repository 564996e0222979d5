import { heartbeat } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { Failure } from '../failure.ts';

const heartbeatMs = 5_000;

/** Keeps Temporal informed that the step lives, and tells it which failures to retry. */
export function asActivity<Input, Output>(step: (input: Input) => Promise<Output>): (input: Input) => Promise<Output> {
  return async (input) => {
    const beat = setInterval(() => heartbeat(), heartbeatMs);
    try {
      return await step(input);
    } catch (error) {
      throw error instanceof Failure ? toApplicationFailure(error) : error;
    } finally {
      clearInterval(beat);
    }
  };
}

function toApplicationFailure(failure: Failure): ApplicationFailure {
  return ApplicationFailure.create({
    type: failure.type,
    message: failure.message,
    nonRetryable: !failure.retryable,
    ...(failure.retryAfterMs !== undefined && { nextRetryDelay: failure.retryAfterMs }),
  });
}
