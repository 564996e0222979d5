import { workflowInfo } from '@temporalio/workflow';

/**
 * Tells whether somebody has given this run its input. Temporal itself says which run another one goes on from; but it names one, too,
 * where it starts a workflow again by the clock, or because a run has failed or taken too long, and that has the input of the first.
 */
export function isFirstRun(): boolean {
  const { continuedFromExecutionRunId, cronSchedule, attempt } = workflowInfo();
  return continuedFromExecutionRunId === undefined || cronSchedule !== undefined || attempt > 1;
}
