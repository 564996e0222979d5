import { workflowInfo } from '@temporalio/workflow';

/** The most events after which a workflow continues as new, whatever Temporal suggests: it takes 10,000 signals a run. */
const mostEvents = 8_000;

/** Tells whether it is time to continue as new. `historyLimit`: in events; default: when Temporal suggests it. */
export function isHistoryLong({ historyLimit = mostEvents }: { readonly historyLimit?: number }): boolean {
  const { historyLength, continueAsNewSuggested } = workflowInfo();
  return continueAsNewSuggested || historyLength >= historyLimit;
}
