import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import { laneDetails, laneSearchWords } from '../../../lane/details.ts';
import type { LaneState, LaneStatus } from '../../../lane/types.ts';
import { searchWords, type ToldTrouble, troubleAttribute } from '../../../operation/trouble/step-trouble.ts';
import { laneAttributes } from '../../temporal/search-attributes.ts';
import { TroubleAttribute } from '../../temporal/trouble-attribute.ts';

/** Shows a lane in the Temporal UI and to searches. It writes to history only when a search attribute changes. */
export class LaneDisplay {
  private readonly trouble = new TroubleAttribute();
  private published = '';

  /** `failing`: the lane's steps that fail again and again. */
  show(status: LaneStatus, state: LaneState, failing: readonly ToldTrouble[]): void {
    setCurrentDetails(laneDetails(status, failing));
    const stuck = status.trouble === undefined ? [] : [laneSearchWords(state)];
    this.trouble.show(troubleAttribute([...stuck, ...failing.map(searchWords)]));
    const present = status.hold || status.freeze?.now ? 'held' : status.current ? 'taken' : 'free';
    if (present === this.published) return;
    this.published = present;
    upsertSearchAttributes(laneAttributes(present));
  }
}
