import { condition, sleep } from '@temporalio/workflow';
import type { RecordedLane } from '../../../activities/lane/contract.ts';
import { emptyLane } from '../../../lane/decide.ts';
import { joinHolds } from '../../../lane/holds.ts';
import type { Recollection } from '../../../lane/memory.ts';
import { pauseAfterFailure } from '../../../lane/schedule.ts';
import type { LaneInput, LanePlace } from '../../../lane/types.ts';
import { failureText, isStepFailure } from '../../temporal/failure-text.ts';
import { step } from '../../temporal/step.ts';
import type { Lane } from './lane.ts';

/** The longest time that the operations that were asked to enter again are waited for. */
const answerMs = 5_000;

/**
 * Begins a lane. One that remembers nothing, or does not understand what it was handed, reads the record for holds, and
 * asks operations to enter again.
 */
export async function beginLane(lane: Lane, input: LaneInput, memory: Recollection): Promise<void> {
  if (memory.kind === 'not understood')
    lane.addRefusal('begin', `the memory that was handed on: ${memory.why}. The lane begins anew from the record`);
  if (memory.kind !== 'remembered') {
    await readRecord(lane, input);
    await announceLane(lane, lane.status);
  }
  lane.begun = true;
  lane.publish();
}

/** Reads what holds the lane from the record, however often it must try: nobody is let in before that. */
async function readRecord(lane: Lane, { gitops, source, environment }: LaneInput): Promise<void> {
  for (;;) {
    try {
      const order = { gitops, source, environment };
      const state = await step('recordedHold', 'read from the record what holds it', lane)(order);
      const { served, ...recorded }: RecordedLane = { ...emptyLane, ...state };
      const { sequence } = lane.state;
      // Whoever writes the record may have written words of any length.
      const hold = recorded.hold && joinHolds(undefined, recorded.hold);
      lane.state = { ...recorded, hold, sequence };
      if (served) lane.goBackTo(served);
      return;
    } catch (error) {
      if (!isStepFailure(error)) throw error;
      await pauseUnobservable(lane, `its record cannot be read. ${failureText(error)}`);
    }
  }
}

/** Tells the entries that have come why nobody is let in, and waits before the next try. */
async function pauseUnobservable(lane: Lane, why: string): Promise<void> {
  const now = new Date().toISOString();
  const unobservable = pauseAfterFailure(lane.state, why, now);
  lane.state = { ...lane.state, unobservable };
  lane.publish();
  for (const entry of lane.arrivals) {
    const sequence = Math.max(lane.state.sequence + 1, Date.parse(now));
    lane.state = { ...lane.state, sequence };
    await lane.performCommand({ kind: 'tell', entry, admission: { kind: 'unobservable', why }, sequence });
  }
  await sleep(Date.parse(unobservable.until) - Date.parse(now), {
    summary: `read the record again at ${unobservable.until}`,
  });
}

/** Asks operations to enter again: who was let in before must be known before anybody else is let in. */
async function announceLane(lane: Lane, { source, environment }: LanePlace): Promise<void> {
  try {
    const called = await step('announceLane', 'ask running operations to enter again', lane)({ source, environment });
    const haveCome = () => {
      const come = new Set(lane.arrivals.map(({ workflowId }) => workflowId));
      return called.every((id) => come.has(id));
    };
    await condition(haveCome, answerMs, { summary: 'wait for them to enter' });
  } catch (error) {
    if (!isStepFailure(error)) throw error;
    // The lane still learns of each operation when that speaks to it.
    lane.addRefusal(
      'begin',
      `the operations of this environment could not be asked to enter again: ${failureText(error)}`,
    );
  }
}
