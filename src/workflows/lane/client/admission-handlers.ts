import { ActivityFailure, CancellationScope } from '@temporalio/workflow';
import { type AdmissionMessage, admissionSignal, laneBeganSignal } from '../../../lane/messages.ts';
import { isAdmissionMessage, isLaneBegan } from '../../../lane/received.ts';
import type { Operation } from '../../operation/operation.ts';
import { failureText } from '../../temporal/failure-text.ts';
import { onMessage } from '../../temporal/on-message.ts';
import { leaveAgain } from './lane-client.ts';

/** What the lanes say to an operation. */
export function listenToLanes(operation: Operation): void {
  onMessage(operation, { name: admissionSignal, isMessage: isAdmissionMessage }, (message) => hear(operation, message));
  onMessage(operation, { name: laneBeganSignal, isMessage: isLaneBegan }, ({ environment }) =>
    enterAgain(operation, environment),
  );
}

/** An entry that came to the lane after its operation had left would stand in others' way for as long as this runs. */
async function hear(operation: Operation, message: AdmissionMessage): Promise<void> {
  const run = [...operation.runs.values()].find(({ lane }) => lane?.id === message.entry);
  if (run) run.lane?.hear(message);
  else await tellingLane(operation, 'leave', () => leaveAgain(operation.status.source, message));
}

async function enterAgain(operation: Operation, environment: string): Promise<void> {
  const lane = operation.runs.get(environment)?.lane;
  if (lane) await tellingLane(operation, 'enter', () => lane.repeat());
}

/** From a handler: whatever becomes of the operation, the lane is told; where it cannot be, people see why. */
export async function tellingLane(operation: Operation, what: string, tell: () => Promise<void>): Promise<void> {
  try {
    await CancellationScope.nonCancellable(tell);
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    operation.refuse(what, `the lane could not be told: ${failureText(error)}`);
  }
}
