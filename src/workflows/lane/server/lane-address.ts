import type { AdmitOutcome } from '../../../activities/lane/contract.ts';
import { isSamePlace, placeWords } from '../../../lane/place.ts';
import type { LaneEntry, LaneInput, LaneMove, LanePlace } from '../../../lane/types.ts';
import type { GitopsTarget } from '../../../platform/types.ts';
import { failureText, isStepFailure } from '../../temporal/failure-text.ts';
import { type StepOwner, step } from '../../temporal/step.ts';

/** The place that a lane serves: that of its latest operation whose source has the deployed main commit. */
export class LaneAddress {
  readonly gitops: GitopsTarget;
  place: LanePlace;
  movedFrom: LaneMove | undefined;

  constructor({ gitops, source, environment, movedFrom }: LaneInput) {
    this.gitops = gitops;
    this.place = { source, environment };
    this.movedFrom = movedFrom;
  }

  /** Takes another URL of the same platform: under the present one it may not be reached any more. */
  takeUrl(entry: LanePlace): void {
    if (isSamePlace(this.place, entry)) this.place = { ...this.place, source: entry.source };
  }

  /** Asks whether the lane moves to the place of an entry. `others`: another operation is in the lane. */
  async askAdmission(entry: LaneEntry, owner: StepOwner, others: boolean): Promise<AdmitOutcome> {
    const { gitops, place } = this;
    const { source, environment } = entry;
    try {
      const name = `does ${gitops.branch} belong to ${placeWords(entry)}?`;
      return await step('admitPlatform', name, owner)({ gitops, source, environment, place, others });
    } catch (error) {
      if (!isStepFailure(error)) throw error;
      const branch = `branch ${gitops.branch} of ${gitops.repository}`;
      const why = `It cannot be seen whether ${branch} belongs to ${placeWords(place)} or to ${placeWords(entry)}: `;
      return { kind: 'refused', why: why + failureText(error) };
    }
  }

  /** Moves to the place of an entry. Says what has changed; undefined where the lane is there already. */
  moveTo({ source, environment }: LaneEntry, at: string): string | undefined {
    const before = this.place;
    const place = { source, environment };
    if (isSamePlace(before, place)) return undefined;
    this.place = place;
    this.movedFrom = { ...before, at };
    return `the branch belongs to ${placeWords(place)} now; before, it belonged to ${placeWords(before)}`;
  }
}
