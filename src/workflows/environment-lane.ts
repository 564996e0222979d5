import { allHandlersFinished, condition, continueAsNew } from '@temporalio/workflow';
import { nextTick } from '../lane/decide.ts';
import { laneInput } from '../lane/received.ts';
import type { LaneInput } from '../lane/types.ts';
import { branchKey } from '../platform/branch-key.ts';
import { beginLane } from './lane/server/begin-lane.ts';
import { Lane } from './lane/server/lane.ts';
import { listenToLane } from './lane/server/lane-handlers.ts';
import { checkStart } from './temporal/check-start.ts';
import { isHistoryLong } from './temporal/history.ts';

/** The longest time that the lane waits with a timer. */
const longestMs = 30 * 24 * 3_600_000;

/**
 * Runs the lane of one GitOps branch, for ever. `decide` decides what it does; this workflow only brings messages to
 * and fro, observes the world where the rules ask for it, and continues as new between two events.
 */
export async function EnvironmentLane(input: LaneInput): Promise<void> {
  checkStart(input, laneInput, { command: 'hold', id: ({ gitops }) => ['lane', branchKey(gitops.branch)] });
  const lane = new Lane(input);
  listenToLane(lane);
  await beginLane(lane, input);
  for (;;) {
    await lane.handleEvents();
    if (isHistoryLong(input) && lane.isIdle && allHandlersFinished())
      await continueAsNew<typeof EnvironmentLane>({ ...input, ...lane.memory });
    await awaitWork(lane);
  }
}

/** Waits until there is something to do, or the next tick is due. */
async function awaitWork(lane: Lane): Promise<void> {
  const now = new Date();
  const tick = nextTick(lane.state, now.toISOString());
  if (tick === undefined) return condition(() => lane.hasWork);
  const ms = Math.min(Math.max(Date.parse(tick) - now.getTime(), 1), longestMs);
  if (!(await condition(() => lane.hasWork, ms, { summary: `look again at ${tick}` }))) lane.addEvent({ kind: 'tick' });
}
