import { workflowInfo } from '@temporalio/workflow';
import type { Proposal } from '../../activities/pull-request/contract.ts';
import type { RenderOutcome } from '../../activities/render/contract.ts';
import { awaitedRemovals } from '../../operation/guard/removals.ts';
import type { MergePolicy } from '../../platform/types.ts';
import { blockedBy } from '../lane/client/blocked.ts';
import { step } from '../temporal/step.ts';
import { type Attempt, configMayGoBack } from './order.ts';
import { type AttemptEnd, type Attention, attention, type Outcome, type RenderAgain, renderAgain } from './results.ts';

/** A render that differs from the branch. */
export type Changed = Extract<RenderOutcome, { kind: 'changed' }>;

/** The request is open; its number and head are in the status. */
export interface Opened {
  readonly kind: 'open';
  readonly rendered: Changed;
}

/** Opens the request for what was rendered, or brings the open one up to date. */
export async function openRequest(attempt: Attempt, rendered: Changed): Promise<Opened | RenderAgain | AttemptEnd> {
  const { run, order } = attempt;
  const refused = endedOutcome(attempt) ?? (await closeLeftovers(attempt, rendered.branch)) ?? endedOutcome(attempt);
  if (refused) return refused;
  if (!(await proposeRendered(attempt, rendered))) return renderAgain;
  // It was merged before and is proposed again, so that it may give way again.
  if (order.operation !== 'config change') await run.lane?.updateEntry({ phase: 'unmerged' });
  return { kind: 'open', rendered };
}

/** Answers the outcome where nothing more of the operation is to be proposed. */
function endedOutcome({ run }: Attempt): Outcome | undefined {
  const { ending } = run.control;
  if (ending === undefined) return undefined;
  return { kind: 'aborted', message: `Fairlead: ${ending}`, by: 'Fairlead', reason: ending };
}

/** Closes what operations that do not run any more left open, except `keep`; answers what is still in the way. */
export async function closeLeftovers({ run, order, policy }: Attempt, keep: string): Promise<Attention | undefined> {
  if (order.operation === 'config change') return undefined;
  const { workflowId } = workflowInfo();
  const comment = `Closed by Fairlead: what opened this does not run any more, and ${workflowId} goes on here.`;
  const cleared = await step(
    'clearRequests',
    `${run.name}: close what others left open`,
    run,
  )({
    source: run.origin.source,
    environment: run.name,
    gitops: policy.gitops,
    keep,
    comment,
  });
  return cleared.kind === 'clear' ? undefined : attention(cleared.reason);
}

/** Answers the proposal for the steps that open and merge the request. */
export function proposalOf({ run, order, policy }: Attempt, rendered: Changed): Proposal {
  const { revision, commit, branch, base, recordHead } = rendered;
  return {
    source: run.origin.source,
    environment: run.name,
    gitops: policy.gitops,
    operation: order.operation,
    revision,
    commit,
    branch,
    base,
    recordHead,
    configMayGoBack: configMayGoBack(order),
  };
}

/** Opens the request; false: it must be rendered again. */
async function proposeRendered(attempt: Attempt, rendered: Changed): Promise<boolean> {
  const { run, order } = attempt;
  const { commit, branch, isNewBranch, deployed, waiting, lostEdits, ignoredNotes, removals } = rendered;
  const merge = mergeInForce(attempt, rendered);
  const guarded = awaitedRemovals(order.operation, removals);
  run.beginProposal({ branch, commit });
  const opened = await step(
    'openPullRequest',
    `${run.name}: open ${branch}`,
    run,
  )({
    ...proposalOf(attempt, rendered),
    isNewBranch,
    deployed,
    waiting,
    lostEdits,
    overwritten: run.status.overwritten,
    ignoredNotes,
    removals,
    merge,
    reference: run.origin.reference,
    requester: order.requester,
    blocked: blockedBy(run, { operation: order.operation, merge, removals: guarded }),
    workflowId: workflowInfo().workflowId,
  });
  if (opened.kind === 'stale') return false;
  const { number, url } = opened;
  const { approval } = run.status;
  run.update({
    request: { number, url, branch, head: commit, merge, open: true, removals: guarded },
    // An approval counts for one commit alone.
    approval: approval?.head === commit ? approval : undefined,
  });
  return true;
}

/** Answers the policy in force for a request: what takes a branch over, or what the guard names, needs a person. */
function mergeInForce({ order, policy: { merge } }: Attempt, { takesOver, removals }: Changed): MergePolicy {
  const isGuarded = awaitedRemovals(order.operation, removals) !== undefined;
  return merge === 'auto' && (takesOver || isGuarded) ? 'approval' : merge;
}
