import type { Dependencies } from '../../dependencies.ts';
import { laneId, laneWorkflow } from '../../lane/messages.ts';
import type { LaneInput } from '../../lane/types.ts';
import { platformId } from '../../platform/repository/platform-id.ts';
import type { LaneOrder } from './contract.ts';

/** Sends a message to the lane of a GitOps branch, and starts the lane where it does not run. */
export async function tellLane({ workflows }: Pick<Dependencies, 'workflows'>, order: LaneOrder): Promise<void> {
  const { gitops, source, environment, message } = order;
  const input: LaneInput = { gitops, source, environment };
  const start = {
    workflow: laneWorkflow,
    workflowId: laneId(platformId(gitops.repository), gitops.branch),
    args: [input],
    summary: `lane of ${environment}`,
    attributes: { platform: platformId(source), environment },
  };
  await workflows.signalWithStart(start, message.signal, message.payload);
}
