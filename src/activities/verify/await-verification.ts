import { createHash } from 'node:crypto';
import { withEnds } from '../../async/with-ends.ts';
import type { Dependencies } from '../../dependencies.ts';
import type { BranchState } from '../../gitops/branch-state.ts';
import type { LongLook } from '../../gitops/leaves/leaves-in-turn.ts';
import { countGroups } from '../../operation/accept.ts';
import { fleetStatusLimit } from '../../operation/status.ts';
import { branchInTime } from '../rollout/branch-in-time.ts';
import { isReportDue } from '../rollout/report-pace.ts';
import type { StepAttempt } from '../step-attempt.ts';
import { stillWaiting } from '../still-waiting.ts';
import type { VerificationOrder, VerificationReport } from './contract.ts';
import { lookAtChecks } from './look-at-checks.ts';
import { type CheckFinding, lookAtObjects } from './look-at-objects.ts';
import { watchUrl } from './watch-url.ts';

/**
 * Makes one check of an environment's `verify`. Answers when it has passed or failed, when its time is over, when the
 * branch has moved on, or when there is progress to report; else fails benignly. These hold here:
 *
 * - It starts nothing: it looks at what Flux has made or what the forge says of the main commit, or sends a request to a host that
 *   the settings allow.
 * - A check passes on positive evidence about the deployed commit alone.
 * - Time is Temporal's: a worker's clock alone ends no wait.
 * - Only an object of this commit that has failed, or a check of the forge that has, is a failure; everything else is waited for until
 *   the time is over.
 */
export function awaitVerification(
  dependencies: Dependencies,
  order: VerificationOrder,
  { now, signal }: Pick<StepAttempt, 'now' | 'signal'>,
): Promise<VerificationReport> {
  return withEnds((atEnd) => lookOnce(dependencies, order, { now, signal, atEnd }));
}

async function lookOnce(
  dependencies: Dependencies,
  order: VerificationOrder,
  attempt: LongLook & Pick<StepAttempt, 'now'>,
): Promise<VerificationReport> {
  const branch = await branchInTime(dependencies, order, attempt);
  if (branch.kind !== 'current') return { ...report(branch.kind, nothing, attempt.now()), ...branch };
  const { check } = order;
  const found = await look(dependencies, order, { branch, signal: attempt.signal });
  const now = attempt.now();
  const made = report('progress', found, now);
  if (found.state === 'passed') return { ...made, kind: 'passed', leftOut: found.leftOut };
  if (found.state === 'failed')
    return { ...made, kind: 'failed', mayRollBack: check.kind === 'object' && !branch.configChanged };
  if (Date.parse(order.deadline) <= now) return { ...made, kind: 'late' };
  if (isReportDue(dependencies.intervals.progressMs, order.known, made)) return made;
  throw stillWaiting(found.awaited, lookAgainMs(dependencies, order));
}

/** What is asked of a forge counts against its limits. */
function lookAgainMs(
  { intervals, forges }: Pick<Dependencies, 'intervals' | 'forges'>,
  { check, source }: VerificationOrder,
): number {
  if (check.kind !== 'checks') return intervals.healthPollMs;
  return forges.for(source).stretched?.(intervals.mergePollMs) ?? intervals.mergePollMs;
}

interface LookParts {
  readonly branch: Extract<BranchState, { kind: 'current' }>;
  readonly signal: AbortSignal | undefined;
}

function look(
  dependencies: Dependencies,
  order: VerificationOrder,
  { branch, signal }: LookParts,
): Promise<CheckFinding> {
  const { check } = order;
  switch (check.kind) {
    case 'object':
      return lookAtObjects(dependencies, order, { branch, reference: check.object });
    case 'http':
      return watchUrl(dependencies, check, signal);
    case 'checks':
      return lookAtChecks(dependencies, order, check);
  }
}

const nothing: CheckFinding = { state: 'awaited', awaited: '', clusters: [] };

function report(
  kind: VerificationReport['kind'],
  { awaited, clusters }: CheckFinding,
  now: number,
): VerificationReport {
  const digest = createHash('sha256')
    .update(JSON.stringify([awaited, clusters]))
    .digest('hex')
    .slice(0, 16);
  const shown = clusters.slice(0, fleetStatusLimit);
  return {
    kind,
    awaited,
    clusters: shown,
    open: clusters.length,
    groups: countGroups(clusters),
    digest,
    at: new Date(now).toISOString(),
    mayRollBack: false,
  };
}
