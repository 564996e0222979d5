import { uuid4 } from '@temporalio/workflow';
import type { NudgeOrder, ReconcileOrder, RolloutOrder, RolloutReport } from '../../activities/rollout/contract.ts';
import { listNames } from '../../fleet/words.ts';
import { acceptedWords } from '../../operation/check-words.ts';
import { rolloutTrouble } from '../../operation/rollout-trouble.ts';
import type { OutcomeKind } from '../../operation/status.ts';
import { shortSha } from '../../short-names.ts';
import { step } from '../temporal/step.ts';
import { answerUnlessWoken } from '../temporal/waiting.ts';
import type { EnvironmentRun } from './environment-run.ts';
import type { Attempt, DeploymentOrder } from './order.ts';
import {
  type AttemptEnd,
  attention,
  type DeployedCommit,
  type Outcome,
  type RenderAgain,
  renderAgain,
} from './results.ts';

/** Every cluster is healthy, but for those that are left out. */
export interface RolledOut {
  readonly kind: 'healthy';
  /** When the rollout began, so that the merge was known; ISO 8601. */
  readonly since: string;
}

type Verified = { readonly kind: 'healthy' } | RenderAgain | AttemptEnd;

/** Waits from the merge until every cluster is healthy, and stays so through the soak. */
export async function rollOut(
  attempt: Attempt,
  deployed: DeployedCommit,
): Promise<RolledOut | RenderAgain | AttemptEnd> {
  const { run, policy } = attempt;
  const since = timeIn(0);
  run.enter('rolling out', `Flux applies ${shortSha(deployed.commit)}`, { fleet: undefined, check: undefined });
  const token = uuid4();
  await requestReconciliation(attempt, { token, phase: 'rollout' });
  const rolledOut = await verifyHealth(attempt, deployed, { phase: 'rollout', token });
  if (rolledOut.kind !== 'healthy') return rolledOut;
  const soaked = policy.soakMs > 0 ? await awaitSoak(attempt, deployed) : rolledOut;
  return soaked.kind === 'healthy' ? { kind: 'healthy', since } : soaked;
}

async function awaitSoak(attempt: Attempt, deployed: DeployedCommit): Promise<Verified> {
  const { run, policy } = attempt;
  const soakEnds = timeIn(policy.soakMs);
  run.enter('soaking', `every cluster${exceptWords(run.status.fleet)} must stay healthy until ${soakEnds}`);
  // One token for the end of the soak: whoever else asks Flux meanwhile writes another text.
  const token = uuid4();
  const stayed = await verifyHealth(attempt, deployed, { phase: 'soak', soakEnds, token });
  if (stayed.kind !== 'healthy') return stayed;
  const except = exceptWords(run.status.fleet);
  run.enter('soaking', `the soak is over: every cluster${except} must be seen healthy once more`);
  await requestReconciliation(attempt, { token, phase: 'after soak' });
  return verifyHealth(attempt, deployed, { phase: 'after soak', soakEnds, token });
}

/** Makes the order by which the clusters of an attempt are found. */
export function reconcileOrder({ run, policy: { gitops, config } }: Attempt): Omit<ReconcileOrder, 'token'> {
  const { main } = run.status;
  return { source: run.origin.source, environment: run.name, gitops, main, config };
}

async function requestReconciliation(attempt: Attempt, when: Pick<NudgeOrder, 'token' | 'phase'>): Promise<void> {
  const order = { ...reconcileOrder(attempt), ...when };
  await step('requestReconciliation', `${attempt.run.name}: ask Flux to look now`)(order);
}

/** Waits until every cluster is healthy in a phase of the rollout; answers what ends the wait otherwise. */
async function verifyHealth(
  attempt: Attempt,
  { commit, config }: DeployedCommit,
  when: Pick<RolloutOrder, 'phase' | 'soakEnds' | 'token'>,
): Promise<Verified> {
  const { run, policy } = attempt;
  const { operation } = attempt.order;
  const deadline = timeIn(policy.rolloutTimeoutMs + (when.phase === 'soak' ? policy.soakMs : 0));
  const name = `${run.name}: health at ${shortSha(commit)}`;
  const { leftOut } = run.status.fleet ?? {};
  for (let known: RolloutOrder['known']; ; ) {
    if (run.status.accepted) return acceptedOutcome(run, attempt.order);
    const rollout = { ...reconcileOrder(attempt), operation, commit, deadline, ...when, leftOut, known };
    const report = await answerUnlessWoken(run.control, () => step('awaitRollout', name)(rollout));
    if (!report) continue;
    const { digest, at: reportedAt, memory } = report;
    known = { digest, at: reportedAt, reports: (known?.reports ?? 0) + 1, memory };
    // A report without a digest comes from a branch that has moved: no cluster was looked at.
    if (report.digest !== '') run.update({ fleet: report.fleet });
    const moved = branchMoved(attempt, report);
    if (moved) return moved;
    // What is recorded healthy is the pair that the clusters run.
    const { config: seenConfig, commit: at } = report.seen ?? { config, commit };
    if (report.kind === 'healthy') run.update({ config: seenConfig, deployedAs: at });
    if (report.kind !== 'progress') return rolloutResult(attempt, { commit, deadline }, report);
  }
}

