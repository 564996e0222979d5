import { ApplicationFailure } from '@temporalio/common';
import { CancellationScope, getExternalWorkflowHandle, isCancellation, workflowInfo } from '@temporalio/workflow';
import type { Reach } from '../../activities/rollback/contract.ts';
import type { FailureType } from '../../failure.ts';
import { asGiven } from '../../operation/claim.ts';
import type { OperationResult } from '../../operation/status.ts';
import { shortSha } from '../../short-names.ts';
import type { WorkflowEnd } from '../../temporal/workflows-port.ts';
import type { EnvironmentRun } from '../environment/environment-run.ts';
import { decidedByPerson } from '../environment/person/await-person.ts';
import { attention } from '../environment/results.ts';
import type { PromotionRollbackMemory, RollbackRef } from '../memory/operation-memory.ts';
import type { RollbackPromotionStart } from '../memory/operation-shape.ts';
import { failureText, isStepFailure } from '../temporal/failure-text.ts';
import type { Renewal } from '../temporal/renewal.ts';
import { step } from '../temporal/step.ts';
import { answerOrStandStill } from '../temporal/waiting.ts';
import { Operation } from './operation.ts';
import { endOrUnknown, startRollback } from './start-rollback.ts';

/** One `RollbackPromotion`: it takes back every environment in which the promotion's commit is deployed. */
export class PromotionRollback {
  readonly operation: Operation;
  private readonly input: RollbackPromotionStart;
  private isTold = false;
  /** The rollback that is under way; undefined: none is. */
  private present: RollbackRef | undefined;
  /** The environments that have a newer main commit, when they were last looked at. */
  private newer: Reach['newer'] = [];
  /** Why it is not known whether the commit is deployed elsewhere; undefined: it is. */
  private unseen: string | undefined;

  constructor(input: RollbackPromotionStart, renewal: Renewal) {
    const { source, commit, memory } = input;
    this.input = input;
    this.operation = new Operation({ kind: 'rollback', source, commit, renewal, memory: memory?.operation });
    this.isTold = memory?.isTold ?? false;
    this.present = memory?.present;
    this.newer = memory?.newer ?? [];
  }

  /** Answers all that the next execution of the workflow must know. */
  get memory(): PromotionRollbackMemory {
    const { operation, isTold, present, newer } = this;
    return { operation: operation.memory, isTold, present, newer };
  }

  /** Takes back; begins where an earlier execution ended. */
  async run(): Promise<OperationResult> {
    // What an earlier execution has begun goes on at once, before a message can come.
    if (!this.isTold || this.operation.runs.size === 0) await this.endPromotion();
    // A person may have merged the commit in another environment while these went back.
    for (let isMore = true; isMore; ) isMore = (await this.rollBackRest()) && (await this.findMore());
    return this.conclude();
  }

  /**
   * Ends the promotion, and waits until it has withdrawn what is not merged: only then it is settled where it is
   * deployed.
   */
  private async endPromotion(): Promise<void> {
    const { operation } = this;
    const { source, commit, by, reason } = this.input;
    const { workflowId: rollback, runId: run } = workflowInfo();
    const what = `the promotion of ${shortSha(commit)}`;
    const tell = step('endPromotion', `${what} goes no further`, operation);
    if (!this.isTold) await operation.runUnlessAborted(() => tell({ source, commit, by, reason, rollback, run }));
    this.isTold = true;
    if (operation.ending !== undefined) return;
    const wait = step('awaitWithdrawn', `until ${what} has withdrawn what is not merged`, operation);
    await operation.lookUnlessAborted(() => wait({ source, commit }));
  }

  /** Finds where the commit is deployed beside the environments that were taken back already; true: somewhere. */
  private async findMore(): Promise<boolean> {
    const { operation } = this;
    const { source, commit } = this.input;
    const look = step('reachedBy', `where is main ${shortSha(commit)} deployed?`, operation);
    const found = await operation.lookUnlessAborted(() => this.unlessBegun(look({ source, commit })));
    if (!found) return false;
    this.newer = found.newer;
    const reached = found.reached.filter((environment) => !operation.runs.has(environment));
    const stages = reached.reverse().map((environment) => [environment]);
    if (stages.length > 0) operation.begin(`take back main ${shortSha(commit)}`, stages);
    return stages.length > 0;
  }

  /** Answers a look; undefined where it fails for good after something was taken back: that is said, and counts. */
  private async unlessBegun(look: Promise<Reach>): Promise<Reach | undefined> {
    try {
      return await look;
    } catch (error) {
      if (!isStepFailure(error) || this.operation.runs.size === 0) throw error;
      this.unseen = `it could not be seen whether it is deployed elsewhere: ${failureText(error)}`;
      return undefined;
    }
  }

