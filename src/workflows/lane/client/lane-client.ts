import { condition, uuid4, workflowInfo } from '@temporalio/workflow';
import type { EnvironmentSnapshot } from '../../../activities/contract.ts';
import type { LaneMessage, LaneOrder } from '../../../activities/lane/contract.ts';
import { type AdmissionMessage, type LeaveMessage, laneSignals } from '../../../lane/messages.ts';
import type { Admission, LaneEntry, LaneRef, Revert } from '../../../lane/types.ts';
import { holdWords } from '../../../operation/hold.ts';
import type { GitopsTarget } from '../../../platform/types.ts';
import { shortSha } from '../../../short-sha.ts';
import type { DeploymentOrder, EnvironmentRun } from '../../environment/environment-run.ts';
import { step } from '../../temporal/step.ts';

/** A lane that was terminated knows nobody: who waits says again that they do, less and less often. */
const repeatAfterMs = { first: 60_000, most: 6 * 3_600_000 };

/** The stay of one run in its environment's lane, from the first entry until it leaves. */
export class LaneClient {
  admission: Admission | undefined;
  /** Commits of reverts by hand of which the lane has said what follows. */
  readonly answeredReverts: string[] = [];
  readonly gitops: GitopsTarget;
  private entry: LaneEntry;
  private sequence = 0;
  private had = false;
  private readonly run: EnvironmentRun;

  constructor(run: EnvironmentRun, gitops: GitopsTarget, entry: LaneEntry) {
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

  /** Resolves when it is this run's turn; true: it had to wait for it. */
  async turn(): Promise<boolean> {
    let waited = false;
    await this.repeat();
    for (let patience = repeatAfterMs.first; this.admission?.kind !== 'granted'; ) {
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

  /** Resolves when the lane has answered: what it holds from now on, this run has heard. */
  async report(revert: Revert): Promise<void> {
    const summary = `${this.run.name}: tell the lane again of ${shortSha(revert.commit)}`;
    const answered = () => this.answeredReverts.includes(revert.commit);
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
    await this.tell({ signal: laneSignals.leave, payload: { id: this.id, ...(hold && { hold }) } });
  }

  private announce(): void {
    const { run, admission } = this;
    if (admission?.kind === 'held') run.enter('held', `${run.name} is ${wordsOf(run, admission)}`);
    else if (admission?.kind === 'unobservable' || admission?.kind === 'waiting')
      run.enter('queued', wordsOf(run, admission));
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

/** Takes the run's turn in the lane of its environment; true: it had to wait, because others had theirs. */
export async function takeTurn(
  run: EnvironmentRun,
  order: DeploymentOrder,
  policy: EnvironmentSnapshot,
): Promise<boolean> {
  const { whenNewer, gitops } = policy;
  if (run.lane?.hadTurn) {
    await run.lane.say({ phase: run.merged ? 'merged' : 'unmerged', whenNewer });
    return false;
  }
  const { workflowId, firstExecutionRunId: firstRunId } = workflowInfo();
  run.lane ??= new LaneClient(run, gitops, {
    id: uuid4(),
    operation: order.operation,
    main: order.main ?? run.status.main,
    phase: run.merged ? 'merged' : 'waiting',
    whenNewer,
    workflowId,
    firstRunId,
    ...order.requester,
    ...(order.operation === 'rollback' && order.config !== undefined && { holdsConfig: true }),
  });
  return run.lane.turn();
}

/** Why it is not let in. */
export function wordsOf({ name }: EnvironmentRun, admission: Admission): string {
  switch (admission.kind) {
    case 'held':
      return `held by ${holdWords(admission.hold)}`;
    case 'unobservable':
      return `the lane of ${name} lets nobody in: ${admission.why}`;
    case 'waiting':
      return `waits for ${named(admission.behind)}`;
    case 'superseded':
      return `superseded by ${named(admission.by)}`;
    case 'granted':
      return 'it is let in';
  }
}

/** E.g. `main 1a2b3c4d (promote/acme/platform/1a2b…)`. */
export function named({ operation, main, workflowId, by, reason }: LaneRef): string {
  if (operation === 'rollback')
    return `the rollback to main ${shortSha(main)} (${workflowId}) asked by ${by ?? 'a person'}${reason ? `: ${reason}` : ''}`;
  return `main ${shortSha(main)} (${workflowId})`;
}
