import { condition, uuid4, workflowInfo } from '@temporalio/workflow';
import type { EnvironmentSnapshot } from '../../../activities/contract.ts';
import type { LaneMessage, LaneOrder } from '../../../activities/lane/contract.ts';
import { type LeaveMessage, laneSignals, type StandingMessage } from '../../../lane/messages.ts';
import type { Newcomer, Revert, Standing, Visit } from '../../../lane/types.ts';
import { holdWords, short } from '../../../operation/decisions.ts';
import type { GitopsTarget } from '../../../platform/types.ts';
import type { Cargo, EnvironmentRun } from '../../environment/environment-run.ts';
import { step } from '../../temporal/step.ts';

/** A lane that was terminated knows nobody: who waits says again that they do, less and less often. */
const repeatAfterMs = { first: 60_000, most: 6 * 3_600_000 };

/** The stay of one run in its environment's lane, from the first visit until it leaves. */
export class LaneStay {
  standing: Standing | undefined;
  /** Commits of reverts by hand of which the lane has said what follows. */
  readonly answeredReverts: string[] = [];
  readonly gitops: GitopsTarget;
  private visit: Visit;
  private sequence = 0;
  private had = false;
  private readonly run: EnvironmentRun;

  constructor(run: EnvironmentRun, gitops: GitopsTarget, visit: Visit) {
    this.run = run;
    this.gitops = gitops;
    this.visit = visit;
  }

  get id(): string {
    return this.visit.id;
  }

  /** It has had its turn, whatever the lane says now. */
  get hadTurn(): boolean {
    return this.had;
  }

  /** Takes a message of the lane, unless a later one has come already. */
  hear({ sequence, standing, revert }: StandingMessage): void {
    if (sequence <= this.sequence) return;
    this.sequence = sequence;
    if (revert !== undefined) this.answeredReverts.push(revert);
    this.standing = standing;
    this.run.hear(standing);
  }

  /** Says how far it has got; nothing where the lane knows already. */
  async say(change: Partial<Pick<Visit, 'phase' | 'whenNewer' | 'main'>>): Promise<void> {
    const visit = { ...this.visit, ...change };
    if (JSON.stringify(visit) === JSON.stringify(this.visit)) return;
    this.visit = visit;
    await this.tell({ signal: laneSignals.visit, payload: visit });
  }

  /** Resolves when it is this run's turn; true: it had to wait for it. */
  async turn(): Promise<boolean> {
    let waited = false;
    await this.repeat();
    for (let patience = repeatAfterMs.first; this.standing?.kind !== 'granted'; ) {
      this.announce();
      const { sequence, standing } = this;
      waited ||= standing !== undefined;
      const summary = `${this.run.name}: ask the lane again`;
      const heard = await condition(() => this.sequence > sequence, patience, { summary });
      if (heard) continue;
      patience = longer(patience);
      await this.repeat();
    }
    this.had = true;
    // The lane knows: it let us in.
    if (this.visit.phase === 'waiting') this.visit = { ...this.visit, phase: 'unmerged' };
    return waited;
  }

  /** Resolves when the lane has answered: what it holds from now on, this run has heard. */
  async report(revert: Revert): Promise<void> {
    const summary = `${this.run.name}: tell the lane again of ${short(revert.commit)}`;
    const answered = () => this.answeredReverts.includes(revert.commit);
    for (let patience = repeatAfterMs.first; ; patience = longer(patience)) {
      await this.tell({ signal: laneSignals.reverted, payload: { visit: this.visit, revert } });
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
    await this.tell({ signal: laneSignals.visit, payload: this.visit });
  }

  async leave(hold: LeaveMessage['hold']): Promise<void> {
    await this.tell({ signal: laneSignals.leave, payload: { id: this.id, ...(hold && { hold }) } });
  }

  private announce(): void {
    const { run, standing } = this;
    if (standing?.kind === 'held') run.enter('held', `${run.name} is ${wordsOf(run, standing)}`);
    else if (standing?.kind === 'unseen' || standing?.kind === 'waiting') run.enter('queued', wordsOf(run, standing));
    else run.enter('queued', `asks for its turn in ${run.name}`);
  }

  private async tell(message: LaneMessage): Promise<void> {
    const { gitops, run } = this;
    await tellLane({ gitops, source: run.origin.source, environment: run.name, message });
  }
}

/** Of a visit that the lane still knows, and nobody else. */
export async function leaveAgain(source: string, { gitops, environment, visit: id }: StandingMessage): Promise<void> {
  await tellLane({ gitops, source, environment, message: { signal: laneSignals.leave, payload: { id } } });
}

async function tellLane(order: LaneOrder): Promise<void> {
  const { environment, message } = order;
  const what = message.signal === 'visit' ? `visit (${message.payload.phase})` : message.signal;
  await step('tellLane', `${environment}: tell the lane: ${what}`)(order);
}

function longer(patience: number): number {
  return Math.min(2 * patience, repeatAfterMs.most);
}

/** Takes the run's turn in the lane of its environment; true: it had to wait, because others had theirs. */
export async function takeTurn(run: EnvironmentRun, cargo: Cargo, policy: EnvironmentSnapshot): Promise<boolean> {
  const { whenNewer, gitops } = policy;
  if (run.stay?.hadTurn) {
    await run.stay.say({ phase: run.merged ? 'merged' : 'unmerged', whenNewer });
    return false;
  }
  const { workflowId, firstExecutionRunId: firstRunId } = workflowInfo();
  run.stay ??= new LaneStay(run, gitops, {
    id: uuid4(),
    operation: cargo.operation,
    main: cargo.main ?? run.status.main,
    phase: run.merged ? 'merged' : 'waiting',
    whenNewer,
    workflowId,
    firstRunId,
    ...cargo.asked,
    ...(cargo.operation === 'rollback' && cargo.config !== undefined && { holdsConfig: true }),
  });
  return run.stay.turn();
}

/** Why it is not let in. */
export function wordsOf({ name }: EnvironmentRun, standing: Standing): string {
  switch (standing.kind) {
    case 'held':
      return `held by ${holdWords(standing.hold)}`;
    case 'unseen':
      return `the lane of ${name} lets nobody in: ${standing.why}`;
    case 'waiting':
      return `waits for ${named(standing.behind)}`;
    case 'superseded':
      return `superseded by ${named(standing.by)}`;
    case 'granted':
      return 'it is let in';
  }
}

/** E.g. `main 1a2b3c4d (promote/acme/platform/1a2b…)`. */
export function named({ operation, main, workflowId, by, reason }: Newcomer): string {
  if (operation === 'rollback')
    return `the rollback to main ${short(main)} (${workflowId}) asked by ${by ?? 'a person'}${reason ? `: ${reason}` : ''}`;
  return `main ${short(main)} (${workflowId})`;
}
