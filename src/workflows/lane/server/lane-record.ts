import { ActivityFailure } from '@temporalio/workflow';
import { disagreementWords } from '../../../lane/record/disagreement.ts';
import type { LaneCommand, LaneObservation, LaneState } from '../../../lane/types.ts';
import type { RecordEntry } from '../../../record/entry.ts';
import { failureText } from '../../temporal/failure-text.ts';
import { type StepOwner, step } from '../../temporal/step.ts';
import type { LaneAddress } from './lane-address.ts';

type RecordCommand = Extract<LaneCommand, { kind: 'record' }>;

/** How many lines wait, and are written by one step, before holds are drawn together. */
const mostAtOnce = 20;

/**
 * Writes to the record what happens to a lane: one line after the other, each later than the one before. A lane that
 * begins anew believes the last line about a hold. What comes while lines are written waits, and is written in one step.
 * Of very many holds that wait, the last is written, which has the words of those before it.
 */
export class LaneRecord {
  /** Says what could not be recorded last; undefined: all was. */
  private trouble: string | undefined;
  private readonly address: LaneAddress;
  private readonly owner: StepOwner;
  private last: Promise<void> = Promise.resolve();
  private look: { readonly settled: number; readonly seen: LaneObservation['recorded'] } | undefined;
  private lookBegan: number | undefined;
  private asked = 0;
  private done = 0;
  private lastTime = 0;
  private readonly waiting: RecordEntry[] = [];

  constructor(address: LaneAddress, owner: StepOwner) {
    this.address = address;
    this.owner = owner;
  }

  /** Writes when all that came before is written. */
  write(command: RecordCommand): Promise<void> {
    const entry = this.entryOf(command);
    const before = this.waiting.at(-1);
    if (this.waiting.length >= mostAtOnce && before?.event === 'held' && entry.event === 'held') this.waiting.pop();
    this.waiting.push(entry);
    this.asked += 1;
    this.last = this.last
      .then(() => this.writeWaiting())
      .finally(() => {
        this.done += 1;
      });
    return this.last;
  }

  /** Notes that the world is being observed from now on. */
  beginLook(): void {
    this.lookBegan = this.settled;
  }

  /**
   * Takes what was observed of the record. It counts only while nothing was written since the look began: what is written meanwhile
   * may be seen, or not.
   */
  endLook({ recorded }: LaneObservation): void {
    this.look = this.lookBegan === undefined ? undefined : { settled: this.lookBegan, seen: recorded };
  }

  /** Says what could not be recorded, and where the record disagrees with the lane, in sentences. */
  troubles({ hold }: Pick<LaneState, 'hold'>): readonly string[] {
    const { look, settled, trouble } = this;
    const isOfNow = look !== undefined && look.settled === settled;
    const place = { environment: this.address.place.environment, now: new Date().toISOString() };
    const disagreement = isOfNow ? disagreementWords({ hold }, look.seen, place) : undefined;
    return [trouble, disagreement].filter((each) => each !== undefined);
  }

  /** How many lines were written; undefined: some of them still are. */
  private get settled(): number | undefined {
    return this.asked === this.done ? this.asked : undefined;
  }

  private entryOf({ event, by, reason, hold, main }: RecordCommand): RecordEntry {
    this.lastTime = Math.max(Date.now(), this.lastTime + 1);
    return {
      time: new Date(this.lastTime).toISOString(),
      event,
      by,
      reason,
      main,
      until: hold?.until,
      configHeld: hold?.config ? true : undefined,
      revert: hold?.revert,
    };
  }

  private async writeWaiting(): Promise<void> {
    const { gitops, place } = this.address;
    const { source, environment } = place;
    const earlier = this.waiting.splice(0, mostAtOnce);
    const entry = earlier.pop();
    // It was written with one that came before it.
    if (entry === undefined) return;
    const what = earlier.length === 0 ? entry.event : `${entry.event}, and ${earlier.length} before it`;
    const order = { source, environment, gitops, earlier: earlier.length === 0 ? undefined : earlier, entry };
    try {
      await step('record', `${environment}: record ${what}`, this.owner)(order);
      this.trouble = undefined;
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      this.trouble = `The entry "${what}" could not be recorded: ${failureText(error)}`;
    }
  }
}
