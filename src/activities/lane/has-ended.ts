import type { Dependencies } from '../../dependencies.ts';
import type { LaneEntry } from '../../lane/types.ts';
import { tellGone } from '../report/gone.ts';
import type { EndedOrder } from './contract.ts';

/** Begins the ids of our workflows that are no operations: they run for long, and never leave a lane. */
const noOperation = /^(lane|catch-up)\//;

/**
 * Tells whether the workflow of an entry does not run any more, or was started again since; so it does where it is none that could
 * be in a lane.
 */
export async function hasEnded(
  { workflows }: Pick<Dependencies, 'workflows'>,
  { workflowId, firstRunId }: Pick<LaneEntry, 'workflowId' | 'firstRunId'>,
): Promise<boolean> {
  return noOperation.test(workflowId) || !(await workflows.isRunning(workflowId, firstRunId));
}

/** Answers the same, and tells how the operation ended where it could not say so itself. */
export async function tellingEnd(dependencies: Parameters<typeof tellGone>[0], entry: EndedOrder): Promise<boolean> {
  const ended = await hasEnded(dependencies, entry);
  const { source, environment, operation, main, ...run } = entry;
  if (ended && source !== undefined && environment !== undefined && operation !== undefined && main !== undefined)
    await tellGone(dependencies, { source, environment }, [{ ...run, operation, main }]);
  return ended;
}
