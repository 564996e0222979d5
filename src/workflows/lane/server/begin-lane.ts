import { ActivityFailure, condition, isCancellation, sleep } from '@temporalio/workflow';
import { emptyLane } from '../../../lane/decide.ts';
import { pauseAfterFailure } from '../../../lane/schedule.ts';
import type { LaneInput } from '../../../lane/types.ts';
import { failureText } from '../../temporal/failure-text.ts';
import { step } from '../../temporal/step.ts';
import type { Lane } from './lane.ts';

/** So long may those take to come again who were called. */
const answerMs = 5_000;

/** A lane without a state has no memory: the record knows what holds it, and those who are there say so again. */
export async function beginLane(lane: Lane, input: LaneInput): Promise<void> {
  if (!input.state) {
    await remember(lane, input);
    await announceLane(lane, input);
  }
  lane.begun = true;
  lane.publish();
}

/** Nobody comes to anything before the record was read: it may hold the lane. */
async function remember(lane: Lane, { gitops, environment }: LaneInput): Promise<void> {
  for (;;) {
    try {
      const state = await step('recordedHold', 'is it held, by the record?')({ gitops, environment });
      const { sequence } = lane.state;
      lane.state = { ...(state ?? emptyLane), sequence };
      return;
    } catch (error) {
      if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
      await rest(lane, `its record cannot be read. ${failureText(error)}`);
    }
  }
}

/** Says so to those who have come. */
async function rest(lane: Lane, why: string): Promise<void> {
  const now = new Date().toISOString();
  const unobservable = pauseAfterFailure(lane.state, why, now);
  lane.state = { ...lane.state, unobservable };
  lane.publish();
  for (const entry of lane.arrivals) {
    const sequence = Math.max(lane.state.sequence + 1, Date.parse(now));
    lane.state = { ...lane.state, sequence };
    await lane.perform({ kind: 'tell', entry, admission: { kind: 'unobservable', why }, sequence });
  }
  await sleep(Date.parse(unobservable.until) - Date.parse(now), {
    summary: `read the record again at ${unobservable.until}`,
  });
}

/** Who was let in before must be known before anybody else is let in. */
async function announceLane(lane: Lane, { source, environment }: LaneInput): Promise<void> {
  try {
    const called = await step('announceLane', 'call those who are there')({ source, environment });
    const hasCome = (id: string) => lane.arrivals.some(({ workflowId }) => workflowId === id);
    await condition(() => called.every(hasCome), answerMs, { summary: 'until they have come' });
  } catch (error) {
    if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
    // Whoever speaks to it is known from then on.
    lane.refuse('begin', `those who are there could not be called: ${failureText(error)}`);
  }
}
