import type { Dependencies } from '../../dependencies.ts';
import { recordEntries } from '../../gitops/record-entries.ts';
import { emptyLane } from '../../lane/decide.ts';
import type { LaneInput, LaneState } from '../../lane/types.ts';
import { lastHold, seenReverts } from '../../record/queries.ts';
import type { StepClock } from '../clock.ts';

/** Reads the lane state that follows from the record: holds and answered reverts; undefined where there are none. */
export async function recordedHold(
  { repositories }: Pick<Dependencies, 'repositories'>,
  { gitops }: Pick<LaneInput, 'gitops' | 'environment'>,
  clock: Pick<StepClock, 'now'>,
): Promise<LaneState | undefined> {
  const entries = await recordEntries(repositories.open(gitops.repository), gitops.branch);
  const hold = lastHold(entries, new Date(clock.now()));
  const seen = seenReverts(entries);
  if (hold === undefined && seen.length === 0) return undefined;
  return { ...emptyLane, hold, seenReverts: seen };
}
