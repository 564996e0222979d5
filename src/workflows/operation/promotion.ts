import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  ActivityFailure,
  CancellationScope,
  ChildWorkflowFailure,
  executeChild,
  isCancellation,
  ParentClosePolicy,
  rootCause,
} from '@temporalio/workflow';
import type { Activities } from '../../activities/contract.ts';
import type { PlatformSnapshot } from '../../activities/source/contract.ts';
import { cut } from '../../cut.ts';
import type { LaneRef } from '../../lane/types.ts';
import {
  type GoNoFurtherMessage,
  type PromotionInput,
  type RollbackInput,
  type RolledBackMessage,
  rollbackId,
  rollbackWorkflow,
} from '../../operation/messages.ts';
import { advances, hasEnded, type OperationResult, type OperationState } from '../../operation/status.ts';
import { startAttributes } from '../../temporal/search-attributes.ts';
import { workflowTaskTimeout } from '../../temporal/task-times.ts';
import type { WorkflowEnd } from '../../temporal/workflows-port.ts';
import type { EnvironmentRun } from '../environment/environment-run.ts';
import { runEnvironment } from '../environment/run-environment.ts';
import { failureText } from '../temporal/failure-text.ts';
import { step } from '../temporal/step.ts';
import { Operation } from './operation.ts';

/** One `PromoteMainCommit`: it takes a commit through the stages, and follows the rollbacks of its environments. */
export class Promotion {
  readonly operation: Operation;
  private readonly input: PromotionInput;
  private readonly rollbacks = new Set<Promise<unknown>>();
  /** The environments that are taken back and were not followed yet. */
  private readonly takenBack = new Map<EnvironmentRun, RolledBackMessage>();

  constructor(input: PromotionInput) {
    const { source, commit } = input;
    this.input = input;
    this.operation = new Operation({
      kind: 'promotion',
      source,
      commit,
      platformCommit: commit,
      rollBack: (run, by, reason) => this.rollBack(run, by, reason),
    });
  }

  /** Begins the stages of the platform; called once. */
  begin({ subject, stages }: PlatformSnapshot): void {
    this.operation.begin(subject, stages);
  }

  /** Deploys this commit in the environments of one stage, side by side; true: the next stage may start. */
  async runStage(names: readonly string[]): Promise<boolean> {
    const { operation } = this;
    const runs = names.flatMap((name) => operation.runs.get(name) ?? []);
    const due = runs.filter(({ status }) => !hasEnded(status.state));
    await Promise.all(due.map((run) => this.runEnvironment(run)));
    return operation.ending === undefined && runs.every(({ status }) => advances(status.state));
  }

  private async runEnvironment(run: EnvironmentRun): Promise<void> {
    await runEnvironment(run, { operation: 'promotion', main: this.input.commit });
    const { takenBackBy } = run;
    if (takenBackBy && !this.takenBack.has(run)) this.takenBack.set(run, rolledBackBy(run, takenBackBy));
    this.watchTakenBack();
  }

  /** Notes that an environment is being taken back: the stages after it do not start any more. */
  rolledBack(message: RolledBackMessage): void {
    const { environment, by, reason } = message;
    const run = this.operation.runs.get(environment);
    if (!run || run.status.state === 'waiting') return;
    this.operation.endAfter(run.status.stage, `${environment} is rolled back by ${by}: ${reason}`);
    this.takenBack.set(run, message);
    this.watchTakenBack();
  }

  /** Notes that all environments of this promotion are being taken back, one after the other. */
  goNoFurther({ by, reason, rollback, run: runId }: GoNoFurtherMessage): void {
    const { operation } = this;
    operation.endAfter(-1, `all that this promotion reached is rolled back by ${by}: ${reason}`);
    for (const run of operation.runs.values()) {
      const { state, message } = run.status;
      if (advances(state)) run.enter(state, `${message}; ${rollback} takes back all that this promotion reached`);
    }
    this.trackRollback(awaitEnd({ workflowId: rollback, runId }));
  }

