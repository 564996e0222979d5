import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { WaitingStep } from '../operation/trouble/step-trouble.ts';

/** What a waiting step tells its own workflow. */
export interface WaitingNews {
  /** What is awaited, for people. */
  readonly reason: string;
  /** It passes by itself within seconds mostly: it is told when it has stayed. */
  readonly isBrief?: boolean;
  /** What the workflow knows already, when this step was not made yet. */
  readonly known?: WaitingStep | undefined;
}

const newsOf = new WeakMap<ApplicationFailure, WaitingNews>();

/**
 * Makes the failure that ends one attempt of a waiting step. It is benign, so that neither metrics nor logs call it an
 * error, and retried after a fixed interval without growing the history. The message shows in the Temporal UI, with when
 * it looks again, so that nobody takes it for an error. `news`: what the workflow is told, in a message; undefined: it learns
 * nothing, as it hears of no attempt.
 */
export function stillWaiting(message: string, intervalMs: number, news?: WaitingNews): ApplicationFailure {
  const failure = ApplicationFailure.create({
    type: 'StillWaiting',
    message: `${message}${againWords(intervalMs)}`,
    category: ApplicationFailureCategory.BENIGN,
    nextRetryDelay: intervalMs,
  });
  if (news) newsOf.set(failure, news);
  return failure;
}

/** Writes when the next look comes; a look within the second is not told. */
function againWords(intervalMs: number): string {
  const seconds = Math.round(intervalMs / 1000);
  if (seconds < 1) return '';
  return ` (looks again in ${seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`})`;
}

/** Answers what the workflow is to be told of a wait; undefined: nothing. */
export function waitingNews(error: unknown): WaitingNews | undefined {
  return error instanceof ApplicationFailure ? newsOf.get(error) : undefined;
}
