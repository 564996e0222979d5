import { CancellationScope } from '@temporalio/workflow';
import type { Errand } from '../activities/contract.ts';
import type { EnvironmentState, EnvironmentStatus } from '../promotion/status.ts';

/** A person's decision that ends what runs in an environment. */
export interface Stop {
  readonly kind: 'reject' | 'abort' | 'rollback';
  readonly by: string;
  readonly reason: string;
}

/** What is to be carried to the environment, and for whom. */
export interface Cargo {
  readonly errand: Errand;
  readonly main: string;
  readonly asked?: { readonly by: string; readonly reason: string };
}

/** One environment of a promotion: its status, and what people have said to it. */
export class EnvironmentRun {
  /** Counts everything that a waiting step must look at. */
  wakes = 0;
  retryAsked = false;
  stop: Stop | undefined;
  status: EnvironmentStatus;
  /** What we pushed and may have a request open for; a merge or a close ends it. */
  proposed: { readonly branch: string; readonly commit: string } | undefined;
  readonly source: string;
  /** The promotion's own commit, whatever is being carried. */
  readonly promotedMain: string;
  private scope: CancellationScope | undefined;
  private readonly changed: () => void;

  constructor(source: string, status: EnvironmentStatus, changed: () => void) {
    this.source = source;
    this.status = status;
    this.promotedMain = status.main;
    this.changed = changed;
  }

  get name(): string {
    return this.status.environment;
  }

  update(change: Partial<EnvironmentStatus>): void {
    this.status = { ...this.status, ...change };
    this.changed();
  }

  /** Enters a state, or says something new about the present one. */
  enter(state: EnvironmentState, message: string, change: Partial<EnvironmentStatus> = {}): void {
    const since = state === this.status.state ? this.status.since : new Date().toISOString();
    this.update({ ...change, state, since, message });
  }

  wake(): void {
    this.wakes += 1;
  }

  /** Runs in a scope of its own, which `stopWith` cancels. */
  async inScope<T>(run: () => Promise<T>): Promise<T> {
    this.scope = new CancellationScope();
    try {
      return await this.scope.run(run);
    } finally {
      this.scope = undefined;
    }
  }

  /** Ends what runs here; what follows is decided by who catches the cancellation. */
  stopWith(stop: Stop): void {
    this.stop = stop;
    this.update({ stopping: stop.kind, message: `${stop.kind} by ${stop.by}: ${stop.reason}` });
    this.scope?.cancel();
  }

  get running(): boolean {
    return this.scope !== undefined;
  }
}
