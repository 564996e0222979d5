import { workflowInfo } from '@temporalio/workflow';

/** Tells whether somebody has started this run. Temporal itself says which run another one goes on from. */
export function isFirstRun(): boolean {
  return workflowInfo().continuedFromExecutionRunId === undefined;
}
