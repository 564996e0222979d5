import { ActivityFailure, CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import type { EnvironmentSnapshot } from '../../activities/contract.ts';
import { afterRollback } from '../../operation/hold.ts';
import { named, takeTurn } from '../lane/client/lane-client.ts';
import type { DeploymentOrder, EnvironmentRun, Stop } from './environment-run.ts';
import { deployedNote, recordEnd, recordSuccess, tryToWrite } from './recording.ts';
import { withdraw } from './request.ts';
import { type Attention, attention, failureText, type MovedOn, type Outcome } from './results.ts';
import { accepted, rollOut } from './roll-out.ts';
import { readPolicy, transform } from './transform.ts';

/**
 * One environment: its turn in the lane → transform → merge → roll out, again after a `retry`, until there is an
 * outcome, which is recorded before the lane is left. Promotions, config changes and rollbacks differ in their order,
 * not in how they run. A cancellation, of this environment or of the whole workflow, is cleaned up after and becomes
 * an outcome.
 */
export async function runEnvironment(run: EnvironmentRun, order: DeploymentOrder): Promise<void> {
  try {
    const outcome = await outcomeOf(run, order);
    await CancellationScope.nonCancellable(async () => {
      const remark = await recordEnd(run, order, outcome);
      run.enter(outcome.kind, outcome.message + remark, { stopping: undefined, hold: undefined });
      await leave(run, order, outcome);
    });
  } finally {
    await CancellationScope.nonCancellable(() => leave(run, order));
  }
}

async function outcomeOf(run: EnvironmentRun, order: DeploymentOrder): Promise<Outcome> {
  for (;;) {
    let outcome: Outcome | undefined;
    try {
      outcome = await run.inScope(() => untilOutcome(run, order));
      if (!run.stop) return outcome;
    } catch (error) {
      if (!isCancellation(error)) throw error;
    }
    const stop = run.stop ?? { kind: 'abort', by: 'Temporal', reason: 'the workflow was cancelled' };
    outcome = (await CancellationScope.nonCancellable(() => stopped(run, order, stop))) ?? outcome;
    run.stop = undefined;
    run.update({ stopping: undefined });
    if (outcome) return outcome;
  }
}

/** Nothing has come to an end before the record says so: what is healthy, or accepted, lets the next stage start. */
async function untilOutcome(run: EnvironmentRun, order: DeploymentOrder): Promise<Outcome> {
  for (let word: Word = 'retry'; ; ) {
    const result = word === 'accepted' ? accepted(run, order) : await attempt(run, order);
    if (result.kind === 'moved on') continue;
    const ended = result.kind === 'attention' ? result : ((await recordSuccess(run, order, result)) ?? result);
    if (ended.kind !== 'attention') return ended;
    word = await person(run, await afterFailure(run, ended));
  }
}

async function attempt(run: EnvironmentRun, order: DeploymentOrder): Promise<MovedOn | Attention | Outcome> {
  try {
    const policy = await policyOfItsTurn(run, order);
    const present = (await order.atTurn?.()) ?? order;
    if ('kind' in present) return present;
    const transformed = await transform(run, present, policy);
    return transformed.kind === 'deployed' ? await rollOut(run, present, transformed) : transformed;
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
    return attention(failureText(error));
  }
}

/** Takes its turn. What was read before it had to wait, perhaps for days, may be another by now. */
async function policyOfItsTurn(run: EnvironmentRun, order: DeploymentOrder): Promise<EnvironmentSnapshot> {
  for (;;) {
    const policy = await readPolicy(run, order);
    const waited = await takeTurn(run, order, policy);
    if (!waited) return policy;
  }
}

/** A rollout that failed gives way to a newer commit; where the policy says so, it goes back by itself. */
async function afterFailure(run: EnvironmentRun, failed: Attention): Promise<Attention> {
  if (failed.mayRollBack && run.rollBack) {
    run.enter('rolling back', failed.message);
    // The rollback takes this run's turn, which cancels what follows.
    const refused = await Promise.race([
      run.rollBack('Fairlead', failed.message),
      CancellationScope.current().cancelRequested,
    ]);
    failed = attention(`${failed.message} It was not rolled back: ${refused}`);
  }
  if (run.merged) await run.lane?.say({ phase: 'failed' });
  return failed;
}

type Word = 'retry' | 'accepted';

/** Waits for as long as it takes, unless something newer is to be tried. */
async function person(run: EnvironmentRun, { message }: Attention): Promise<Word> {
  run.retryAsked = false;
  run.enter('needs attention', message);
  await condition(() => run.retryAsked || run.stale || run.status.accepted !== undefined);
  if (run.status.accepted) return 'accepted';
  run.enter('rendering', 'trying again');
  return 'retry';
}

/** Cleans up after a stop; undefined: it goes on, because it had been merged before another could take its turn. */
async function stopped(run: EnvironmentRun, order: DeploymentOrder, stop: Stop): Promise<Outcome | undefined> {
  const before = run.status.deployedAs;
  const closed = await withdrawn(run, stop);
  const isNew = run.status.deployedAs !== before;
  if (isNew) run.unrecordedDeployment = deployedNote(run, order);
  const remark = closed + (run.unrecordedDeployment ? await tryToWrite(run, run.unrecordedDeployment) : '');
  run.unrecordedDeployment = undefined;
  if (stop.kind !== 'supersede') {
    const { by, reason } = stop;
    // What was merged before it could be closed has not been rejected: it is there, and given up.
    return {
      kind: stop.kind === 'reject' && !isNew ? 'rejected' : 'aborted',
      message: `${by}: ${reason}${remark}`,
      by,
      reason,
    };
  }
  const { successor } = stop;
  if (successor.operation !== 'rollback' && isNew) {
    // What needed a person has got on: it does not give way any more.
    run.enter('rendering', 'it was merged before it could give way');
    await run.lane?.say({ phase: 'merged' });
    return undefined;
  }
  const back = successor.operation === 'rollback' && run.hasDeployed;
  if (back) run.takenBackBy = successor;
  return { kind: back ? 'rolled back' : 'superseded', message: `by ${named(successor)}${remark}` };
}

/** Answers what must be added to the reason. */
async function withdrawn(run: EnvironmentRun, stop: Stop): Promise<string> {
  const { request } = run.status;
  const which = request?.open ? `#${request.number}` : run.proposed?.branch;
  try {
    const closed = await withdraw(run, ...wordsFor(stop));
    if (closed?.kind === 'merged') return ` (${which} had been merged before it could be closed)`;
    return closed?.branchStays ? ` (${which} is closed, its branch stays: ${closed.branchStays})` : '';
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    return ` (${which} could not be closed, close it yourself: ${failureText(error)})`;
  }
}

function wordsFor(stop: Stop): Parameters<typeof withdraw> extends [unknown, ...infer Rest] ? Rest : never {
  if (stop.kind === 'supersede') return [`Superseded by ${named(stop.successor)}.`, stop.successor];
  return [`Closed by Fairlead: ${stop.kind} by ${stop.by}: ${stop.reason}`];
}

/** Leaves the lane, once; after a rollback it is held at the same moment. */
async function leave(run: EnvironmentRun, order: DeploymentOrder, outcome?: Outcome): Promise<void> {
  const { lane } = run;
  if (!lane) return;
  run.lane = undefined;
  const held = order.operation === 'rollback' && (run.hasDeployed || outcome?.kind === 'rolled back');
  const { by = 'Fairlead', reason = '' } = order.requester ?? {};
  const hold = { by, reason: afterRollback(reason), config: order.config !== undefined };
  await lane.leave(held ? hold : undefined);
}
