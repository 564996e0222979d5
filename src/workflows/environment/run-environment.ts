import { ActivityFailure, CancellationScope, isCancellation } from '@temporalio/workflow';
import { failureText } from '../temporal/failure-text.ts';
import { awaitMerge } from './await-merge.ts';
import { type Decided, decidedByPerson } from './await-person.ts';
import type { EnvironmentRun } from './environment-run.ts';
import { openRequest } from './open-request.ts';
import type { DeploymentOrder } from './order.ts';
import { recordDeployed, recordEnd, recordSuccess } from './record.ts';
import { render } from './render.ts';
import { type AttemptEnd, attention, type Outcome } from './results.ts';
import { acceptedOutcome, rollOut } from './roll-out.ts';
import { settleUnchanged } from './settle-unchanged.ts';
import { cleanUpAfter } from './stop-run.ts';
import { leaveLane, readPolicy, takeTurn } from './take-turn.ts';
import { verify } from './verify/verify.ts';

/**
 * Takes what is ordered through one environment: turn, render, request, merge, record, rollout, checks. Promotions, config
 * changes and rollbacks differ in what they order, not in how they run. These hold here:
 *
 * - Nothing begins before the lane has given the turn, and the lane is left exactly once.
 * - What was rendered is merged only while the branch and the record are what it was rendered on; otherwise it is
 *   rendered again, which is the only loop.
 * - Nothing has come to an end before the record says so.
 * - A person's stop, and another's turn, cancel the scope in which all of it runs: no step knows of them.
 */
async function deploy(run: EnvironmentRun, asked: DeploymentOrder): Promise<AttemptEnd> {
  const turn = await takeTurn(run, asked);
  if (turn.kind !== 'turn') return turn;
  const { order } = turn;
  for (let { policy } = turn; ; policy = await readPolicy(run, order)) {
    const attempt = { run, order, policy };
    const rendered = await render(attempt);
    if (rendered.kind === 'render again') continue;
    if (rendered.kind !== 'changed' && rendered.kind !== 'unchanged') return rendered;

    const ready =
      rendered.kind === 'changed' ? await openRequest(attempt, rendered) : await settleUnchanged(attempt, rendered);
    if (ready.kind === 'render again') continue;
    if (ready.kind !== 'open' && ready.kind !== 'deployed') return ready;

    const deployed = ready.kind === 'open' ? await awaitMerge(attempt, ready.rendered) : ready;
    if (deployed.kind === 'render again') continue;
    if (deployed.kind !== 'deployed') return deployed;

    await recordDeployed(attempt, deployed);
    if (deployed.overtaken) continue;
    if (deployed.end) return deployed.end;

    const rolledOut = await rollOut(attempt, deployed);
    if (rolledOut.kind === 'render again') continue;

    const end = rolledOut.kind === 'healthy' ? await verify(attempt, deployed, rolledOut) : rolledOut;
    if (end.kind === 'render again') continue;
    return end.kind === 'attention' ? end : recordSuccess(run, order, end);
  }
}

/**
 * Deploys what is ordered in one environment, again after a `retry`, until there is an outcome, which is recorded
 * before the lane is left. A cancellation, of this environment or of the whole workflow, is cleaned up after and
 * becomes an outcome.
 */
export async function runEnvironment(run: EnvironmentRun, order: DeploymentOrder): Promise<void> {
  try {
    const outcome = await runUntilOutcome(run, order);
    await CancellationScope.nonCancellable(async () => {
      const remark = await recordEnd(run, order, outcome);
      run.enter(outcome.kind, outcome.message + remark, { stopping: undefined, hold: undefined });
      await leaveLane(run, order, outcome);
    });
  } finally {
    await CancellationScope.nonCancellable(() => leaveLane(run, order));
  }
}

async function runUntilOutcome(run: EnvironmentRun, order: DeploymentOrder): Promise<Outcome> {
  const { control } = run;
  for (;;) {
    let outcome: Outcome | undefined;
    try {
      outcome = await run.runInScope(() => deployUntilOutcome(run, order));
      if (!control.stop) return outcome;
    } catch (error) {
      if (!isCancellation(error)) throw error;
    }
    const stop = control.stop ?? { kind: 'abort', by: 'Temporal', reason: 'the workflow was cancelled' };
    outcome = (await CancellationScope.nonCancellable(() => cleanUpAfter(stop, run, order))) ?? outcome;
    control.clearStop();
    run.update({ stopping: undefined });
    if (outcome) return outcome;
  }
}

/**
 * Repeats the deployment until a person need not decide. With nothing to change, a retry goes on to verify clusters.
 */
async function deployUntilOutcome(run: EnvironmentRun, order: DeploymentOrder): Promise<Outcome> {
  for (let decided: Decided = 'retry'; ; ) {
    const end =
      decided === 'accepted'
        ? await recordSuccess(run, order, acceptedOutcome(run, order))
        : await deployOrAsk(run, order);
    if (end.kind !== 'attention') return end;
    decided = await decidedByPerson(run, end);
  }
}

/** Deploys what is ordered; a step that failed for good needs a person's attention. */
async function deployOrAsk(run: EnvironmentRun, order: DeploymentOrder): Promise<AttemptEnd> {
  try {
    return await deploy(run, order);
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
    return attention(failureText(error));
  }
}
