import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancellationScope,
  ChildWorkflowFailure,
  executeChild,
  isCancellation,
  ParentClosePolicy,
  rootCause,
} from '@temporalio/workflow';
import type { PlatformSnapshot } from '../activities/contract.ts';
import {
  type PromotionInput,
  type RollbackInput,
  type RolledBackMessage,
  rollbackId,
  rollbackWorkflow,
} from '../promotion/messages.ts';
import { advances, hasEnded, type PromotionResult, type PromotionState } from '../promotion/status.ts';
import { carry } from './environment.ts';
import type { EnvironmentRun } from './environment-run.ts';
import { Journey } from './journey.ts';
import { startAttributes } from './search-attributes.ts';

/** One `PromoteMainCommit`: the order of its stages, and its way back. */
export class Promotion {
  readonly journey: Journey;
  private readonly input: PromotionInput;
  private readonly rollbacks = new Set<Promise<string>>();
  /** What has been taken back, and by whom. */
  private readonly takenBack = new Map<EnvironmentRun, string>();

  constructor(input: PromotionInput) {
    const { source, commit } = input;
    this.input = input;
    this.journey = new Journey({ kind: 'promotion', source, commit, errand: 'promote', platformCommit: commit });
  }

  /** Called once, when the platform has been read. */
  begin({ subject, stages }: PlatformSnapshot): void {
    this.journey.begin(subject, stages);
    for (const run of this.journey.runs.values()) run.rollBack = (by, reason) => this.rollBack(run, by, reason);
  }

  /** Carries this commit through the environments of one stage, side by side; true: the next may start. */
  async carryStage(names: readonly string[]): Promise<boolean> {
    const { journey, input } = this;
    const runs = names.flatMap((name) => journey.runs.get(name) ?? []);
    const due = runs.filter(({ status }) => !hasEnded(status.state));
    await Promise.all(due.map((run) => carry(run, { errand: 'promote', main: input.commit })));
    this.noteTakenBack();
    return journey.ending === undefined && runs.every(({ status }) => advances(status.state));
  }

  /** An environment that this commit reached has been taken back: what comes after it does not start any more. */
  rolledBack({ environment, by, reason, rollback }: RolledBackMessage): void {
    const { journey } = this;
    const run = journey.runs.get(environment);
    if (!run || run.status.state === 'waiting') return;
    journey.ending = `${environment} is rolled back by ${by}: ${reason}`;
    for (const later of journey.runs.values())
      if (later.status.stage > run.status.stage && later.running && !later.merged)
        journey.abort(later, 'Fairlead', journey.ending);
    this.takenBack.set(run, `${by}: ${reason} (${rollback})`);
    this.noteTakenBack();
  }

  /** What still runs there learns it from the lane, unless it gets through before. */
  private noteTakenBack(): void {
    for (const [run, why] of this.takenBack)
      if (!run.running && advances(run.status.state)) run.enter('rolled back', why, { errand: 'rollback' });
  }

  /** Takes one environment back by a rollback of its own; answers why it could not. */
  private rollBack(run: EnvironmentRun, by: string, reason: string): Promise<string> {
    const { source } = this.input;
    const { platform } = this.journey.status;
    const input = { source, environment: run.name, by, reason, config: 'today', force: false } as const;
    const workflowId = rollbackId(platform, run.name);
    const rollback = CancellationScope.nonCancellable(() => rollBackBy(workflowId, input, platform));
    this.rollbacks.add(rollback);
    void rollback.finally(() => this.rollbacks.delete(rollback));
    return rollback;
  }

  /** Resolves when nothing runs any more. */
  async settled(cancelled: () => boolean): Promise<PromotionResult> {
    while (this.rollbacks.size > 0) await Promise.all(this.rollbacks);
    return this.journey.conclude(this.outcome(cancelled()));
  }

  private outcome(cancelled: boolean): Exclude<PromotionState, 'running'> {
    for (const { state } of this.journey.status.environments)
      if (state === 'rejected' || state === 'rolled back' || state === 'aborted' || state === 'superseded')
        return state;
    return cancelled ? 'aborted' : 'promoted';
  }
}

async function rollBackBy(workflowId: string, input: RollbackInput, platform: string): Promise<string> {
  try {
    const { state, message }: PromotionResult = await executeChild(rollbackWorkflow, {
      workflowId,
      args: [input],
      // A rollback that has begun is seen through, whatever becomes of the promotion.
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary: `${platform} ${input.environment}: ${input.reason}`.slice(0, 200),
      typedSearchAttributes: startAttributes(platform, input.environment),
    });
    return state === 'rolled back' ? '' : message;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return `${workflowId} runs already`;
    if (error instanceof ChildWorkflowFailure && !isCancellation(error)) return rootCause(error) ?? error.message;
    if (isCancellation(error)) return `${workflowId} was cancelled`;
    throw error;
  }
}
