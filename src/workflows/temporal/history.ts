import { workflowInfo } from '@temporalio/workflow';

/** Tells whether it is time to continue as new. `historyLimit`: in events; default: when Temporal suggests it. */
export function isHistoryLong({ historyLimit }: { readonly historyLimit?: number }): boolean {
  const { historyLength, continueAsNewSuggested } = workflowInfo();
  return continueAsNewSuggested || historyLength >= (historyLimit ?? Number.POSITIVE_INFINITY);
}
