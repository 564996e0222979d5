import { ActivityFailure, CancellationScope } from '@temporalio/workflow';
import { laneBeganSignal, type StandingMessage, standingSignal } from '../../../lane/messages.ts';
import { isLaneBegan, isStandingMessage } from '../../../lane/received.ts';
import { failureText } from '../../environment/results.ts';
import type { Journey } from '../../operation/operation.ts';
import { onMessage } from '../../temporal/on-message.ts';
import { leaveAgain } from './lane-client.ts';

/** What the lanes say to a journey. */
export function listenToLanes(journey: Journey): void {
  onMessage(journey, standingSignal, isStandingMessage, (message) => hear(journey, message));
  onMessage(journey, laneBeganSignal, isLaneBegan, ({ environment }) => visitAgain(journey, environment));
}

/** A visit that came to the lane after its visitor had left would stand in others' way for as long as this runs. */
async function hear(journey: Journey, message: StandingMessage): Promise<void> {
  const run = [...journey.runs.values()].find(({ stay }) => stay?.id === message.visit);
  if (run) run.stay?.hear(message);
  else await tellingLane(journey, 'leave', () => leaveAgain(journey.status.source, message));
}

async function visitAgain(journey: Journey, environment: string): Promise<void> {
  const stay = journey.runs.get(environment)?.stay;
  if (stay) await tellingLane(journey, 'visit', () => stay.repeat());
}

/** From a handler: whatever becomes of the journey, the lane is told; where it cannot be, people see why. */
export async function tellingLane(journey: Journey, what: string, tell: () => Promise<void>): Promise<void> {
  try {
    await CancellationScope.nonCancellable(tell);
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    journey.refuse(what, `the lane could not be told: ${failureText(error)}`);
  }
}
