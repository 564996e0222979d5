import { setMaxListeners } from 'node:events';
import { Context } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory, CancelledFailure } from '@temporalio/common';
import { Failure, type FailureType } from '../failure.ts';
import { lateDetails } from '../operation/trouble/late.ts';
import { heartbeatMs, retryPauseMs } from '../temporal/task-times.ts';
import { boundedAnswer, boundedFailure } from './bounded.ts';
import { patienceEnd } from './late/patience.ts';
import { machineTrouble } from './machine-trouble.ts';
import type { Places } from './places.ts';
import { attemptSignal, beat, endAttemptWith, failingBefore } from './step-attempt.ts';
import { stepShare } from './step-share.ts';
import { stillWaiting } from './still-waiting.ts';
import { settleAttempt, type TroubleListener } from './tell-trouble.ts';
import { workersWords } from './workers-words.ts';

const unexpectedFailures = 5;
/** After how many milliseconds another worker gets a step that was handed back. */
const handBackMs = 100;
/** After how many milliseconds a step comes again that gave its place to others. */
const placeGivenMs = 2_000;

/**
 * Makes an activity of a step: heartbeats while the step runs, with which cancellations come, and tells Temporal which
 * failures to retry. `signal` is aborted when nobody waits for the step any more, or when the worker stops: then another
 * worker gets the step at once; and when others wait for its place, of those that `placesOf` a task queue has. The step's own
 * workflow is told of failures by `listener`; without one it is not.
 */
export function asActivity<Input, Output>(
  step: (input: Input, signal: AbortSignal) => Promise<Output>,
  listener?: TroubleListener,
  placesOf?: (taskQueue: string) => Places | undefined,
): (input: Input) => Promise<Output> {
  return async (input) => {
    const context = Context.current();
    const given = new AbortController();
    const { taskQueue } = context.info;
    const leave = placesOf?.(taskQueue)?.enter(stepShare(context, input), () =>
      given.abort(new Error('its place is given to others')),
    );
    if (leave) endAttemptWith(context, given.signal);
    const signal = attemptSignal(context);
    // Each request and each process of the step listens to it.
    setMaxListeners(0, signal);
    const timer = setInterval(() => beat(context), heartbeatMs);
    try {
      return boundedAnswer(context.info.activityType, await step(input, signal));
    } catch (error) {
      if (given.signal.aborted && !context.cancellationSignal.aborted) throw placeGiven();
      if (error instanceof CancelledFailure) throw isHandedBack(context) ? handedBack() : error;
      const failure = boundedFailure(await applicationFailureOf(error, failuresWith(context, error)));
      await settleAttempt(context, { failure, error }, listener);
      throw failure;
    } finally {
      clearInterval(timer);
      leave?.();
    }
  };
}

function isHandedBack({ cancellationDetails }: Context): boolean {
  return cancellationDetails?.workerShutdown === true;
}

/** Makes the failure of an attempt that its worker gives up because it stops. It counts neither as failed nor as waiting. */
function handedBack(): ApplicationFailure {
  return stillWaiting('its worker stops; another one goes on', handBackMs);
}

/** Makes the failure of an attempt that gave its place to others: it is under way again in a moment. */
function placeGiven(): ApplicationFailure {
  return stillWaiting(
    'all places of the worker were taken, most of them by its own platform: others go first',
    placeGivenMs,
  );
}

/** Answers how many attempts have failed in a row, with this one; one that only waits is no failure. */
function failuresWith(context: Context, error: unknown): number {
  const isWaiting =
    error instanceof Failure
      ? error.isWaiting
      : error instanceof ApplicationFailure && error.category === ApplicationFailureCategory.BENIGN;
  return isWaiting ? 0 : (failingBefore(context)?.failures ?? 0) + 1;
}

/** `failures`: how many attempts have failed in a row, with this one. */
async function applicationFailureOf(error: unknown, failures: number): Promise<ApplicationFailure> {
  if (error instanceof ApplicationFailure) return error;
  const failure = error instanceof Failure ? error : machineTrouble(error);
  if (failure === undefined) return unexpectedFailure(error, failures);
  if (failure.isWaiting) return stillWaiting(failure.message, failure.retryAfterMs ?? retryPauseMs(failures));
  const workers = failure.isOfWorker ? await workersWords(failure.retryable) : '';
  return toApplicationFailure(failure, { failures, workers });
}

/** Makes the failure of an error in Fairlead itself: it is retried a few times; then a person sees it in the status. */
function unexpectedFailure(error: unknown, failures: number): ApplicationFailure {
  const { activityType } = Context.current().info;
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return ApplicationFailure.create({
    type: 'Internal' satisfies FailureType,
    message: `${activityType} met an unexpected error (${what}). Look at the worker's log, then retry or abort.`,
    nonRetryable: failures >= unexpectedFailures,
    nextRetryDelay: retryPauseMs(failures),
    ...(error instanceof Error && { cause: error }),
  });
}

/**
 * Translates a failure for Temporal, with whether and when to retry. `workers`: a sentence about whose it is. `failures`: how
 * many attempts have failed in a row, with this one.
 */
function toApplicationFailure(
  failure: Failure,
  { workers, failures }: { readonly workers: string; readonly failures: number },
): ApplicationFailure {
  const until = patienceEnd(failure);
  return ApplicationFailure.create({
    type: failure.type,
    message: `${failure.message}${until === undefined ? '' : ` It is looked for until ${until}.`}${workers}`,
    nonRetryable: !failure.retryable && until === undefined,
    nextRetryDelay: failure.retryAfterMs ?? retryPauseMs(failures),
    ...(failure.isLate && { details: [lateDetails(failure.missing)] }),
  });
}
