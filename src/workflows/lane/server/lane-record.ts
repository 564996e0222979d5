import { ActivityFailure } from '@temporalio/workflow';
import type { LaneCommand } from '../../../lane/types.ts';
import { failureText } from '../../temporal/failure-text.ts';
import { type StepOwner, step } from '../../temporal/step.ts';
import type { LaneAddress } from './lane-address.ts';

type RecordCommand = Extract<LaneCommand, { kind: 'record' }>;

/**
 * Writes to the record what happens to a lane: one line after the other, each later than the one before. A lane that
 * begins anew believes the last line about a hold.
 */
export class LaneRecord {
  /** Says what could not be recorded last; undefined: all was. */
  trouble: string | undefined;
  private readonly address: LaneAddress;
  private readonly owner: StepOwner;
  private last: Promise<void> = Promise.resolve();
  private lastTime = 0;

  constructor(address: LaneAddress, owner: StepOwner) {
    this.address = address;
    this.owner = owner;
  }

  /** Writes when all that came before is written. */
  write(command: RecordCommand): Promise<void> {
    this.last = this.last.then(() => this.writeNow(command));
    return this.last;
  }

  private async writeNow({ event, by, reason, hold, main }: RecordCommand): Promise<void> {
    const { gitops, place } = this.address;
    const { source, environment } = place;
    this.lastTime = Math.max(Date.now(), this.lastTime + 1);
    const entry = {
      time: new Date(this.lastTime).toISOString(),
      event,
      by,
      reason,
      main,
      until: hold?.until,
      configHeld: hold?.config ? true : undefined,
      revert: hold?.revert,
    };
    try {
      await step('record', `${environment}: record ${event}`, this.owner)({ source, environment, gitops, entry });
      this.trouble = undefined;
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      this.trouble = `The entry "${event}" could not be recorded: ${failureText(error)}`;
    }
  }
}
