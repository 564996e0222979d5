import { CancellationScope, isCancellation } from '@temporalio/workflow';
import type { PersonProgress, Progress } from '../memory/progress.ts';
import { isStepFailure } from '../temporal/failure-text.ts';
import { awaitMerge } from './await-merge.ts';
import type { EnvironmentRun } from './environment-run.ts';
import { untilTold } from './last-word.ts';
import { openRequest } from './open-request.ts';
import type { Attempt, DeploymentOrder } from './order.ts';
import { type Decided, decidedByPerson } from './person/await-person.ts';
import { recordDeployed, recordEnd, recordSuccess } from './record.ts';
import { render } from './render.ts';
import {
  type AttemptEnd,
  attention,
  type DeployedCommit,
  type Outcome,
  type RenderAgain,
  renderAgain,
  stepAttention,
} from './results.ts';
import { acceptedOutcome, rollOut } from './roll-out.ts';
import { settleUnchanged } from './settle-unchanged.ts';
import { cleanUpAfter } from './stop-run.ts';
import { leaveLane, readPolicy, type Turn, takeTurn } from './take-turn.ts';
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
async function deploy(run: EnvironmentRun, asked: DeploymentOrder, kept?: DeployProgress): Promise<AttemptEnd> {
  const turn = kept ? keptTurn(asked, kept) : await takeTurn(run, asked);
  if (turn.kind !== 'turn') return turn;
  const { order } = turn;
  for (let { policy } = turn, from = kept; ; policy = await readPolicy(run, order), from = undefined) {
    const attempt = { run, order, policy };
    const deployed = await bringToBranch(attempt, from);
    if (deployed.kind === 'render again') continue;
    if (deployed.kind !== 'deployed') return deployed;

    const rolledOut =
      from?.kind === 'check' ? from : await rollOut(attempt, deployed, from?.kind === 'rollout' ? from : undefined);
    if (rolledOut.kind === 'render again') continue;

    const isHealthy = rolledOut.kind === 'healthy' || rolledOut.kind === 'check';
    const end = isHealthy ? await verify(attempt, deployed, rolledOut) : rolledOut;
    if (end.kind === 'render again') continue;
    return end.kind === 'attention' ? end : recordSuccess(run, order, end);
  }
}

/** How far a deployment had got before the workflow continued as new. */
type DeployProgress = Exclude<Progress, PersonProgress>;

/** Answers the turn that a run had before the workflow continued as new. */
function keptTurn(order: DeploymentOrder, { policy }: DeployProgress): Turn {
  return { kind: 'turn', order, policy };
}

/**
 * Renders, proposes, and waits until what is ordered is on the environment's branch and recorded there, or nothing is
 * to be verified.
 */
async function bringToBranch(
  attempt: Attempt,
  from: DeployProgress | undefined,
): Promise<DeployedCommit | RenderAgain | AttemptEnd> {
  if (from?.kind === 'rollout' || from?.kind === 'check') return from.deployed;
  const deployed = from ? await awaitMerge(attempt, from.rendered, from) : await propose(attempt);
  if (deployed.kind !== 'deployed') return deployed;
  await recordDeployed(attempt, deployed);
  return deployed.overtaken ? renderAgain : (deployed.end ?? deployed);
}

/** Renders, and opens the request that is to be merged; where nothing is left to change, there is none. */
async function propose(attempt: Attempt): Promise<DeployedCommit | RenderAgain | AttemptEnd> {
  // Until the next note, it begins with its turn.
  attempt.run.forgetProgress();
  const rendered = await render(attempt);
  if (rendered.kind === 'unchanged') return settleUnchanged(attempt, rendered);
  if (rendered.kind !== 'changed') return rendered;
  const ready = await openRequest(attempt, rendered);
  return ready.kind === 'open' ? awaitMerge(attempt, ready.rendered) : ready;
}

/**
 * Deploys what is ordered in one environment, again after a `retry`, until there is an outcome, which is recorded
 * before the lane is left. A cancellation, of this environment or of the whole workflow, is cleaned up after and
 * becomes an outcome.
 */
export function runEnvironment(run: EnvironmentRun, order: DeploymentOrder): Promise<void> {
  return run.runWhole(() => deployAndLeave(run, order));
}

async function deployAndLeave(run: EnvironmentRun, order: DeploymentOrder): Promise<void> {
  try {
    const outcome = await runUntilOutcome(run, order);
    await CancellationScope.nonCancellable(async () => {
      const remark = await recordEnd(run, order, outcome);
      run.enter(outcome.kind, outcome.message + remark, { stopping: undefined, hold: undefined });
      await leaveLane(run, order, outcome);
      await untilTold(run, order.operation);
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
    run.forgetProgress();
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
  const { progress } = run;
  const asked = progress?.kind === 'person' ? progress : undefined;
  let kept = progress?.kind === 'person' ? undefined : progress;
  for (let decided: Decided = asked ? await decidedByPerson(run, attention(asked.message, true), asked) : 'retry'; ; ) {
    const end =
      decided === 'accepted'
        ? await recordSuccess(run, order, acceptedOutcome(run, order))
        : await deployOrAsk(run, order, kept);
    kept = undefined;
    run.forgetProgress();
    if (end.kind !== 'attention') return end;
    decided = await decidedByPerson(run, end);
  }
}

/** Deploys what is ordered; a step that failed for good needs a person's attention. */
async function deployOrAsk(run: EnvironmentRun, order: DeploymentOrder, kept?: DeployProgress): Promise<AttemptEnd> {
  try {
    return await deploy(run, order, kept);
  } catch (error) {
    if (!isStepFailure(error)) throw error;
    return stepAttention(error);
  }
}
