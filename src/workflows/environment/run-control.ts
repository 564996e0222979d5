import { CancellationScope, condition, sleep } from '@temporalio/workflow';
import type { LaneRef } from '../../lane/types.ts';
import type { Renewal } from '../temporal/renewal.ts';

/** The reason why a run is stopped: a person's decision, or another's turn. */
export type Stop =
  | { readonly kind: 'reject' | 'abort'; readonly by: string; readonly reason: string }
  | { readonly kind: 'supersede'; readonly successor: LaneRef };

/** The least time between two looks that nudges cause, in milliseconds. */
const nudgeIntervalMs = 5_000;

/** What is wanted of a run, where the workflow continues as new. */
export interface ControlMemory {
  readonly retry: boolean;
  readonly stale: boolean;
  readonly policyReads: number;
  readonly ending?: string;
  /** How often it went on by itself after what was late, since a person has decided; undefined: never. */
  readonly tries?: number;
}

/** Passes what people, the lane and other workflows want of a run to the step that waits. */
export class RunControl {
  readonly renewal: Renewal;
  private wakeups = 0;
  private listening = 0;
  private isNudged = false;
  private nudgedAt = 0;
  private retry = false;
  private stale = false;
  private reads = 0;
  private present: Stop | undefined;
  private deployedAtStop: string | undefined;
  private end: string | undefined;
  private ownTries = 0;
  private scope: CancellationScope | undefined;
  private isBeginning = false;

  constructor(renewal: Renewal) {
    this.renewal = renewal;
  }

  /** Answers what must not be forgotten while nothing is being stopped. */
  get memory(): ControlMemory {
    const { retry, stale, reads: policyReads, end: ending, ownTries: tries } = this;
    return { retry, stale, policyReads, ending, ...(tries > 0 && { tries }) };
  }

  remember({ retry, stale, policyReads, ending, tries = 0 }: ControlMemory): void {
    this.ownTries = tries;
    this.retry = retry;
    this.stale = stale;
    this.reads = policyReads;
    this.end = ending;
  }

  /** Counts everything that a waiting step must look at. */
  get wakes(): number {
    return this.wakeups;
  }

  wake(): void {
    this.wakeups += 1;
  }

  /** Takes a nudge; where nothing waits for one, it means nothing: whatever begins later looks by itself. */
  nudge(): void {
    if (this.listening > 0) this.isNudged = true;
  }

  /** Resolves at a nudge, but at most once in an interval: all that come meanwhile are one look at its end. */
  async nudged(): Promise<void> {
    this.isNudged = false;
    this.listening += 1;
    try {
      await condition(() => this.isNudged);
      const pause = this.nudgedAt + nudgeIntervalMs - Date.now();
      if (pause > 0) await sleep(pause, { summary: 'was nudged: look when the interval is over' });
      this.nudgedAt = Date.now();
    } finally {
      this.listening -= 1;
    }
  }

  /** Tells whether what was rendered must be rendered again, whatever the forge says. */
  get isStale(): boolean {
    return this.stale;
  }

  markStale(): void {
    this.stale = true;
    this.wake();
  }

  /**
   * Counts the reads of the policy. It is called before a read: what marks the run stale later may be missing in that.
   */
  beginPolicyRead(): void {
    this.reads += 1;
    this.stale = false;
  }

  get policyReads(): number {
    return this.reads;
  }

  get retryAsked(): boolean {
    return this.retry;
  }

  askRetry(): void {
    this.retry = true;
    this.ownTries = 0;
  }

  /** Answers how often it went on by itself after what was late, since a person has asked for a retry. */
  get triesByItself(): number {
    return this.ownTries;
  }

  tryByItself(): void {
    this.ownTries += 1;
  }

  /** Begins to wait for a retry; one that was asked for before does not count. */
  awaitRetry(): void {
    this.retry = false;
  }

  /** Says why nothing more is proposed; what is merged is still verified. */
  get ending(): string | undefined {
    return this.end;
  }

  proposeNothingMore(why: string): void {
    this.end = why;
  }

  get stop(): Stop | undefined {
    return this.present;
  }

  /** Tells whether something runs that can be stopped, or is about to. */
  get isRunning(): boolean {
    return this.scope !== undefined || this.isBeginning;
  }

  /** Notes that something is about to run: a stop that comes before that ends it as soon as it runs. */
  begin(): void {
    this.isBeginning = true;
  }

  /** Notes that nothing more runs: a stop that found nothing to end is forgotten. */
  finish(): void {
    this.isBeginning = false;
    this.clearStop();
  }

  /**
   * Takes the first stop while something runs, and what is deployed by then; false where nothing runs or it is being stopped already.
   */
  takeStop(stop: Stop, deployedAs: string | undefined): boolean {
    if (!this.isRunning || this.present) return false;
    this.present = stop;
    this.deployedAtStop = deployedAs;
    return true;
  }

  /**
   * Tells whether this was not deployed yet when the stop was taken: the step that waits for the merge may answer in the same moment.
   */
  isDeployedSinceStop(deployedAs: string | undefined): boolean {
    return this.present !== undefined && deployedAs !== this.deployedAtStop;
  }

  /** Cancels what runs; the code that catches the cancellation reads `stop`. */
  cancel(): void {
    this.scope?.cancel();
  }

  /** Forgets the stop, once it has been cleaned up after. */
  clearStop(): void {
    this.present = undefined;
  }

  /** Runs `work` in a scope of its own, which `cancel` ends. `begun` is called when it can be stopped. */
  async runInScope<T>(begun: () => void, work: () => Promise<T>): Promise<T> {
    this.scope = new CancellationScope();
    this.isBeginning = false;
    begun();
    if (this.present) this.cancel();
    try {
      return await this.scope.run(work);
    } finally {
      this.scope = undefined;
    }
  }
}
