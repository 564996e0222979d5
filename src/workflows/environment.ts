import { ActivityFailure, CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import type { Cargo, EnvironmentRun, Stop } from './environment-run.ts';
import { withdraw } from './request.ts';
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
  const remark = await withdrawn(run, stop);
  run.update({ stopping: undefined });
  if (stop.kind === 'rollback') return rollbackCargo(run, stop.by, stop.reason);
  end(run, { kind: stop.kind === 'reject' ? 'rejected' : 'aborted', message: `${stop.by}: ${stop.reason}${remark}` });
  return undefined;
}

/** Answers what must be added to the reason. */
async function withdrawn(run: EnvironmentRun, { kind, by, reason }: Stop): Promise<string> {
  const { request } = run.status;
  const which = request?.open ? `#${request.number}` : run.proposed?.branch;
  try {
    const closed = await withdraw(run, `Closed by Fairlead: ${kind} by ${by}: ${reason}`);
    if (closed?.kind === 'merged') return ` (${which} had been merged before it could be closed)`;
    return closed?.branchStays ? ` (${which} is closed, its branch stays: ${closed.branchStays})` : '';
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    return ` (${which} could not be closed, close it yourself: ${error.cause?.message ?? error.message})`;
  }
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
