import type { Admission, LaneRef } from '../../lane/types.ts';
import type { EnvironmentState, EnvironmentStatus } from '../../operation/status.ts';
import type { RecordEntry } from '../../record/entry.ts';
import type { LaneClient } from '../lane/client/lane-client.ts';
import { RunControl, type Stop } from './run-control.ts';

/** How an operation is called by people and by its parts. */
export interface Origin {
  readonly source: string;
  /** What `fairlead approve` takes: an id, or the first digits of a commit. */
  readonly reference: string;
  /** The main commit whose fairlead.yaml counts; undefined: main's head. */
  readonly platformCommit?: string;
}

/** Another pair of commits is about to count as deployed: what is rendered from now on must carry it. */
export interface PendingRevision {
  readonly main: string;
  readonly over: string;
}

/** A line for the record, and the commit of the environment's branch that it is about; none: its head. */
export interface RecordNote {
  readonly entry: RecordEntry;
  readonly commit?: string;
}

/** What we pushed and may have a request open for. */
interface Proposed {
  readonly branch: string;
  readonly commit: string;
}

/** Goes back by a rollback of its own; answers why not where it cannot. */
export type RollBack = (by: string, reason: string) => Promise<string>;

/**
 * One environment of an operation. It holds what was asked (`origin`), what is known (`status`, and what is under way on
 * the forge, in the record and in the lane), and what others want of it (`control`). Every field changes through a
 * method that says why; each change of the status is published.
 */
export class EnvironmentRun {
  readonly origin: Origin;
  readonly control = new RunControl();
  /** Promotions alone have it. */
  readonly rollBack: RollBack | undefined;
  private present: EnvironmentStatus;
  private readonly changed: () => void;
  private pending: PendingRevision | undefined;
  private pushed: Proposed | undefined;
  private note: RecordNote | undefined;
  private rollback: LaneRef | undefined;
  private client: LaneClient | undefined;

  constructor(
    {
      origin,
      status,
      rollBack,
    }: { readonly origin: Origin; readonly status: EnvironmentStatus; readonly rollBack?: RollBack },
    changed: () => void,
  ) {
    this.origin = origin;
    this.present = status;
    this.rollBack = rollBack;
    this.changed = changed;
  }

  get name(): string {
    return this.present.environment;
  }

  get status(): EnvironmentStatus {
    return this.present;
  }

  update(change: Partial<EnvironmentStatus>): void {
    this.present = { ...this.present, ...change };
    this.changed();
  }

  /** Enters a state, or says something new about the present one. */
  enter(state: EnvironmentState, message: string, change: Partial<EnvironmentStatus> = {}): void {
    const since = state === this.present.state ? this.present.since : new Date().toISOString();
    this.update({ ...change, state, since, message });
  }

  /** Something of it is on the environment's branch, or was. */
  get hasDeployed(): boolean {
    return this.present.deployedAs !== undefined;
  }

  /** What is deployed is on the environment's branch, and nothing else of it is proposed. */
  get merged(): boolean {
    return this.hasDeployed && this.pushed === undefined;
  }

  get proposed(): Proposed | undefined {
    return this.pushed;
  }

  propose(proposed: Proposed): void {
    this.pushed = proposed;
  }

  /** A merge or a close has ended the request. */
  endProposal(): void {
    this.pushed = undefined;
    const { request } = this.present;
    if (request?.open) this.update({ request: { ...request, open: false } });
  }

  get pendingRevision(): PendingRevision | undefined {
    return this.pending;
  }

  expectRevision(revision: PendingRevision): void {
    this.pending = revision;
  }

  /** It is on the branch, which is not in the record yet. */
  get unrecordedDeployment(): RecordNote | undefined {
    return this.note;
  }

  oweRecord(note: RecordNote): void {
    this.note = note;
  }

  settleRecord(): void {
    this.note = undefined;
  }

  /** Names the rollback that took its turn. */
  get takenBackBy(): LaneRef | undefined {
    return this.rollback;
  }

  giveBack(rollback: LaneRef): void {
    this.rollback = rollback;
  }

  /** Its place in the environment's lane; undefined: it is not there. */
  get lane(): LaneClient | undefined {
    return this.client;
  }

  enterLane(client: LaneClient): void {
    this.client = client;
  }

  /** Answers the client that is to say so to the lane; undefined: it was not there. */
  leaveLane(): LaneClient | undefined {
    const { client } = this;
    this.client = undefined;
    return client;
  }

  /** Takes the lane's word. Only where it lets in, or holds, it says what holds; else that is as it was. */
  hear(admission: Admission): void {
    if (admission.kind === 'granted' || admission.kind === 'held') this.update({ hold: admission.hold });
    if (admission.kind === 'superseded' && this.givesWay(admission.by))
      this.stopWith({ kind: 'supersede', successor: admission.by });
    this.control.wake();
  }

  /** A merge may have crossed the lane's word; then it stays, unless a rollback wants the turn. */
  private givesWay({ operation }: LaneRef): boolean {
    return operation === 'rollback' || !this.merged || this.present.state === 'needs attention';
  }

  /** Ends what runs here; what follows is decided by who catches the cancellation. The first stop counts. */
  stopWith(stop: Stop): void {
    if (!this.control.takeStop(stop)) return;
    const message = stop.kind === 'supersede' ? 'superseded' : `${stop.kind} by ${stop.by}: ${stop.reason}`;
    this.update({ stopping: stop.kind, message });
    this.control.cancel();
  }

  /** Runs `work` so that `stopWith` can end it. What the lane said while nothing ran that could be stopped counts, too. */
  inScope<T>(work: () => Promise<T>): Promise<T> {
    return this.control.inScope(() => {
      if (this.client?.admission) this.hear(this.client.admission);
    }, work);
  }
}
