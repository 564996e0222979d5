import { uuid4, workflowInfo } from '@temporalio/workflow';
import type { EnvironmentSnapshot } from '../../activities/source/contract.ts';
import { rollbackHoldReason } from '../../operation/hold.ts';
import { LaneClient } from '../lane/client/lane-client.ts';
import { step } from '../temporal/step.ts';
import { answerOrStandStill } from '../temporal/waiting.ts';
import type { EnvironmentRun } from './environment-run.ts';
import type { DeploymentOrder } from './order.ts';
import { type AttemptEnd, attention, type Outcome } from './results.ts';

/** The turn of a run: what is ordered by now, and the policy of this moment. */
export interface Turn {
  readonly kind: 'turn';
  readonly order: DeploymentOrder;
  readonly policy: EnvironmentSnapshot;
}

/** Takes the turn in the environment's lane. What was read before it had to wait, perhaps for days, is read anew. */
export async function takeTurn(run: EnvironmentRun, asked: DeploymentOrder): Promise<Turn | AttemptEnd> {
  for (;;) {
    const policy = await readPolicy(run, asked);
    const waited = await awaitTurn(run, asked, policy);
    const refused = run.lane?.refusal;
    if (refused !== undefined) return attention(refused);
    if (waited) continue;
    const present = asked.atTurn ? await asked.atTurn() : { kind: 'order' as const, order: asked };
    return present.kind === 'order' ? { kind: 'turn', order: present.order, policy } : present;
  }
}

/** Reads the policy at the head of the environment's config branch; of a recorded pair, its config commit counts. */
export async function readPolicy(run: EnvironmentRun, order: DeploymentOrder): Promise<EnvironmentSnapshot> {
  const { source, platformCommit: commit } = run.origin;
  run.forgetProgress();
  const read = step('readEnvironment', `${run.name}: read its policy`, run);
  // Where it fails for days, it must not keep the workflow from continuing as new: it begins with its turn there.
  const policy = await answerOrStandStill(run.control.renewal, () => {
    run.control.beginPolicyRead();
    return read({ source, environment: run.name, commit });
  });
  run.update({ config: order.config ?? policy.config, gitops: policy.gitops });
  return policy;
}

/** Waits for the turn; true: others had theirs first. */
async function awaitTurn(
  run: EnvironmentRun,
  order: DeploymentOrder,
  { whenNewer, gitops }: EnvironmentSnapshot,
): Promise<boolean> {
  if (run.lane?.hadTurn && run.lane.refusal === undefined) {
    await run.lane.updateEntry({ phase: run.isMerged ? 'merged' : 'unmerged', whenNewer });
    return false;
  }
  if (!run.lane) {
    const { workflowId, firstExecutionRunId: firstRunId } = workflowInfo();
    const client = new LaneClient(run, gitops, {
      id: uuid4(),
      source: run.origin.source,
      environment: run.name,
      operation: order.operation,
      main: order.main ?? run.status.main,
      phase: run.isMerged ? 'merged' : 'waiting',
      whenNewer,
      workflowId,
      firstRunId,
      ...order.requester,
      holdsConfig: order.operation === 'rollback' && order.config !== undefined ? true : undefined,
    });
    run.enterLane(client);
    return client.waitForTurn();
  }
  return run.lane.waitForTurn();
}

/** Leaves the lane, once; after a rollback it is held at the same moment. */
export async function leaveLane(run: EnvironmentRun, order: DeploymentOrder, outcome?: Outcome): Promise<void> {
  const held = order.operation === 'rollback' && (run.hasDeployed || outcome?.kind === 'rolled back');
  const { by = 'Fairlead', reason = '' } = order.requester ?? {};
  const hold = { by, reason: rollbackHoldReason(reason), config: order.config !== undefined };
  await run.leaveLane()?.leave(held ? hold : undefined);
}
