import type { Dependencies } from '../../dependencies.ts';
import { type RecordDependencies, readRecord } from '../../gitops/record/read-record.ts';
import { emptyLane } from '../../lane/decide.ts';
import { holdInForce, joinHolds } from '../../lane/holds.ts';
import { laneId } from '../../lane/messages.ts';
import { isHeldStatus } from '../../lane/received.ts';
import type { LaneState } from '../../lane/types.ts';
import type { Hold } from '../../operation/hold.ts';
import { statusQuery } from '../../operation/messages.ts';
import { platformId } from '../../platform/repository/platform-id.ts';
import { lastHold, seenReverts } from '../../record/queries.ts';
import type { StepClock } from '../clock.ts';
import type { RecordedHoldOrder } from './contract.ts';

/**
 * Reads the lane state that follows from the record: holds and answered reverts; undefined where there are none. What
 * held the lane before it lost its memory holds on, whatever has become of the record: only a person ends a hold.
 */
export async function recordedHold(
  dependencies: RecordDependencies & Pick<Dependencies, 'workflows'>,
  { source, gitops }: RecordedHoldOrder,
  clock: Pick<StepClock, 'now'>,
): Promise<LaneState | undefined> {
  const now = new Date(clock.now());
  const { entries } = await readRecord(dependencies, { source, gitops });
  const hold = lastHold(entries, now) ?? (await unrecordedHold(dependencies, gitops, now));
  const seen = seenReverts(entries);
  if (hold === undefined && seen.length === 0) return undefined;
  return { ...emptyLane, hold, seenReverts: seen };
}

/** Answers the hold of the lane's earlier run, of which the record says nothing. Temporal may have forgotten that run. */
async function unrecordedHold(
  { workflows }: Pick<Dependencies, 'workflows'>,
  { repository, branch }: RecordedHoldOrder['gitops'],
  now: Date,
): Promise<Hold | undefined> {
  const answer = await workflows.askEarlierRun(laneId(platformId(repository), branch), statusQuery);
  const hold = isHeldStatus(answer) ? holdInForce(answer.hold, now.toISOString()) : undefined;
  return (
    hold &&
    joinHolds(hold, { ...hold, reason: 'the lane was held before it began anew, and the record does not say so' })
  );
}
