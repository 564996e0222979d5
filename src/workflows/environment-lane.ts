import { allHandlersFinished, condition, continueAsNew, patched } from '@temporalio/workflow';
import { nextTick } from '../lane/decide.ts';
import { firstState, type Recollection, recollect } from '../lane/memory.ts';
import { laneInput } from '../lane/received.ts';
import type { LaneInput } from '../lane/types.ts';
import { branchKey } from '../platform/branch-key.ts';
import { beginLane } from './lane/server/begin-lane.ts';
import { Lane } from './lane/server/lane.ts';
import { listenToLane } from './lane/server/lane-handlers.ts';
import { isFirstRun } from './memory/first-run.ts';
import { watchBuild } from './temporal/build.ts';
import { checkStart } from './temporal/check-start.ts';
import { isHistoryLong } from './temporal/history.ts';

/** The longest time that the lane waits with a timer: it looks at its build at least so often. */
const longestMs = 7 * 24 * 3_600_000;

/**
 * Runs the lane of one GitOps branch, for ever. `decide` decides what it does; this workflow only brings messages to
 * and fro, observes the world where the rules ask for it, and continues as new between two events: when its history is
 * long, and when another build has taken it over, so that no release must replay what an old one began years ago.
 */
export async function EnvironmentLane(input: LaneInput): Promise<void> {
  checkStart(input, laneInput, { command: 'hold', id: ({ gitops }) => ['lane', branchKey(gitops.branch)] });
  const memory = memoryOf(input);
  const lane = new Lane(input, firstState(memory));
  const isTakenOver = watchBuild();
  const isOver = () => (isHistoryLong(input) || isTakenOver()) && lane.isIdle && allHandlersFinished();
  listenToLane(lane);
  await beginLane(lane, input, memory);
  for (;;) {
    await lane.handleEvents();
    if (isOver()) await continueAsNew<typeof EnvironmentLane>({ ...input, ...lane.memory });
    await awaitWork(lane, isOver);
  }
}

/** Answers what the lane remembers. Whoever starts one may have made that up, so that it begins anew from the record. */
function memoryOf({ state }: LaneInput): Recollection {
  if (state === undefined || !isFirstRun()) return recollect(state);
  return { kind: 'not understood', why: 'only an earlier run hands one on' };
}

/** Waits until there is something to do, the next tick is due, or the run is over. */
async function awaitWork(lane: Lane, isOver: () => boolean): Promise<void> {
  const now = new Date();
  const tick = nextTick(lane.state, now.toISOString());
  const isWoken = () => lane.hasWork || isOver();
  // Runs that began before lanes rested wait without a timer: docs/releasing.md.
  if (tick === undefined && !patched('lane-rests')) return condition(isWoken);
  const due = tick === undefined ? longestMs : Date.parse(tick) - now.getTime();
  const ms = Math.min(Math.max(due, 1), longestMs);
  const summary = tick === undefined ? 'nothing is awaited' : `look again at ${tick}`;
  if (!(await condition(isWoken, ms, { summary }))) lane.addEvent({ kind: 'tick' });
}
