import type { Dependencies } from '../../dependencies.ts';
import { type RecordDependencies, readRecord } from '../../gitops/record/read-record.ts';
import { emptyLane } from '../../lane/decide.ts';
import { seenRevertsLimit } from '../../lane/events.ts';
import { holdInForce, joinHolds } from '../../lane/holds.ts';
import { laneId } from '../../lane/messages.ts';
import { isHeldStatus, isPlacedStatus } from '../../lane/received.ts';
import type { LanePlace } from '../../lane/types.ts';
import type { Hold } from '../../operation/hold.ts';
import { statusQuery } from '../../operation/messages.ts';
import { platformId } from '../../platform/repository/platform-id.ts';
import { lastHold, seenReverts } from '../../record/queries.ts';
import type { StepClock } from '../clock.ts';
import type { RecordedHoldOrder, RecordedLane } from './contract.ts';

/**
 * Reads the lane state that follows from the record: holds and answered reverts; and whose the branch was. What held the
 * lane before it lost its memory holds on, whatever has become of the record: only a person ends a hold. Answers
 * undefined where nothing is known.
 */
export async function recordedHold(
  dependencies: RecordDependencies & Pick<Dependencies, 'workflows'>,
  { source, gitops }: RecordedHoldOrder,
  clock: Pick<StepClock, 'now'>,
): Promise<RecordedLane | undefined> {
  const now = new Date(clock.now());
  const { entries } = await readRecord(dependencies, { source, gitops });
  const earlier = await earlierRun(dependencies, gitops);
  const hold = lastHold(entries, now) ?? unrecordedHold(earlier.hold, now);
  // The latest come last, as in a lane. Whoever may push notes may have written more than a lane can remember.
  const seen = seenReverts(entries).slice(0, seenRevertsLimit).reverse();
  const { served } = earlier;
  if (hold === undefined && seen.length === 0 && served === undefined) return undefined;
  return { ...emptyLane, hold, seenReverts: seen, ...(served && { served }) };
}

/** Asks the lane's earlier run what held it and where it belonged. Temporal may have forgotten that run. */
async function earlierRun(
  { workflows }: Pick<Dependencies, 'workflows'>,
  { repository, branch }: RecordedHoldOrder['gitops'],
): Promise<{ readonly hold?: Hold; readonly served?: LanePlace }> {
  const answer = await workflows.askEarlierRun(laneId(platformId(repository), branch), statusQuery);
  return {
    hold: isHeldStatus(answer) ? answer.hold : undefined,
    served: isPlacedStatus(answer) ? { source: answer.source, environment: answer.environment } : undefined,
  };
}

/** Answers the hold of the earlier run while it is in force: the record says nothing of it. */
function unrecordedHold(earlier: Hold | undefined, now: Date): Hold | undefined {
  const hold = holdInForce(earlier, now.toISOString());
  return (
    hold &&
    joinHolds(hold, { ...hold, reason: 'the lane was held before it began anew, and the record does not say so' })
  );
}