  /** Takes back what was found, one after the other; true: all of it. */
  private async rollBackRest(): Promise<boolean> {
    const { operation } = this;
    for (const run of operation.runs.values()) {
      if (operation.ending !== undefined && !run.isUnderWay) return false;
      if (run.isUnderWay || run.status.state === 'waiting') await run.runWhole(() => this.rollBackOne(run));
      if (!isBack(run)) return false;
    }
    return operation.ending === undefined;
  }

  /** Takes one environment back, where it has not another commit by now. */
  private async rollBackOne(run: EnvironmentRun): Promise<void> {
    const { source, commit: of, by, reason, config, historyLimit } = this.input;
    const { platform } = this.operation.status;
    const { name: environment } = run;
    const order = { source, environment, of, by, reason, config, historyLimit, force: false };
    const rollback = this.present ?? (await startRollback(platform, order));
    if (typeof rollback === 'string') return run.enter('aborted', rollback, { stopping: undefined });
    this.present = rollback;
    const end = await this.endOf(run, rollback);
    this.present = undefined;
    const { stage } = run.status;
    if (!end.environments) return run.enter('aborted', whyNotRolledBack(run, rollback, end), { stopping: undefined });
    // A rollback that was ended before it could begin has no environments.
    if (end.environments.length === 0) run.enter('aborted', end.message, { stopping: undefined });
    for (const status of end.environments) run.update({ ...status, stage, stopping: undefined });
  }

  /** Waits until the rollback has ended; a stop cancels it, and waits all the same. */
  private async endOf(run: EnvironmentRun, rollback: RollbackRef): Promise<WorkflowEnd> {
    const { workflowId } = rollback;
    try {
      return await run.runInScope(() => this.watchRollback(run, rollback));
    } catch (error) {
      if (!isCancellation(error)) throw error;
      return CancellationScope.nonCancellable(async () => {
        await cancelWorkflow(workflowId);
        // It cleans up after itself, and ends soon: the stop is not forgotten in a new execution.
        return endOrUnknown(() => step('awaitRollback', `until ${workflowId} has been cancelled`, run)(rollback));
      });
    }
  }

  /** Waits until the rollback has ended. Where that cannot be found out, a person must mend the reason, or abort. */
  private async watchRollback(run: EnvironmentRun, rollback: RollbackRef): Promise<WorkflowEnd> {
    const { workflowId } = rollback;
    const wait = step('awaitRollback', `until ${workflowId} has ended`, run);
    const { progress } = run;
    if (progress?.kind === 'person') await decidedByPerson(run, attention(progress.message), progress);
    for (;;) {
      run.enter('rolling back', workflowId);
      try {
        return await answerOrStandStill(run.control.renewal, () => wait(rollback));
      } catch (error) {
        if (!isStepFailure(error)) throw error;
        await decidedByPerson(run, attention(`it cannot be seen how ${workflowId} goes on: ${failureText(error)}`));
      }
    }
  }

  private conclude(): OperationResult {
    const { operation, newer } = this;
    const { commit } = this.input;
    const runs = [...operation.runs.values()];
    const newerWords = newer.map(
      ({ environment, main }) => `${environment} has main ${shortSha(main)}, which contains it`,
    );
    const left = [...newerWords, ...(this.unseen === undefined ? [] : [this.unseen])];
    if (operation.ending !== undefined || !runs.every(isBack)) return addLeft(operation.conclude('aborted'), left);
    if (runs.some(({ status }) => status.state === 'rolled back'))
      return addLeft(operation.conclude('rolled back'), left);
    const nowhere = `main ${shortSha(commit)} is deployed in no environment any more`;
    if (left.length > 0)
      throw ApplicationFailure.nonRetryable(
        `${nowhere}, but ${left.join(', and ')}. Take that back instead.`,
        'Refused' satisfies FailureType,
      );
    return { ...operation.conclude('unchanged'), message: nowhere };
  }
}

function isBack({ status: { state } }: EnvironmentRun): boolean {
  return state === 'rolled back' || state === 'unchanged';
}

async function cancelWorkflow(workflowId: string): Promise<void> {
  try {
    await getExternalWorkflowHandle(workflowId).cancel();
  } catch (error) {
    // It has ended meanwhile: how is asked next.
    if (isCancellation(error) || !(error instanceof Error)) throw error;
  }
}

function whyNotRolledBack(
  { control: { stop } }: EnvironmentRun,
  { workflowId }: RollbackRef,
  { state, message }: WorkflowEnd,
): string {
  if (stop?.kind === 'abort') return `${asGiven(stop.by)}: ${stop.reason}`;
  if (state === 'cancelled') return 'the workflow was cancelled';
  return `${workflowId}: ${message === '' ? state : message}`;
}

/** Adds to the message which environments were left alone. */
function addLeft(result: OperationResult, left: readonly string[]): OperationResult {
  return left.length === 0 ? result : { ...result, message: `${result.message}; ${left.join('; ')}` };
}
