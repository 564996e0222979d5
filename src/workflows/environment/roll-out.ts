import { uuid4, workflowInfo } from '@temporalio/workflow';
import type { NudgeOrder, ReconcileOrder, RequestTold, RolloutReport } from '../../activities/rollout/contract.ts';
import { listNames } from '../../fleet/words.ts';
import { acceptedWords } from '../../operation/check-words.ts';
import { asGiven } from '../../operation/claim.ts';
import { rolloutTrouble } from '../../operation/rollout-trouble.ts';
import type { OutcomeKind } from '../../operation/status.ts';
import { shortSha } from '../../short-names.ts';
import type { RolloutProgress } from '../memory/progress.ts';
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

/**
 * Waits from the merge until every cluster is healthy, and stays so through the soak. `kept`: it has waited before, and
 * goes on in that phase.
 */
export async function rollOut(
  attempt: Attempt,
  deployed: DeployedCommit,
  kept?: RolloutProgress,
): Promise<RolledOut | RenderAgain | AttemptEnd> {
  let phase = kept ?? (await beginRollout(attempt, deployed));
  const { since } = phase;
  for (;;) {
    const ended = await verifyHealth(attempt, phase);
    if (ended.kind !== 'healthy') return ended;
    const next = await nextPhase(attempt, phase);
    if (!next) return { kind: 'healthy', since };
    phase = next;
  }
}

async function beginRollout(attempt: Attempt, deployed: DeployedCommit): Promise<RolloutProgress> {
  const { run } = attempt;
  const since = timeIn(0);
  run.enter('rolling out', `Flux applies ${shortSha(deployed.commit)}`, { fleet: undefined, check: undefined });
  const token = uuid4();
  await requestReconciliation(attempt, { token, phase: 'rollout' });
  return beginPhase(attempt, { deployed, since, phase: 'rollout', token });
}

/** Begins what follows a phase in which every cluster is healthy; undefined: the rollout is over. */
async function nextPhase(attempt: Attempt, last: RolloutProgress): Promise<RolloutProgress | undefined> {
  const { run, policy } = attempt;
  const { deployed, since, phase, soakEnds = timeIn(policy.soakMs) } = last;
  const except = exceptWords(run.status.fleet);
  if (phase === 'after soak' || policy.soakMs === 0) return undefined;
  if (phase === 'rollout') {
    run.enter('soaking', `every cluster${except} must stay healthy until ${soakEnds}`);
    // One token for the end of the soak: whoever else asks Flux meanwhile writes another text.
    return beginPhase(attempt, { deployed, since, phase: 'soak', soakEnds, token: uuid4() });
  }
  const { token } = last;
  run.enter('soaking', `the soak is over: every cluster${except} must be seen healthy once more`);
  await requestReconciliation(attempt, { token, phase: 'after soak' });
  return beginPhase(attempt, { deployed, since, phase: 'after soak', soakEnds, token });
}

function beginPhase(
  { run, policy }: Attempt,
  begun: Pick<RolloutProgress, 'deployed' | 'since' | 'phase' | 'soakEnds' | 'token'>,
): RolloutProgress {
  const deadline = timeIn(policy.rolloutTimeoutMs + (begun.phase === 'soak' ? policy.soakMs : 0));
  return { kind: 'rollout', policy, ...begun, deadline, leftOut: run.status.fleet?.leftOut };
}

/** Answers what is told of the request that brought the deployment; undefined: there was none. */
export function requestTold({ status }: EnvironmentRun): RequestTold | undefined {
  const { request, mergeCommit, mergedBy, approval } = status;
  if (request === undefined || mergeCommit === undefined) return undefined;
  const { number, url, head } = request;
  const given = approval?.head === head ? { by: approval.by, head, removals: approval.removals } : undefined;
  return { number, url, workflowId: workflowInfo().workflowId, mergedBy, approval: given };
}

/** Makes the order by which the clusters of an attempt are found. */
export function reconcileOrder({ run, policy: { gitops, config } }: Attempt): Omit<ReconcileOrder, 'token'> {
  const { main } = run.status;
  return { source: run.origin.source, environment: run.name, gitops, main, config };
}

async function requestReconciliation(attempt: Attempt, when: Pick<NudgeOrder, 'token' | 'phase'>): Promise<void> {
  const order = { ...reconcileOrder(attempt), ...when };
  await step('requestReconciliation', `${attempt.run.name}: ask Flux to look now`, attempt.run)(order);
}

/** Waits until every cluster is healthy in a phase of the rollout; answers what ends the wait otherwise. */
async function verifyHealth(attempt: Attempt, present: RolloutProgress): Promise<Verified> {
  const { run, order } = attempt;
  const { deployed, phase, soakEnds, token, deadline, leftOut } = present;
  const { commit, config } = deployed;
  const name = `${run.name}: health at ${shortSha(commit)}`;
  for (let { known } = present; ; ) {
    if (run.status.accepted) return acceptedOutcome(run, order);
    run.noteProgress({ ...present, known });
    const when = { deadline, phase, soakEnds, token, leftOut, known };
    const about = { operation: order.operation, request: requestTold(run) };
    const rollout = { ...reconcileOrder(attempt), ...about, commit, ...when };
    const report = await answerUnlessWoken(run.control, () => step('awaitRollout', name, run)(rollout));
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
  const message = `${accepted === undefined ? 'a person' : asGiven(accepted.by)} accepted ${acceptedWords(run.status)}: ${accepted?.reason ?? ''}`;
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
      message: `back at main ${shortSha(run.status.main)}, ${clusters}; asked by ${asGiven(order.requester?.by ?? 'Fairlead')}: ${order.requester?.reason}`,
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
