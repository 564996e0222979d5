import { condition } from '@temporalio/workflow';
import type { LaneMessage, LaneOrder } from '../../../activities/lane/contract.ts';
import { type AdmissionMessage, type LeaveMessage, laneSignals } from '../../../lane/messages.ts';
import type { Admission, LaneEntry, Revert } from '../../../lane/types.ts';
import type { EnvironmentState } from '../../../operation/status.ts';
import type { GitopsTarget } from '../../../platform/types.ts';
import { shortSha } from '../../../short-names.ts';
import type { Renewal } from '../../temporal/renewal.ts';
import { type StepOwner, step } from '../../temporal/step.ts';
import type { Troubles } from '../../temporal/troubles.ts';
import { admissionWords } from './admission-words.ts';

/** How long a run waits before it enters again, less and less often: a lane that was terminated knows nobody. */
const repeatAfterMs = { first: 60_000, most: 6 * 3_600_000 };

/** The part of a run that its lane client needs: it shows the lane's answers, and takes them. */
export interface LaneListener {
  readonly name: string;
  readonly origin: { readonly source: string };
  readonly control: { readonly renewal: Renewal };
  readonly troubles: Troubles;
  enter(state: EnvironmentState, message: string): void;
  takeAdmission(admission: Admission): void;
}

/** What a client knows, where the workflow continues as new: its entry, and so its place in the lane, stays the same. */
export interface LaneClientMemory {
  readonly gitops: GitopsTarget;
  readonly entry: LaneEntry;
  readonly sequence: number;
  readonly tookTurn: boolean;
  readonly answeredReverts: readonly string[];
  readonly admission?: Admission;
}

/**
 * Talks to the environment's lane for one run, from the first entry until it leaves. These hold here:
 *
 * - Messages of the lane count in the order of their numbers, however they arrive.
 * - An entry may be sent again at any time: the lane knows it by its id.
 * - A lane that has lost its memory learns from the client how far the run has got.
 */
export class LaneClient {
  admission: Admission | undefined;
  /** The commits of reverts by hand that the lane has answered. */
  readonly answeredReverts: string[] = [];
  readonly gitops: GitopsTarget;
  private entry: LaneEntry;
  private sequence = 0;
  private tookTurn = false;
  private readonly run: LaneListener;

  constructor(run: LaneListener, gitops: GitopsTarget, entry: LaneEntry) {
    this.run = run;
    this.gitops = gitops;
    this.entry = entry;
  }

  /** Makes the client of a run that was in the lane before the workflow continued as new. */
  static from(run: LaneListener, memory: LaneClientMemory): LaneClient {
    const client = new LaneClient(run, memory.gitops, memory.entry);
    client.admission = memory.admission;
    client.answeredReverts.push(...memory.answeredReverts);
    client.sequence = memory.sequence;
    client.tookTurn = memory.tookTurn;
    return client;
  }

  get memory(): LaneClientMemory {
    const { gitops, entry, sequence, tookTurn, answeredReverts, admission } = this;
    return { gitops, entry, sequence, tookTurn, answeredReverts, admission };
  }

  get id(): string {
    return this.entry.id;
  }

  /** Tells whether the run has had its turn, whatever the lane says now. */
  get hadTurn(): boolean {
    return this.tookTurn;
  }

  /** Takes a message of the lane, unless a later one has come already. */
  takeMessage({ sequence, admission, revert }: AdmissionMessage): void {
    if (sequence <= this.sequence) return;
    this.sequence = sequence;
    if (revert !== undefined) this.answeredReverts.push(revert);
    this.admission = admission;
    this.run.takeAdmission(admission);
  }

  /** Tells the lane how far the run has got; nothing is sent where the lane knows it already. */
  async updateEntry(change: Partial<Pick<LaneEntry, 'phase' | 'whenNewer' | 'main'>>): Promise<void> {
    const entry = { ...this.entry, ...change };
    if (JSON.stringify(entry) === JSON.stringify(this.entry)) return;
    this.entry = entry;
    await this.sendToLane({ signal: laneSignals.enter, payload: entry });
  }

