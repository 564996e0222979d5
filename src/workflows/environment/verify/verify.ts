import type { VerificationOrder, VerificationReport } from '../../../activities/verify/contract.ts';
import { checkTrouble } from '../../../operation/check-words.ts';
import { formatDuration } from '../../../platform/duration.ts';
import { checkName, type VerifyCheck } from '../../../platform/verify/verify-check.ts';
import type { CheckProgress } from '../../memory/progress.ts';
import { step } from '../../temporal/step.ts';
import { answerUnlessWoken, runUnless } from '../../temporal/waiting.ts';
import type { EnvironmentRun } from '../environment-run.ts';
import type { Attempt } from '../order.ts';
import { type AttemptEnd, attention, type DeployedCommit, type RenderAgain } from '../results.ts';
import {
  acceptedOutcome,
  branchMoved,
  exceptWords,
  mayRollBack,
  type RolledOut,
  reconcileOrder,
  requestTold,
  successOutcome,
  timeIn,
} from '../roll-out.ts';

/**
 * Makes the checks that the environment's policy names, one after the other. A rollback makes none: where it goes to was
 * healthy, and an emergency does not wait for a test.
 */
export async function verify(
  attempt: Attempt,
  deployed: DeployedCommit,
  from: RolledOut | CheckProgress,
): Promise<RenderAgain | AttemptEnd> {
  const { run, order, policy } = attempt;
  const checks = order.operation === 'rollback' ? [] : (policy.verify ?? []);
  let kept = from.kind === 'check' ? from : undefined;
  const passed = [...(kept?.passed ?? [])];
  for (const check of checks.slice(passed.length)) {
    const awaited = kept ?? beginCheck(attempt, check, { deployed, since: from.since, passed: [...passed] });
    kept = undefined;
    const end = await awaitCheck(attempt, check, awaited);
    if (end.kind !== 'passed') return end;
    passed.push(`${checkName(check)}${exceptWords(end)}`);
  }
  run.update({ check: undefined });
  return successOutcome(attempt, passed);
}

interface Passed {
  readonly kind: 'passed';
  readonly leftOut?: readonly string[] | undefined;
}

function beginCheck(
  { run, policy }: Attempt,
  check: VerifyCheck,
  begun: Pick<CheckProgress, 'deployed' | 'since' | 'passed'>,
): CheckProgress {
  const deadline = timeIn(check.timeoutMs);
  const { leftOut } = run.status.fleet ?? {};
  run.enter('verifying', awaitedWords(check, deadline), { check: { name: checkName(check), clusters: [], open: 0 } });
  return { kind: 'check', policy, ...begun, deadline, leftOut };
}

/** Waits until a check has passed; answers what ends the wait otherwise. */
async function awaitCheck(
  attempt: Attempt,
  check: VerifyCheck,
  present: CheckProgress,
): Promise<Passed | RenderAgain | AttemptEnd> {
  const { run, order } = attempt;
  const { deadline, leftOut, since: mergeKnown } = present;
  const { commit } = present.deployed;
  const what = { check, mergeKnown, commit, deadline, leftOut };
  const asked = { ...reconcileOrder(attempt), ...what, operation: order.operation, request: requestTold(run) };
  const name = checkName(check);
  for (let { known } = present; ; ) {
    if (run.status.accepted) return acceptedOutcome(run, order);
    run.noteProgress({ ...present, known });
    const report = await reportUnlessDecided(run, { ...asked, known });
    if (!report) continue;
    known = { digest: report.digest, at: report.at, reports: (known?.reports ?? 0) + 1 };
    const moved = branchMoved(attempt, report);
    if (moved) return moved;
    if (report.kind === 'passed') return { kind: 'passed', leftOut: report.leftOut };
    const { awaited, clusters, open, groups } = report;
    run.enter('verifying', `${awaitedWords(check, deadline)}. ${awaited}`, { check: { name, clusters, open, groups } });
    if (report.kind !== 'progress') return failedCheck(attempt, report, { name, deadline, commit });
  }
}

/**
 * Makes the step, until a person decides. A nudge says nothing of a URL, and would break the time for which it must
 * answer; that begins anew where the workflow continues as new, its deadline does not.
 */
async function reportUnlessDecided(
  run: EnvironmentRun,
  order: VerificationOrder,
): Promise<VerificationReport | undefined> {
  const { name, control } = run;
  const summary = `${name}: check ${checkName(order.check)}`;
  const ask = () => step('awaitVerification', summary, run)(order);
  if (order.check.kind !== 'http') return answerUnlessWoken(control, ask);
  const { renewal } = control;
  await renewal.standStillIfDue();
  return runUnless(() => run.status.accepted !== undefined || renewal.isDue, ask);
}

function awaitedWords(check: VerifyCheck, deadline: string): string {
  const name = checkName(check);
  if (check.kind === 'object') return `${name} must be done on every cluster that has it, by ${deadline}`;
  if (check.kind === 'checks') return `${name} must be green by ${deadline}`;
  const lasting = check.forMs > 0 ? ` for ${formatDuration(check.forMs)}, beginning` : '';
  return `${name} must answer ${check.expect}${lasting} by ${deadline}`;
}

function failedCheck(
  { run, policy }: Attempt,
  report: VerificationReport,
  { name, deadline, commit }: { readonly name: string; readonly deadline: string; readonly commit: string },
): AttemptEnd {
  const what = report.kind === 'failed' ? `${name} has failed in ${run.name}` : `${name} did not pass by ${deadline}`;
  const maySo = report.kind === 'failed' && policy.onFailure === 'rollback' && mayRollBack(run, commit, report);
  return attention(checkTrouble(`${what}. ${report.awaited}`, run.status, run.origin.reference), maySo);
}