  /**
   * Follows the rollbacks of environments in which nothing runs any more; what still runs is superseded by the lane.
   */
  private watchTakenBack(): void {
    for (const [run, message] of this.takenBack) {
      const { state } = run.status;
      if (run.control.isRunning || !(advances(state) || state === 'rolled back')) continue;
      this.takenBack.delete(run);
      this.trackRollback(this.followRollback(run, message));
    }
  }

  /** Waits until a rollback has ended: only then it is known whether the environment is rolled back. */
  private async followRollback(
    run: EnvironmentRun,
    { by, reason, rollback, run: runId }: RolledBackMessage,
  ): Promise<void> {
    const before = run.status;
    const words = `by ${rollback}, asked by ${by}: ${reason}`;
    run.enter('rolling back', words, { operation: 'rollback' });
    const { state, message } = await awaitEnd({ workflowId: rollback, runId });
    // Another rollback may have begun meanwhile.
    if (run.status.state !== 'rolling back') return;
    if (state === 'rolled back') return run.enter('rolled back', words);
    const rest = `${rollback} ended as ${state}${message && `: ${message}`}`;
    const end = advances(before.state) ? before.state : 'superseded';
    run.enter(end, `${before.message}; ${rest}`, { operation: before.operation });
  }

  /** Takes one environment back by a rollback of its own; answers why it could not, '' where it could. */
  private rollBack(run: EnvironmentRun, by: string, reason: string): Promise<string> {
    const { source } = this.input;
    const { platform } = this.operation.status;
    const of = this.input.commit;
    const input = { source, environment: run.name, of, by, reason, config: 'today', force: false } as const;
    const workflowId = rollbackId(platform, run.name);
    const rollback = CancellationScope.nonCancellable(() => rollBackBy(workflowId, input, platform));
    this.trackRollback(rollback);
    return rollback;
  }

  private trackRollback(rollback: Promise<unknown>): void {
    this.rollbacks.add(rollback);
    void rollback.finally(() => this.rollbacks.delete(rollback));
  }

  /** Waits until no rollback runs any more, and concludes the operation. */
  async settle(cancelled: () => boolean): Promise<OperationResult> {
    while (this.rollbacks.size > 0) await Promise.all(this.rollbacks);
    return this.operation.conclude(this.outcomeState(cancelled()));
  }

  private outcomeState(cancelled: boolean): Exclude<OperationState, 'running'> {
    for (const { state } of this.operation.status.environments)
      if (state === 'rejected' || state === 'rolled back' || state === 'aborted' || state === 'superseded')
        return state;
    return cancelled || this.operation.ending !== undefined ? 'aborted' : 'promoted';
  }
}

/** Makes the message of the rollback that took the turn, where it did not find this promotion itself. */
function rolledBackBy({ name }: EnvironmentRun, successor: LaneRef): RolledBackMessage {
  const { workflowId: rollback, firstRunId: run, by = 'a person', reason = '' } = successor;
  return { environment: name, by, reason, rollback, run };
}

/** Waits until a rollback has ended; `unknown` where that cannot be found out. */
async function awaitEnd(rollback: Parameters<Activities['awaitRollback']>[0]): Promise<WorkflowEnd> {
  try {
    const wait = step('awaitRollback', `until ${rollback.workflowId} has ended`);
    return await CancellationScope.nonCancellable(() => wait(rollback));
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    return { state: 'unknown', message: failureText(error) };
  }
}

async function rollBackBy(workflowId: string, input: RollbackInput, platform: string): Promise<string> {
  try {
    const { state, message }: OperationResult = await executeChild(rollbackWorkflow, {
      workflowId,
      args: [input],
      workflowTaskTimeout,
      // A rollback that has begun is seen through, whatever becomes of the promotion.
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary: cut(`${platform} ${input.environment}: ${input.reason}`, 200),
      typedSearchAttributes: startAttributes(platform, { environment: input.environment }),
    });
    return state === 'rolled back' ? '' : message;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return `${workflowId} runs already`;
    if (error instanceof ChildWorkflowFailure && !isCancellation(error)) return rootCause(error) ?? error.message;
    if (isCancellation(error)) return `${workflowId} was cancelled`;
    throw error;
  }
}
