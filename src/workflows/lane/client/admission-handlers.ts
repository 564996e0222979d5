import { ActivityFailure, CancellationScope, patched } from '@temporalio/workflow';
import { type AdmissionMessage, admissionSignal, laneBeganSignal } from '../../../lane/messages.ts';
import { isAdmissionMessage, isLaneBegan } from '../../../lane/received.ts';
import type { Operation } from '../../operation/operation.ts';
import { failureText } from '../../temporal/failure-text.ts';
import type { Signals } from '../../temporal/signals.ts';
import { type LaneClient, leaveAgain } from './lane-client.ts';

/** Registers the signals that lanes send to an operation. */
export function listenToLanes(operation: Operation, signals: Signals): void {
  signals.onMessage({ name: admissionSignal, isMessage: isAdmissionMessage }, (message) =>
    passAdmission(operation, message),
  );
  signals.onMessage({ name: laneBeganSignal, isMessage: isLaneBegan }, ({ environment }) =>
    enterAgain(operation, environment),
  );
}

/**
 * Passes a lane's answer to its run. An entry that reached the lane after its run had left is taken out: it would block
 * others.
 */
async function passAdmission(operation: Operation, message: AdmissionMessage): Promise<void> {
  const run = [...operation.runs.values()].find(({ lane }) => lane?.id === message.entry);
  if (run) run.lane?.takeMessage(message);
  else
    await tellingLane(operation, 'leave', () =>
      leaveAgain({ source: operation.status.source, ...operation.ownerIn(message.environment) }, message),
    );
}

/** The clients that are entering again. `isAsked`: a lane has asked once more meanwhile. */
const entering = new WeakMap<LaneClient, { isAsked: boolean }>();

/** Enters again; whatever asks for it meanwhile is answered by one more entry. */
async function enterAgain(operation: Operation, environment: string): Promise<void> {
  const lane = operation.runs.get(environment)?.lane;
  if (!lane) return;
  const before = entering.get(lane);
  if (before && patched('enter-once')) {
    before.isAsked = true;
    return;
  }
  const present = { isAsked: true };
  entering.set(lane, present);
  while (present.isAsked) {
    present.isAsked = false;
    await tellingLane(operation, 'enter', () => lane.repeatEntry());
  }
  entering.delete(lane);
}

/** Tells a lane something from a handler, whatever becomes of the operation; where it cannot, people see why. */
export async function tellingLane(operation: Operation, what: string, tell: () => Promise<void>): Promise<void> {
  try {
    await CancellationScope.nonCancellable(tell);
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    operation.addRefusal(what, `the lane could not be told: ${failureText(error)}`);
  }
}
