import type { Dependencies } from '../../dependencies.ts';
import type { WorkflowEnd } from '../../temporal/workflows-port.ts';
import { stillWaiting } from '../still-waiting.ts';
import type { RollbackActivities } from './contract.ts';

/** Waits until this run of a rollback has ended; fails benignly until then. */
export async function awaitRollback(
  { workflows, intervals }: Pick<Dependencies, 'workflows' | 'intervals'>,
  { workflowId, runId }: Parameters<RollbackActivities['awaitRollback']>[0],
): Promise<WorkflowEnd> {
  const end = await workflows.endOf(workflowId, runId);
  if (end === undefined) throw stillWaiting(`${workflowId} still runs`, intervals.mergePollMs);
  return end;
}
