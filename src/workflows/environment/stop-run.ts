import { ActivityFailure, patched } from '@temporalio/workflow';
import type { LaneRef } from '../../lane/types.ts';
import { asGiven } from '../../operation/claim.ts';
import { refWords } from '../lane/client/admission-words.ts';
import { failureText } from '../temporal/failure-text.ts';
import type { EnvironmentRun } from './environment-run.ts';
import type { DeploymentOrder } from './order.ts';
import { deployedNote, tryToWrite } from './record.ts';
import type { Outcome } from './results.ts';
import type { Stop } from './run-control.ts';
import { withdraw } from './withdraw.ts';

/** Cleans up after a stop. Undefined: the run goes on, because it was merged before another could take its turn. */
export async function cleanUpAfter(
  stop: Stop,
  run: EnvironmentRun,
  order: DeploymentOrder,
): Promise<Outcome | undefined> {
  const before = run.status.deployedAs;
  const closed = await withdrawFor(stop, run);
  const isFoundNow = run.status.deployedAs !== before;
  if (isFoundNow) run.oweRecord(deployedNote(run, order));
  // A merge that was found as the stop came owes its entry already.
  const isMergedMeanwhile = run.control.isDeployedSinceStop(run.status.deployedAs);
  const isNew = isFoundNow || (isMergedMeanwhile && patched('merged-as-it-stopped'));
  const owed = run.unrecordedDeployment;
  const remark = closed + (owed ? await tryToWrite(run, owed) : '');
  run.settleRecord();
  if (stop.kind === 'supersede') return supersededOutcome(run, stop.successor, { isNew, remark });
  const { by, reason } = stop;
  // A request that was merged before it could be closed was not rejected: it is deployed, and given up.
  const kind = stop.kind === 'reject' && !isNew ? 'rejected' : 'aborted';
  return { kind, message: `${asGiven(by)}: ${reason}${remark}`, by, reason };
}

async function supersededOutcome(
  run: EnvironmentRun,
  successor: LaneRef,
  { isNew, remark }: { readonly isNew: boolean; readonly remark: string },
): Promise<Outcome | undefined> {
  const isRollback = successor.operation === 'rollback';
  if (!isRollback && isNew) {
    // A merge came between: it does not give way any more.
    run.enter('rendering', 'it was merged before it could give way');
    await run.lane?.updateEntry({ phase: 'merged' });
    return undefined;
  }
  const isTakenBack = isRollback && run.hasDeployed;
  if (isTakenBack) run.noteTakenBack(successor);
  return { kind: isTakenBack ? 'rolled back' : 'superseded', message: `by ${refWords(successor)}${remark}` };
}

/** Withdraws what is proposed; answers a remark for the message, '' where there is none. */
async function withdrawFor(stop: Stop, run: EnvironmentRun): Promise<string> {
  const { request } = run.status;
  const which = request?.open ? `#${request.number}` : run.proposed?.branch;
  const isSuperseded = stop.kind === 'supersede';
  const comment = isSuperseded
    ? `Superseded by ${refWords(stop.successor)}.`
    : `Closed by Fairlead: ${stop.kind} by ${asGiven(stop.by)}: ${stop.reason}`;
  try {
    const closed = await withdraw(run, comment, isSuperseded ? stop.successor : undefined);
    if (closed?.kind === 'merged') return ` (${which} had been merged before it could be closed)`;
    return closed?.branchStays ? ` (${which} is closed, its branch stays: ${closed.branchStays})` : '';
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    return ` (${which} could not be closed, close it yourself: ${failureText(error)})`;
  }
}
