import { afterRollback } from '../../operation/hold.ts';
import type { EnvironmentRun } from './environment-run.ts';
import type { DeploymentOrder } from './order.ts';
import type { Outcome } from './results.ts';

/** Leaves the lane, once; after a rollback it is held at the same moment. */
export async function leaveLane(run: EnvironmentRun, order: DeploymentOrder, outcome?: Outcome): Promise<void> {
  const held = order.operation === 'rollback' && (run.hasDeployed || outcome?.kind === 'rolled back');
  const { by = 'Fairlead', reason = '' } = order.requester ?? {};
  const hold = { by, reason: afterRollback(reason), config: order.config !== undefined };
  await run.leaveLane()?.leave(held ? hold : undefined);
}
