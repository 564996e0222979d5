import type { Dependencies } from '../../dependencies.ts';
import type { LaneEntry } from '../../lane/types.ts';

/** Tells whether the workflow of an entry does not run any more, or was started again since. */
export async function hasEnded(
  { workflows }: Pick<Dependencies, 'workflows'>,
  { workflowId, firstRunId }: Pick<LaneEntry, 'workflowId' | 'firstRunId'>,
): Promise<boolean> {
  return !(await workflows.isRunning(workflowId, firstRunId));
}
