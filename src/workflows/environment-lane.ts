import { allHandlersFinished, condition, continueAsNew } from '@temporalio/workflow';
import { nextTick } from '../lane/decide.ts';
import { laneInput } from '../lane/received.ts';
import type { LaneInput } from '../lane/types.ts';
import { branchKey } from '../platform/branch-key.ts';
import { beginLane } from './lane/server/begin-lane.ts';
import { Lane } from './lane/server/lane.ts';
import { listenToLane } from './lane/server/lane-handlers.ts';
import { checkStart } from './temporal/check-start.ts';
import { isLong } from './temporal/history.ts';

/** A condition without a time-out has no timer; with one, the longest that a timer may take. */
const longestMs = 30 * 24 * 3_600_000;

/**
 * The lane of one environment's branch: an entity that runs for ever. What it does is decided by `decide`; this only
 * carries messages to and fro, looks at the world where the rules ask for it, and continues as new between two events.
 */
export async function EnvironmentLane(input: LaneInput): Promise<void> {
  checkStart(input, laneInput, { command: 'hold', id: ({ gitops }) => ['lane', branchKey(gitops.branch)] });
  const lane = new Lane(input);
  listenToLane(lane);
  await beginLane(lane, input);
  for (;;) {
    await lane.work();
    if (isLong(input) && lane.isIdle && allHandlersFinished())
      await continueAsNew<typeof EnvironmentLane>({ ...input, ...lane.memory });
    await pause(lane);
  }
}

/** Until there is something to do, or it is time to look. */
async function pause(lane: Lane): Promise<void> {
  const now = new Date();
  const tick = nextTick(lane.state, now.toISOString());
  if (tick === undefined) return condition(() => lane.hasWork);
  const ms = Math.min(Math.max(Date.parse(tick) - now.getTime(), 1), longestMs);
  if (!(await condition(() => lane.hasWork, ms, { summary: `look again at ${tick}` }))) lane.add({ kind: 'tick' });
}
