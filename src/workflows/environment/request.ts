import { workflowInfo } from '@temporalio/workflow';
import type { CloseOutcome, EnvironmentSnapshot, Proposal, RenderOutcome } from '../../activities/contract.ts';
import type { LaneRef } from '../../lane/types.ts';
import { step } from '../temporal/step.ts';
import type { DeploymentOrder, EnvironmentRun } from './environment-run.ts';
import { type Attention, attention } from './results.ts';

export type Changed = Extract<RenderOutcome, { kind: 'changed' }>;

/** Closes what another promotion or rollback that does not run any more left open; answers what is in the way still. */
export async function clear(
  run: EnvironmentRun,
  { operation }: DeploymentOrder,
  { gitops }: EnvironmentSnapshot,
  keep: string,
): Promise<Attention | undefined> {
  if (operation === 'config change') return undefined;
  const { workflowId } = workflowInfo();
  const comment = `Closed by Fairlead: what opened this does not run any more, and ${workflowId} goes on here.`;
  const order = { source: run.origin.source, environment: run.name, gitops, keep, comment };
  const cleared = await step('clearRequests', `${run.name}: close what others left open`)(order);
  return cleared.kind === 'clear' ? undefined : attention(cleared.reason);
}

/** What is proposed, as the steps that open and merge it must know it. */
export function proposalOf(
  run: EnvironmentRun,
  order: DeploymentOrder,
  { gitops }: EnvironmentSnapshot,
  { revision, commit, branch, base, recordHead }: Changed,
): Proposal {
  return {
    source: run.origin.source,
    environment: run.name,
    gitops,
    operation: order.operation,
    revision,
    commit,
    branch,
    base,
    ...(recordHead !== undefined && { recordHead }),
    ...configMayGoBack(order),
  };
}

/** Of a rollback to a recorded pair. */
export function configMayGoBack({ config }: DeploymentOrder): Pick<Proposal, 'configMayGoBack'> {
  return config === undefined ? {} : { configMayGoBack: true };
}

/** Opens the request for what was rendered, or brings the open one up to date; false: it is to be rendered again. */
export async function propose(
  run: EnvironmentRun,
  order: DeploymentOrder,
  policy: EnvironmentSnapshot,
  rendered: Changed,
): Promise<boolean> {
  const { commit, branch, deployed, waiting, lostEdits, takesOver, ignoredNotes } = rendered;
  run.proposed = { branch, commit };
  const opened = await step(
    'openPullRequest',
    `${run.name}: open ${branch}`,
  )({
    ...proposalOf(run, order, policy, rendered),
    ...(deployed && { deployed }),
    waiting,
    lostEdits,
    ignoredNotes,
    ...(order.requester && { requester: order.requester }),
    workflowId: workflowInfo().workflowId,
  });
  if (opened.kind === 'stale') return false;
  const { number, url } = opened;
  const merge = policy.merge === 'auto' && takesOver ? 'approval' : policy.merge;
  const { approval } = run.status;
  run.update({
    request: { number, url, branch, head: commit, merge, open: true },
    // It was given for another commit.
    ...(approval?.head !== commit && { approval: undefined }),
  });
  return true;
}

/**
 * Takes back what is proposed: closes our open request with the reason and deletes our branch; undefined: nothing
 * is. A request whose opening was cut off is open without our knowing its number, and is closed as well.
 */
export async function withdraw(
  run: EnvironmentRun,
  comment: string,
  successor?: LaneRef,
): Promise<CloseOutcome | undefined> {
  const { proposed } = run;
  const { source } = run.origin;
  const { request, gitops } = run.status;
  if (!proposed || !gitops) return undefined;
  const closed = await step(
    'closePullRequest',
    `${run.name}: close ${request?.open ? `#${request.number}` : proposed.branch}`,
  )({
    gitops,
    ...proposed,
    ...(request?.open && { number: request.number }),
    comment,
    ...(successor && { successor: { ...successor, source } }),
  });
  run.proposed = undefined;
  if (request?.open) run.update({ request: { ...request, open: false } });
  if (closed.kind === 'merged')
    run.update({ mergeCommit: closed.commit, deployedAs: closed.commit, mergedBy: closed.by });
  return closed;
}