function rolloutResult(
  { run, policy }: Attempt,
  { commit, deadline }: { readonly commit: string; readonly deadline: string },
  report: RolloutReport,
): Verified {
  const words = rolloutTrouble(report.fleet, { environment: run.name, reference: run.origin.reference });
  switch (report.kind) {
    case 'failed':
      return attention(words, mayRollBack(run, commit, report) && policy.onFailure === 'rollback');
    case 'unknown':
      return attention(`By ${deadline} not every cluster could be seen: ${words}`);
    default:
      return { kind: 'healthy' };
  }
}

/** Answers what follows where the branch has moved on under a deployment that is looked at; undefined: it has not. */
export function branchMoved(
  { run, order: { operation } }: Attempt,
  { kind, deployed = '' }: { readonly kind: RolloutReport['kind'] | string; readonly deployed?: string },
): RenderAgain | AttemptEnd | undefined {
  // A config change stays deployed when another operation merges another main commit: it is rendered again with that.
  const isMoved = kind === 'overtaken' || kind === 'reverted';
  if (kind === 'forgotten' || (isMoved && operation === 'config change')) return renderAgain;
  if (kind === 'overtaken')
    return { kind: 'superseded', message: `main ${shortSha(deployed)} was merged in ${run.name} meanwhile` };
  if (kind === 'reverted')
    return attention(
      `somebody else took ${run.name} back to main ${shortSha(deployed)}. Retry to propose this one again, or abort.`,
    );
  if (kind === 'config reverted')
    return attention(
      `somebody else took ${run.name} back to config ${shortSha(deployed)}. Retry to propose today's again, or abort.`,
    );
  return undefined;
}

/** Tells whether a failure may be rolled back: only one of the commit that this operation merged may. */
export function mayRollBack(
  { status }: EnvironmentRun,
  commit: string,
  report: Pick<RolloutReport, 'mayRollBack'>,
): boolean {
  return report.mayRollBack && status.mergeCommit === commit;
}

/** Makes the outcome of a person's `accept`: it is recorded as accepted, never as healthy. */
export function acceptedOutcome(run: EnvironmentRun, order: DeploymentOrder): Outcome {
  const { accepted } = run.status;
  const message = `${accepted?.by ?? 'a person'} accepted ${acceptedWords(run.status)}: ${accepted?.reason ?? ''}`;
  return { kind: order.operation === 'rollback' ? 'rolled back' : 'accepted', message };
}

/** Makes the outcome of a rollout that got through; `checks` names those that have passed. */
export function successOutcome({ run, order }: Attempt, checks: readonly string[]): Outcome {
  const healthy =
    run.status.fleet?.total === 0
      ? 'no clusters to verify'
      : `healthy on every cluster${exceptWords(run.status.fleet)}`;
  const clusters = checks.length === 0 ? healthy : `${healthy}; checked ${checks.join(', ')}`;
  if (order.operation === 'rollback')
    return {
      kind: 'rolled back',
      message: `back at main ${shortSha(run.status.main)}, ${clusters}; asked by ${order.requester?.by}: ${order.requester?.reason}`,
    };
  if (order.operation === 'config change') return { kind: 'configured', message: clusters };
  const kind: OutcomeKind = run.status.mergeCommit ? 'promoted' : 'unchanged';
  return { kind, message: kind === 'unchanged' ? `nothing to change, ${clusters}` : clusters };
}

/** Says which clusters it goes on without; '' where there are none. */
export function exceptWords(fleet: { readonly leftOut?: readonly string[] | undefined } | undefined): string {
  const { leftOut = [] } = fleet ?? {};
  return leftOut.length === 0 ? '' : ` except ${listNames(leftOut, 10)} (maxUnavailable)`;
}

/** Answers the time in so many milliseconds, ISO 8601. */
export function timeIn(ms: number): string {
  return new Date(Date.now() + ms).toISOString();
}
