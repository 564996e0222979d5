import { condition } from '@temporalio/workflow';
import type { LaneMessage, LaneOrder } from '../../../activities/lane/contract.ts';
import { type AdmissionMessage, type LeaveMessage, laneSignals } from '../../../lane/messages.ts';
import type { Admission, LaneEntry, Revert } from '../../../lane/types.ts';
import type { EnvironmentState } from '../../../operation/status.ts';
import type { GitopsTarget } from '../../../platform/types.ts';
import { shortSha } from '../../../short-sha.ts';
import { step } from '../../temporal/step.ts';
import { admissionWords } from './admission-words.ts';

/** A lane that was terminated knows nobody: who waits says again that they do, less and less often. */
const repeatAfterMs = { first: 60_000, most: 6 * 3_600_000 };

/** What a run shows of its lane, and hears from it. */
export interface LaneListener {
  readonly name: string;
  readonly origin: { readonly source: string };
  enter(state: EnvironmentState, message: string): void;
  hear(admission: Admission): void;
}

/** Speaks for one run with its environment's lane, from the first entry until it leaves. */
export class LaneClient {
  admission: Admission | undefined;
  /** Commits of reverts by hand of which the lane has said what follows. */
  readonly answeredReverts: string[] = [];
  readonly gitops: GitopsTarget;
  private entry: LaneEntry;
  private sequence = 0;
  private had = false;
  private readonly run: LaneListener;

  constructor(run: LaneListener, gitops: GitopsTarget, entry: LaneEntry) {
    this.run = run;
    this.gitops = gitops;
    this.entry = entry;
  }

  get id(): string {
    return this.entry.id;
  }

  /** It has had its turn, whatever the lane says now. */
  get hadTurn(): boolean {
    return this.had;
  }

  /** Takes a message of the lane, unless a later one has come already. */
  hear({ sequence, admission, revert }: AdmissionMessage): void {
    if (sequence <= this.sequence) return;
    this.sequence = sequence;
    if (revert !== undefined) this.answeredReverts.push(revert);
    this.admission = admission;
    this.run.hear(admission);
  }

  /** Says how far it has got; nothing where the lane knows already. */
  async say(change: Partial<Pick<LaneEntry, 'phase' | 'whenNewer' | 'main'>>): Promise<void> {
    const entry = { ...this.entry, ...change };
    if (JSON.stringify(entry) === JSON.stringify(this.entry)) return;
    this.entry = entry;
    await this.tell({ signal: laneSignals.enter, payload: entry });
  }

  /** Why the lane will never let it in; undefined: it does, or it will. */
  get refusal(): string | undefined {
    return this.admission?.kind === 'refused' ? this.admission.why : undefined;
  }

  /** Resolves when it is this run's turn, or never will be: `refusal`. True: it had to wait for it. */
  async turn(): Promise<boolean> {
    let waited = false;
    // A person may have put right why it was refused.
    if (this.refusal !== undefined) this.admission = undefined;
    await this.repeat();
    for (let patience = repeatAfterMs.first; this.admission?.kind !== 'granted'; ) {
      if (this.refusal !== undefined) return waited;
      this.announce();
      const { sequence, admission } = this;
      waited ||= admission !== undefined;
      const summary = `${this.run.name}: ask the lane again`;
      const heard = await condition(() => this.sequence > sequence, patience, { summary });
      if (heard) continue;
      patience = longer(patience);
      await this.repeat();
    }
    this.had = true;
    // The lane knows: it let us in.
    if (this.entry.phase === 'waiting') this.entry = { ...this.entry, phase: 'unmerged' };
    return waited;
  }

  /** Resolves when the lane has answered, or refused: what it holds from now on, this run has heard. */
  async report(revert: Revert): Promise<void> {
    const summary = `${this.run.name}: tell the lane again of ${shortSha(revert.commit)}`;
    const answered = () => this.answeredReverts.includes(revert.commit) || this.refusal !== undefined;
    for (let patience = repeatAfterMs.first; ; patience = longer(patience)) {
      await this.tell({ signal: laneSignals.reverted, payload: { entry: this.entry, revert } });
      if (await condition(answered, patience, { summary })) return;
    }
  }

  /** A lane that has lost its memory must know first for whom it is. */
  async override(by: string, reason: string): Promise<void> {
    await this.repeat();
    await this.tell({ signal: laneSignals.override, payload: { id: this.id, by, reason } });
  }

  /** For a lane that does not know it any more. */
  async repeat(): Promise<void> {
    await this.tell({ signal: laneSignals.enter, payload: this.entry });
  }

  async leave(hold: LeaveMessage['hold']): Promise<void> {
    await this.tell({ signal: laneSignals.leave, payload: { id: this.id, hold } });
  }

  private announce(): void {
    const { run, admission } = this;
    if (admission?.kind === 'held') run.enter('held', `${run.name} is ${admissionWords(run.name, admission)}`);
    else if (admission?.kind === 'unobservable' || admission?.kind === 'waiting')
      run.enter('queued', admissionWords(run.name, admission));
    else run.enter('queued', `asks for its turn in ${run.name}`);
  }

  private async tell(message: LaneMessage): Promise<void> {
    const { gitops, run } = this;
    await tellLane({ gitops, source: run.origin.source, environment: run.name, message });
  }
}

/** Of an entry that the lane still knows, and nobody else. */
export async function leaveAgain(source: string, { gitops, environment, entry: id }: AdmissionMessage): Promise<void> {
  await tellLane({ gitops, source, environment, message: { signal: laneSignals.leave, payload: { id } } });
}

async function tellLane(order: LaneOrder): Promise<void> {
  const { environment, message } = order;
  const what = message.signal === 'enter' ? `enter (${message.payload.phase})` : message.signal;
  await step('tellLane', `${environment}: tell the lane: ${what}`)(order);
}

function longer(patience: number): number {
  return Math.min(2 * patience, repeatAfterMs.most);
}
