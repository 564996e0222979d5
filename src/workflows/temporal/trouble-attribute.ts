import { CancellationScope, sleep, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { OperationState } from '../../operation/status.ts';
import { troubleAttribute } from '../../operation/trouble/step-trouble.ts';
import { searchAttributes } from '../../temporal/attributes/search-attributes.ts';

/** Each change costs history: the least time between two of them, and the most in one run. */
const limits = { betweenMs: 60_000, changes: 50 } as const;

/**
 * The search attribute `FairleadTrouble` of a workflow. It changes at most once a minute and fifty times a run: what is
 * to be shown then is shown, and what came and went meanwhile is not.
 */
export class TroubleAttribute {
  private wanted: string;
  private shown: string;
  private changes = 0;
  private changedAt = Number.NEGATIVE_INFINITY;
  private isDelayed = false;

  constructor() {
    // What a former run has shown is still there.
    this.shown = workflowInfo().typedSearchAttributes.get(searchAttributes.trouble) ?? '';
    this.wanted = this.shown;
  }

  /** Shows this from now on; '': all is well. */
  show(wanted: string): void {
    this.wanted = wanted;
    if (wanted === this.shown || this.isDelayed) return;
    // Every trouble keeps a change for its end.
    if (wanted !== '' && this.changes > limits.changes - 2) return;
    const pause = this.changedAt + limits.betweenMs - Date.now();
    if (pause > 0) void this.showAfter(pause);
    else this.change();
  }

  /** Shows the troubles of an operation; of one that ends, at once that there are none. */
  showFor(state: OperationState, troubles: readonly string[]): void {
    if (state === 'running') {
      this.show(troubleAttribute(troubles));
    } else {
      this.wanted = '';
      if (this.shown !== '') this.change();
    }
  }

  private async showAfter(pause: number): Promise<void> {
    this.isDelayed = true;
    await CancellationScope.nonCancellable(() => sleep(pause, { summary: 'show what is in trouble' }));
    this.isDelayed = false;
    this.show(this.wanted);
  }

  private change(): void {
    this.shown = this.wanted;
    this.changes += 1;
    this.changedAt = Date.now();
    upsertSearchAttributes([{ key: searchAttributes.trouble, value: this.shown === '' ? null : this.shown }]);
  }
}
