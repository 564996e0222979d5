import type { ActivityFailure } from '@temporalio/workflow';

/** Answers what a step that failed for good says to people. */
export function failureText(error: ActivityFailure): string {
  return error.cause?.message ?? error.message;
}
