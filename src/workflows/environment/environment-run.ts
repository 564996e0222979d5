import type { Admission, LaneRef } from '../../lane/types.ts';
import { asGiven } from '../../operation/claim.ts';
import type { EnvironmentState, EnvironmentStatus } from '../../operation/status.ts';
import { LaneClient } from '../lane/client/lane-client.ts';
import type { Progress } from '../memory/progress.ts';
import type { PendingRevision, Proposed, RecordNote, RunMemory } from '../memory/run-memory.ts';
import type { Renewal } from '../temporal/renewal.ts';
import type { Troubles } from '../temporal/troubles.ts';
import { UntoldWord } from './last-word.ts';
import { RunControl, type Stop } from './run-control.ts';

/** The source of an operation, and how people refer to it. */
export interface Origin {
  readonly source: string;
  /** The reference that `fairlead approve` takes: an id, or the first digits of a commit. */
  readonly reference: string;
  /** The main commit whose fairlead.yaml counts; undefined: main's head. */
  readonly platformCommit?: string;
}

/** Starts a rollback of its own; answers why it was not rolled back, or '' where it was. */
export type RollBack = (by: string, reason: string) => Promise<string>;

/**
 * One environment of an operation: what was asked (`origin`), what is known (`status`, and what is under way on the
 * forge, in the record and in the lane), and what others want of it (`control`). These hold here:
 *
 * - Every field changes through a method that says why.
 * - Each change of the status is published.
 * - The first stop counts; a later one changes nothing.
 */
export class EnvironmentRun {
  readonly origin: Origin;
  readonly control: RunControl;
  readonly troubles: Troubles;
  readonly lastWord = new UntoldWord();
  /** Rolls this environment back; promotions alone can. */
  readonly rollBack: RollBack | undefined;
  private present: EnvironmentStatus;
  private readonly changed: () => void;
  private pending: PendingRevision | undefined;
  private pushed: Proposed | undefined;
  private note: RecordNote | undefined;
  private rollback: LaneRef | undefined;
  private client: LaneClient | undefined;
  private reached: Progress | undefined;
  private underWay = false;

  constructor(
    {
      origin,
      status,
      renewal,
      troubles,
      rollBack,
    }: {
      readonly origin: Origin;
      readonly status: EnvironmentStatus;
      readonly renewal: Renewal;
      readonly troubles: Troubles;
      readonly rollBack?: RollBack;
    },
    changed: () => void,
  ) {
    this.origin = origin;
    this.control = new RunControl(renewal);
    this.troubles = troubles;
    this.present = status;
    this.rollBack = rollBack;
    this.changed = changed;
  }

  get memory(): RunMemory {
    const { present: status, underWay: isUnderWay, reached: progress, pending, pushed, note, rollback } = this;
    const { memory: control } = this.control;
    return { status, control, isUnderWay, progress, pending, pushed, note, rollback, lane: this.client?.memory };
  }

  /** Takes what an earlier execution of the workflow knew. */
  remember({ control, isUnderWay, progress, pending, pushed, note, rollback, lane }: RunMemory): void {
    this.control.remember(control);
    this.underWay = isUnderWay;
    if (isUnderWay) this.control.begin();
    this.reached = progress;
    this.pending = pending;
    this.pushed = pushed;
    this.note = note;
    this.rollback = rollback;
    this.client = lane && LaneClient.from(this, lane);
  }

  /** Answers how far it has got beyond what the status says. */
  get progress(): Progress | undefined {
    return this.reached;
  }

  noteProgress(progress: Progress): void {
    this.reached = progress;
  }

  /** Notes that it begins with its turn, whatever it had reached. */
  forgetProgress(): void {
    this.reached = undefined;
  }

  /** Tells whether it has begun and has not ended. */
  get isUnderWay(): boolean {
    return this.underWay;
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

  /** Enters a state, or changes the message of the present one. */
  enter(state: EnvironmentState, message: string, change: Partial<EnvironmentStatus> = {}): void {
    const since = state === this.present.state ? this.present.since : new Date().toISOString();
    this.update({ ...change, state, since, message });
  }

  /** Tells whether something of this run is on the environment's branch, or was. */
  get hasDeployed(): boolean {
    return this.present.deployedAs !== undefined;
  }

  /** Tells whether what it deploys is on the environment's branch, and nothing more of it is proposed. */
  get isMerged(): boolean {
    return this.hasDeployed && this.pushed === undefined;
  }

  /** Answers what was pushed and neither merged nor closed. */
  get proposed(): Proposed | undefined {
    return this.pushed;
  }

  beginProposal(proposed: Proposed): void {
    this.pushed = proposed;
  }

  /** Notes that a merge or a close has ended the request. */
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

  /** Answers the entry that the record still lacks: its merge is on the branch. */
  get unrecordedDeployment(): RecordNote | undefined {
    return this.note;
  }

  oweRecord(note: RecordNote): void {
    this.note = note;
  }

  settleRecord(): void {
    this.note = undefined;
  }

  /** Names the rollback that took this run's turn. */
  get takenBackBy(): LaneRef | undefined {
    return this.rollback;
  }

  noteTakenBack(rollback: LaneRef): void {
    this.rollback = rollback;
  }

  /** Answers the client for the environment's lane; undefined while the run is not in the lane. */
  get lane(): LaneClient | undefined {
    return this.client;
  }

  enterLane(client: LaneClient): void {
    this.client = client;
  }

  /** Answers the client that is to leave the lane; undefined where the run was not there. */
  leaveLane(): LaneClient | undefined {
    const { client } = this;
    this.client = undefined;
    return client;
  }

  /** Takes an admission. Only `granted` and `held` say what holds; with every other one, the hold stays as it was. */
  takeAdmission(admission: Admission): void {
    if (admission.kind === 'granted' || admission.kind === 'held') this.update({ hold: admission.hold });
    if (admission.kind === 'superseded' && this.givesWay(admission.by))
      this.stopWith({ kind: 'supersede', successor: admission.by });
    this.control.wake();
  }

  /**
   * Tells whether it gives way. After a merge that the lane did not know yet it stays, unless a rollback wants the
   * turn.
   */
  private givesWay({ operation }: LaneRef): boolean {
    return operation === 'rollback' || !this.isMerged || this.present.state === 'needs attention';
  }

  /** Runs all that is to be done in the environment, from the turn until the lane is left. */
  async runWhole(work: () => Promise<void>): Promise<void> {
    this.underWay = true;
    this.control.begin();
    try {
      await this.control.renewal.whileActive(work);
    } finally {
      this.underWay = false;
      this.control.finish();
    }
  }

  /** Ends what runs here, by a cancellation; `cleanUpAfter` decides what follows. */
  stopWith(stop: Stop): void {
    if (!this.control.takeStop(stop, this.present.deployedAs)) return;
    const message = stop.kind === 'supersede' ? 'superseded' : `${stop.kind} by ${asGiven(stop.by)}: ${stop.reason}`;
    this.update({ stopping: stop.kind, message });
    this.control.cancel();
  }

  /**
   * Runs `work` so that `stopWith` can end it. An admission that came while nothing ran that could be stopped counts,
   * too.
   */
  runInScope<T>(work: () => Promise<T>): Promise<T> {
    return this.control.runInScope(() => {
      if (this.client?.admission) this.takeAdmission(this.client.admission);
    }, work);
  }
}
