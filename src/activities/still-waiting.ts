import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';

/**
 * Ends this attempt of a waiting step: benign, so that neither metrics nor logs call it an error,
 * and retried after a fixed interval without growing the history. The message shows in the UI.
 */
export function stillWaiting(message: string, intervalMs: number): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'StillWaiting',
    message,
    category: ApplicationFailureCategory.BENIGN,
    nextRetryDelay: intervalMs,
  });
}
