import type { Context } from '@temporalio/activity';
import { type ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { Failure, type FailureType, failureTypes } from '../failure.ts';
import { type StepTroubleMessage, stepTroubleSignal } from '../operation/trouble/step-trouble.ts';
import { afterTelling, isWorthTelling } from '../operation/trouble/when-to-tell.ts';
import type { FailingAttempts } from '../temporal/heartbeat.ts';
import type { Workflows } from '../temporal/workflows-port.ts';
import { failingBefore, keepFailing } from './step-attempt.ts';
import { waitingNews } from './still-waiting.ts';
import { settleWaiting } from './tell-waiting.ts';

/** Whoever carries the news of a step to its own workflow. */
export type TroubleListener = Pick<Workflows, 'signal'>;

/**
 * Counts the failures in a row of a step when an attempt has ended without an answer, and tells its own workflow, which
 * does not hear of attempts otherwise. An attempt that only waits ends the row: of a step that looks again and again,
 * nobody could tell otherwise how many of its looks have failed. What it waits for is told, too, where the step says so. `error`:
 * what the attempt has thrown, of which `failure` is made.
 */
export async function settleAttempt(
  context: Context,
  { failure, error }: { readonly failure: ApplicationFailure; readonly error: unknown },
  listener?: TroubleListener,
): Promise<void> {
  const before = failingBefore(context);
  if (failure.category === ApplicationFailureCategory.BENIGN) {
    await endRow(context, before, listener);
    const news = waitingNews(error);
    if (news) await settleWaiting(context, news, (waiting) => tellWorkflow(context, { waiting }, listener));
    return;
  }
  const { failures, since, told } = before ?? { failures: 0, since: attemptBegan(context) };
  const failing = { failures: failures + 1, since, told };
  keepFailing(context, failing);
  if (failure.nonRetryable || !failureTypes[typeOf(failure)].retryable) return;
  const news = { failures: failing.failures, since, type: typeOf(failure), message: failure.message.slice(0, 1000) };
  const now = Date.now();
  if (!isWorthTelling(news, told, now) || !(await tellWorkflow(context, { failing: news }, listener))) return;
  keepFailing(context, { ...failing, told: afterTelling(news, told, now) });
}

/** The step waits, and does not fail any more. */
async function endRow(
  context: Context,
  before: FailingAttempts | undefined,
  listener: TroubleListener | undefined,
): Promise<void> {
  // What could not be told is told after the next attempt.
  const isOwed = before?.told !== undefined && !(await tellWorkflow(context, {}, listener));
  keepFailing(context, isOwed ? { ...before, failures: 0 } : undefined);
}

/** Tells the workflow; false: it could not be told, which the step itself must not fail by. */
async function tellWorkflow(
  context: Context,
  how: Pick<StepTroubleMessage, 'failing' | 'waiting'>,
  listener: TroubleListener | undefined,
): Promise<boolean> {
  const { activityId: id, activityType: step, workflowExecution } = context.info;
  if (listener === undefined || workflowExecution === undefined) return false;
  const news: StepTroubleMessage = { id, step, ...how };
  try {
    await listener.signal(workflowExecution.workflowId, stepTroubleSignal, news);
    return true;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    context.log.warn(`The workflow could not be told how the step ${step} does: ${error.message}`);
    return false;
  }
}

function attemptBegan(context: Context): string {
  return new Date(context.info.currentAttemptScheduledTimestampMs).toISOString();
}

function typeOf({ type }: ApplicationFailure): FailureType {
  return type && Object.hasOwn(failureTypes, type) ? (type as FailureType) : 'Internal';
}
