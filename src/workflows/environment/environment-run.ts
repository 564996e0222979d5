import { CancellationScope } from '@temporalio/workflow';
import type { Admission, LaneRef } from '../../lane/types.ts';
import type { OperationKind } from '../../operation/kind.ts';
import type { EnvironmentState, EnvironmentStatus } from '../../operation/status.ts';
import type { LaneClient } from '../lane/client/lane-client.ts';
import type { Note } from './recording.ts';
import type { Outcome } from './results.ts';

/** What ends what runs in an environment: a person's decision, or another's turn. */
export type Stop =
  | { readonly kind: 'reject' | 'abort'; readonly by: string; readonly reason: string }
  | { readonly kind: 'supersede'; readonly successor: LaneRef };

/** What is to be carried to the environment, and for whom. */
export interface DeploymentOrder {
  readonly operation: OperationKind;
  /** Undefined: whatever is deployed there, with today's config. */
  readonly main?: string;
  /** A recorded config commit, instead of the head of the config branch. */
  readonly config?: string;
  readonly requester?: { readonly by: string; readonly reason: string };
  /** What is to be carried, seen when the turn has come; an outcome: there is nothing to be done any more. */
  readonly atTurn?: () => Promise<DeploymentOrder | Outcome>;
}

/** Another pair of commits is about to count as deployed: what is rendered from now on must carry it. */
export interface PendingRevision {
  readonly main: string;
  readonly over: string;
}

/** How an operation is called by people and by its parts. */
export interface Origin {
  readonly source: string;
  /** What `fairlead approve` takes: an id, or the first digits of a commit. */
  readonly reference: string;
  /** The main commit whose fairlead.yaml counts; undefined: main's head. */
  readonly platformCommit?: string;
}

/** One environment of an operation: its status, and what people and the lane have said to it. */
export class EnvironmentRun {
  /** Counts everything that a waiting step must look at. */
  wakes = 0;
  retryAsked = false;
  /** What is rendered is not what should be there any more, whatever the forge says. */
  stale = false;
  pendingRevision: PendingRevision | undefined;
  stop: Stop | undefined;
  status: EnvironmentStatus;
  /** What we pushed and may have a request open for; a merge or a close ends it. */
  proposed: { readonly branch: string; readonly commit: string } | undefined;
  /** That it is on the branch, which is not in the record yet. */
  unrecordedDeployment: Note | undefined;
  /** Why nothing more of it is proposed: what is merged is verified still. */
  ending: string | undefined;
  /** The rollback that took its turn. */
  takenBackBy: LaneRef | undefined;
  /** Its place in the environment's lane; undefined: it is not there. */
  lane: LaneClient | undefined;
  /** Goes back by a rollback of its own; answers why not where it cannot. Promotions alone have it. */
  rollBack: ((by: string, reason: string) => Promise<string>) | undefined;
  readonly origin: Origin;
  private scope: CancellationScope | undefined;
  private readonly changed: () => void;

  constructor(origin: Origin, status: EnvironmentStatus, changed: () => void) {
    this.origin = origin;
    this.status = status;
    this.changed = changed;
  }

  get name(): string {
    return this.status.environment;
  }

  /** What is carried is on the environment's branch, and nothing else of it is proposed. */
  get merged(): boolean {
    return this.hasDeployed && this.proposed === undefined;
  }

  /** Something of it is on the environment's branch, or was. */
  get hasDeployed(): boolean {
    return this.status.deployedAs !== undefined;
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

  /** Renders again what has a request open. */
  rerender(): void {
    this.stale = true;
    this.wake();
  }

  /** What the lane says. Only where it lets in, or holds, it says what holds; else that is as it was. */
  hear(admission: Admission): void {
    if (admission.kind === 'granted' || admission.kind === 'held') this.update({ hold: admission.hold });
    if (admission.kind === 'superseded' && this.givesWay(admission.by))
      this.stopWith({ kind: 'supersede', successor: admission.by });
    this.wake();
  }

  /** A merge may have crossed the lane's word; then it stays, unless a rollback wants the turn. */
  private givesWay({ operation }: LaneRef): boolean {
    return operation === 'rollback' || !this.merged || this.status.state === 'needs attention';
  }

  /** Runs in a scope of its own, which `stopWith` cancels. */
  async inScope<T>(run: () => Promise<T>): Promise<T> {
    this.scope = new CancellationScope();
    // What the lane said while nothing ran that could be stopped counts, too.
    if (this.lane?.admission) this.hear(this.lane.admission);
    try {
      return await this.scope.run(run);
    } finally {
      this.scope = undefined;
    }
  }

  /** Ends what runs here; what follows is decided by who catches the cancellation. The first stop counts. */
  stopWith(stop: Stop): void {
    if (!this.scope || this.stop) return;
    this.stop = stop;
    const message = stop.kind === 'supersede' ? 'superseded' : `${stop.kind} by ${stop.by}: ${stop.reason}`;
    this.update({ stopping: stop.kind, message });
    this.scope.cancel();
  }

  get running(): boolean {
    return this.scope !== undefined;
  }
}
