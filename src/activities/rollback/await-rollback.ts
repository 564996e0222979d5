import type { Dependencies } from '../../dependencies.ts';
import type { RollbackActivities, WorkflowEnd } from '../lane/contract.ts';
import { stillWaiting } from '../still-waiting.ts';

/** Waits until this run of a rollback has ended; fails benignly until then. */
export async function awaitRollback(
  { workflows, intervals }: Pick<Dependencies, 'workflows' | 'intervals'>,
  { workflowId, runId }: Parameters<RollbackActivities['awaitRollback']>[0],
): Promise<WorkflowEnd> {
  const end = await workflows.endOf(workflowId, runId);
  if (end === undefined) throw stillWaiting(`${workflowId} still runs`, intervals.mergePollMs);
  return end;
}
