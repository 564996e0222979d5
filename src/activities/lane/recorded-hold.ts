import { type RecordDependencies, readRecord } from '../../gitops/record/read-record.ts';
import { emptyLane } from '../../lane/decide.ts';
import type { LaneState } from '../../lane/types.ts';
import { lastHold, seenReverts } from '../../record/queries.ts';
import type { StepClock } from '../clock.ts';
import type { RecordedHoldOrder } from './contract.ts';

/** Reads the lane state that follows from the record: holds and answered reverts; undefined where there are none. */
export async function recordedHold(
  dependencies: RecordDependencies,
  { source, gitops }: RecordedHoldOrder,
  clock: Pick<StepClock, 'now'>,
): Promise<LaneState | undefined> {
  const { entries } = await readRecord(dependencies, { source, gitops });
  const hold = lastHold(entries, new Date(clock.now()));
  const seen = seenReverts(entries);
  if (hold === undefined && seen.length === 0) return undefined;
  return { ...emptyLane, hold, seenReverts: seen };
}
