import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';

/**
 * Makes the failure that ends one attempt of a waiting step. It is benign, so that neither metrics nor logs call it an
 * error, and retried after a fixed interval without growing the history. The message shows in the Temporal UI.
 */
export function stillWaiting(message: string, intervalMs: number): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'StillWaiting',
    message,
    category: ApplicationFailureCategory.BENIGN,
    nextRetryDelay: intervalMs,
  });
}
