import { workflowInfo } from '@temporalio/workflow';

/** Whether it is time to continue as new. `historyLimit`: events; default: when Temporal suggests it. */
export function isLong({ historyLimit }: { readonly historyLimit?: number }): boolean {
  const { historyLength, continueAsNewSuggested } = workflowInfo();
  return continueAsNewSuggested || historyLength >= (historyLimit ?? Number.POSITIVE_INFINITY);
}
