import { allHandlersFinished, CancellationScope, condition } from '@temporalio/workflow';
import { isHistoryLong } from './history.ts';

/**
 * The most signals of one run. Temporal takes 10,000; but when a worker has lost its cache, it must handle all of them
 * again within the time of a workflow task, while more come.
 */
const mostSignals = 1_000;

/**
 * The moment in which a workflow continues as new: its history is long or had many signals, and nothing is under way but waits. These hold
 * here:
 *
 * - Work that is `active` has a step in flight, or code to run. The workflow does not continue as new meanwhile.
 * - A wait that finds `isDue` ends its step, and stands still: what it waits for is in the workflow's memory.
 * - A workflow that is being cancelled ends, and does not continue.
 */
export class Renewal {
  private readonly limits: { readonly historyLimit?: number };
  private readonly root = CancellationScope.current();
  private active = 0;
  private signals = 0;

  /** Must be made in the workflow's own scope. */
  constructor(limits: { readonly historyLimit?: number }) {
    this.limits = limits;
  }

  /** Tells whether every wait is to stand still. */
  get isDue(): boolean {
    return !this.root.consideredCancelled && (this.signals >= mostSignals || isHistoryLong(this.limits));
  }

  countSignal(): void {
    this.signals += 1;
  }

  /** Runs work, and counts it as active until it has ended, except while it stands still. */
  async whileActive<T>(work: () => Promise<T>): Promise<T> {
    this.active += 1;
    try {
      return await work();
    } finally {
      this.active -= 1;
    }
  }

  /** Waits, inside of active work, for other work that is counted by itself. */
  async whileOthersAreActive<T>(others: () => Promise<T>): Promise<T> {
    this.active -= 1;
    try {
      return await others();
    } finally {
      this.active += 1;
    }
  }

  /** Stands still while the workflow is to continue as new: then it goes on there. Only a cancellation ends it here. */
  async standStillIfDue(): Promise<void> {
    while (this.isDue) await this.whileOthersAreActive(() => condition(() => !this.isDue));
  }

  /** Runs the whole work of a workflow; undefined: it is time to continue as new, and everything stands still. */
  async untilDue<T>(work: Promise<T>): Promise<T | undefined> {
    const ready = CancellationScope.nonCancellable(() =>
      condition(() => this.isDue && this.active === 0 && allHandlersFinished()),
    );
    return Promise.race([work, ready.then(() => undefined)]);
  }
}
