import { ActivityFailure, CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import type { CloseOutcome } from '../activities/contract.ts';
import type { GitopsTarget } from '../platform/types.ts';
import type { RequestStatus } from '../promotion/status.ts';
import { step } from './activities.ts';
import type { Cargo, EnvironmentRun, Stop } from './environment-run.ts';
import { type Attention, attention, type Outcome } from './results.ts';
import { accepted, rollOut } from './roll-out.ts';
import { transform } from './transform.ts';

/**
 * One environment: transform → merge → roll out, again after a `retry`, until there is an outcome.
 * A promotion and a rollback differ in their cargo, not in how they run. A cancellation, of this
 * environment or of the whole workflow, is cleaned up after and becomes an outcome.
 */
export async function carry(run: EnvironmentRun, cargo: Cargo): Promise<void> {
  try {
    const outcome = await run.inScope(() => untilOutcome(run, cargo));
    if ('cargo' in outcome) return await carry(run, outcome.cargo);
    end(run, outcome);
  } catch (error) {
    if (!isCancellation(error)) throw error;
    const stop = run.stop ?? { kind: 'abort', by: 'Temporal', reason: 'the workflow was cancelled' };
    run.stop = undefined;
    const next = await CancellationScope.nonCancellable(() => stopped(run, stop));
    if (next) return await carry(run, next);
  }
}

async function untilOutcome(run: EnvironmentRun, cargo: Cargo): Promise<Outcome | { readonly cargo: Cargo }> {
  for (;;) {
    const result = await attempt(run, cargo);
    if (result.kind !== 'attention') return result;
    const rollback = result.mayRollBack && cargo.errand === 'promote' && rollbackCargo(run, 'Fairlead', result.message);
    if (rollback) return { cargo: rollback };
    const word = await person(run, result);
    if (word === 'accepted') return accepted(run, cargo);
  }
}

async function attempt(run: EnvironmentRun, cargo: Cargo): Promise<Attention | Outcome> {
  try {
    const transformed = await transform(run, cargo);
    return transformed.kind === 'deployed' ? await rollOut(run, cargo, transformed) : transformed;
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
    return attention(error.cause?.message ?? error.message);
  }
}

/** Waits for as long as it takes. */
async function person(run: EnvironmentRun, { message }: Attention): Promise<'retry' | 'accepted'> {
  run.retryAsked = false;
  run.enter('needs attention', message);
  await condition(() => run.retryAsked || run.status.accepted !== undefined);
  return run.status.accepted ? 'accepted' : 'retry';
}

/** Cleans up after a stop; answers what is to be carried instead, if anything. */
async function stopped(run: EnvironmentRun, stop: Stop): Promise<Cargo | undefined> {
  const remark = await closeOwnRequest(run, stop);
  run.update({ stopping: undefined });
  if (stop.kind === 'rollback') return rollbackCargo(run, stop.by, stop.reason);
  end(run, { kind: stop.kind === 'reject' ? 'rejected' : 'aborted', message: `${stop.by}: ${stop.reason}${remark}` });
  return undefined;
}

/** Answers what must be added to the reason. */
async function closeOwnRequest(run: EnvironmentRun, stop: Stop): Promise<string> {
  const { request, gitops } = run.status;
  if (!request?.open || !gitops) return '';
  try {
    const closed = await close(run, request, gitops, stop);
    run.update({ request: { ...request, open: false } });
    if (closed.kind === 'closed') return '';
    run.update({ mergeCommit: closed.commit });
    return ` (#${request.number} had been merged before it could be closed)`;
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    return ` (#${request.number} could not be closed, close it yourself: ${error.cause?.message ?? error.message})`;
  }
}

function close(run: EnvironmentRun, request: RequestStatus, gitops: GitopsTarget, stop: Stop): Promise<CloseOutcome> {
  return step(
    'closePullRequest',
    `${run.name}: close #${request.number}`,
  )({
    gitops,
    number: request.number,
    branch: request.branch,
    commit: request.head,
    comment: `Closed by Fairlead: ${stop.kind} by ${stop.by}: ${stop.reason}`,
  });
}

/** Back to what was deployed here before this promotion. */
export function rollbackCargo(run: EnvironmentRun, by: string, reason: string): Cargo | undefined {
  const { previous } = run.status;
  if (!previous) return undefined;
  run.update({ errand: 'rollback', main: previous.main, approval: undefined, accepted: undefined });
  return { errand: 'rollback', main: previous.main, asked: { by, reason } };
}

function end(run: EnvironmentRun, { kind, message }: Outcome): void {
  run.enter(kind, message, { stopping: undefined });
}