  /** Says why the lane will never let the run in; undefined where it does, or will. */
  get refusal(): string | undefined {
    return this.admission?.kind === 'refused' ? this.admission.why : undefined;
  }

  /** Resolves when it is this run's turn, or never will be: see `refusal`. True: it had to wait. */
  async waitForTurn(): Promise<boolean> {
    let waited = false;
    // A person may have removed the reason of a refusal.
    if (this.refusal !== undefined) this.admission = undefined;
    await this.repeatEntry();
    const { renewal } = this.run.control;
    for (let patience = repeatAfterMs.first; this.admission?.kind !== 'granted'; ) {
      if (this.refusal !== undefined) return waited;
      this.showAdmission();
      const { sequence, admission } = this;
      waited ||= admission !== undefined;
      const summary = `${this.run.name}: ask the lane again`;
      const isOver = await condition(() => this.sequence > sequence || renewal.isDue, patience, { summary });
      await renewal.standStillIfDue();
      if (isOver) continue;
      patience = longerPatience(patience);
      await this.repeatEntry();
    }
    this.tookTurn = true;
    // The lane need not be told: it let us in.
    if (this.entry.phase === 'waiting') this.entry = { ...this.entry, phase: 'unmerged' };
    return waited;
  }

  /**
   * Tells the lane of a revert by hand. Resolves when it has answered, or refused: then this run knows what holds it.
   */
  async reportRevert(revert: Revert): Promise<void> {
    const summary = `${this.run.name}: tell the lane again of ${shortSha(revert.commit)}`;
    const { renewal } = this.run.control;
    const answered = () => this.answeredReverts.includes(revert.commit) || this.refusal !== undefined;
    for (let patience = repeatAfterMs.first; ; patience = longerPatience(patience)) {
      await this.sendToLane({ signal: laneSignals.reverted, payload: { entry: this.entry, revert } });
      await condition(() => answered() || renewal.isDue, patience, { summary });
      if (answered()) return;
      await renewal.standStillIfDue();
    }
  }

  /**
   * Asks the lane to let the run in in spite of what holds. It enters first, because the lane may have lost its memory.
   */
  async overrideHold(by: string, reason: string): Promise<void> {
    await this.repeatEntry();
    await this.sendToLane({ signal: laneSignals.override, payload: { id: this.id, by, reason } });
  }

  /** Enters again, for a lane that does not know the run any more. */
  async repeatEntry(): Promise<void> {
    await this.sendToLane({ signal: laneSignals.enter, payload: this.entry });
  }

  /** Leaves the lane; `hold` begins at the same moment. */
  async leave(hold: LeaveMessage['hold']): Promise<void> {
    await this.sendToLane({ signal: laneSignals.leave, payload: { id: this.id, hold } });
  }

  private showAdmission(): void {
    const { run, admission } = this;
    if (admission?.kind === 'held') run.enter('held', `${run.name} is ${admissionWords(run.name, admission)}`);
    else if (admission?.kind === 'unobservable' || admission?.kind === 'waiting')
      run.enter('queued', admissionWords(run.name, admission));
    else run.enter('queued', `asks for its turn in ${run.name}`);
  }

  private async sendToLane(message: LaneMessage): Promise<void> {
    const { gitops, run } = this;
    await tellLane(run, { gitops, source: run.origin.source, environment: run.name, message });
  }
}

/** Takes an entry out of the lane that no run has any more. */
export async function leaveAgain(
  { source, ...owner }: StepOwner & { readonly source: string },
  { gitops, environment, entry: id }: AdmissionMessage,
): Promise<void> {
  await tellLane(owner, { gitops, source, environment, message: { signal: laneSignals.leave, payload: { id } } });
}

async function tellLane(owner: StepOwner, order: LaneOrder): Promise<void> {
  const { environment, message } = order;
  const what = message.signal === 'enter' ? `enter (${message.payload.phase})` : message.signal;
  await step('tellLane', `${environment}: tell the lane: ${what}`, owner)(order);
}

function longerPatience(patience: number): number {
  return Math.min(2 * patience, repeatAfterMs.most);
}
