import { ActivityFailure, ApplicationFailure, isCancellation } from '@temporalio/workflow';
import { cutMiddle } from '../../cut.ts';
import { type LateReason, readLate } from '../../operation/trouble/late.ts';
import { wellFormed } from '../../text/message-text.ts';

/** The most characters that a message hands on: with a few words around it, it is well below the limit of `words`. */
const longest = 4_000;

/** Tells whether a step has failed for good. One that was cancelled has not. */
export function isStepFailure(error: unknown): error is ActivityFailure {
  return error instanceof ActivityFailure && !isCancellation(error);
}

/** Answers what a step that failed for good says to people. */
export function failureText(error: ActivityFailure): string {
  return wellFormed(cutMiddle(error.cause?.message ?? error.message, longest));
}

/** Answers why a step that failed for good may go on by itself once the world has caught up; undefined: it does not say so. */
export function lateIn({ cause }: ActivityFailure): LateReason | undefined {
  return cause instanceof ApplicationFailure ? readLate(cause.details) : undefined;
}
