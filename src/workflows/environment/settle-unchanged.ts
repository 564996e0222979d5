import type { CarryOutcome } from '../../activities/pull-request/contract.ts';
import type { RenderOutcome } from '../../activities/render/contract.ts';
import type { Revision } from '../../operation/status.ts';
import { shortSha } from '../../short-names.ts';
import { step } from '../temporal/step.ts';
import { answerUnlessWoken } from '../temporal/waiting.ts';
import { closeLeftovers } from './open-request.ts';
import type { Attempt } from './order.ts';
import type { AttemptEnd, DeployedCommit, RenderAgain } from './results.ts';
import { renderAgain } from './results.ts';
import { withdraw } from './withdraw.ts';

/** A render that equals the branch. */
export type Unchanged = Extract<RenderOutcome, { kind: 'unchanged' }>;

/** Answers what the record is to remember without a request, once no open request would take it back. */
export async function settleUnchanged(
  attempt: Attempt,
  rendered: Unchanged,
): Promise<DeployedCommit | RenderAgain | AttemptEnd> {
  const { run, order } = attempt;
  const { revision, deployed, base: commit } = rendered;
  await withdraw(run, 'Nothing is left to change: the branch holds these manifests already.');
  const inTheWay = await closeLeftovers(attempt, '');
  if (inTheWay) return inTheWay;
  const merged = run.status.mergeCommit !== undefined;
  const main = `main ${shortSha(revision.main)}`;
  if (order.operation === 'rollback' && !merged)
    return { kind: 'unchanged', message: `${main} gives the very manifests that are there already` };
  const isNews = !isSamePair(revision, deployed);
  if (isNews && (await awaitCarried(attempt, rendered)).kind === 'stale') return renderAgain;
  const isDone = order.operation === 'config change' && !merged;
  const message = `${main} is the same with config ${shortSha(revision.config)}`;
  return {
    kind: 'deployed',
    commit,
    config: revision.config,
    isNews,
    end: isDone ? { kind: 'unchanged', message } : undefined,
  };
}

/** Waits until open requests were rendered with the pair, and shows what for; a stale run waits no longer. */
async function awaitCarried(
  { run, policy: { gitops } }: Attempt,
  { revision, deployed: over, base }: Unchanged,
): Promise<Exclude<CarryOutcome, { kind: 'waiting' }>> {
  const order = { source: run.origin.source, environment: run.name, gitops, revision, over, base };
  const name = `${run.name}: open requests carry main ${shortSha(revision.main)}, too`;
  for (let waitingFor = ''; !run.control.isStale; ) {
    const outcome = await answerUnlessWoken(run.control, () =>
      step('awaitCarried', name, run)({ ...order, waitingFor }),
    );
    if (!outcome) continue;
    if (outcome.kind !== 'waiting') return outcome;
    waitingFor = outcome.reason;
    run.enter('queued', waitingFor);
  }
  return { kind: 'stale' };
}

function isSamePair(one: Revision, other: Revision): boolean {
  return one.main === other.main && one.config === other.config;
}
