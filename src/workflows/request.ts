import { workflowInfo } from '@temporalio/workflow';
import type { CloseOutcome, EnvironmentSnapshot, RenderOutcome } from '../activities/contract.ts';
import { step } from './activities.ts';
import type { Cargo, EnvironmentRun } from './environment-run.ts';

export type Changed = Extract<RenderOutcome, { kind: 'changed' }>;

/** Opens the request for what was rendered, or brings the open one up to date. */
export async function propose(
  run: EnvironmentRun,
  cargo: Cargo,
  policy: EnvironmentSnapshot,
  rendered: Changed,
): Promise<void> {
  const { commit, branch, base, deployed, waiting, lostEdits, takesOver } = rendered;
  run.proposed = { branch, commit };
  const opened = await step(
    'openPullRequest',
    `${run.name}: open ${branch}`,
  )({
    source: run.source,
    environment: run.name,
    gitops: policy.gitops,
    main: cargo.main,
    config: policy.config,
    errand: cargo.errand,
    commit,
    branch,
    base,
    ...(deployed && { deployed }),
    waiting,
    lostEdits,
    ...(cargo.asked && { asked: cargo.asked }),
    workflowId: workflowInfo().workflowId,
  });
  const merge = policy.merge === 'auto' && takesOver ? 'approval' : policy.merge;
  run.update({ request: { ...opened, branch, head: commit, merge, open: true } });
}

/**
 * Takes back what is proposed: closes our open request with the reason and deletes our branch; undefined: nothing
 * is. A request whose opening was cut off is open without our knowing its number, and is closed as well.
 */
export async function withdraw(run: EnvironmentRun, comment: string): Promise<CloseOutcome | undefined> {
  const { proposed } = run;
  const { request, gitops } = run.status;
  if (!proposed || !gitops) return undefined;
  const closed = await step(
    'closePullRequest',
    `${run.name}: close ${request?.open ? `#${request.number}` : proposed.branch}`,
  )({ gitops, ...proposed, ...(request?.open && { number: request.number }), comment });
  run.proposed = undefined;
  if (request?.open) run.update({ request: { ...request, open: false } });
  if (closed.kind === 'merged') run.update({ mergeCommit: closed.commit, ...(closed.by && { mergedBy: closed.by }) });
  return closed;
}
