import { ApplicationFailure, WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancellationScope,
  CancelledFailure,
  ChildWorkflowFailure,
  executeChild,
  isCancellation,
  rootCause,
  workflowInfo,
} from '@temporalio/workflow';
import type { Reach } from '../activities/rollback/contract.ts';
import { cut } from '../cut.ts';
import type { FailureType } from '../failure.ts';
import { type RollbackPromotionInput, rollbackId, rollbackWorkflow } from '../operation/messages.ts';
import { rollbackPromotionInput } from '../operation/received.ts';
import type { OperationResult } from '../operation/status.ts';
import { shortSha } from '../short-names.ts';
import { startAttributes } from '../temporal/search-attributes.ts';
import { workflowTaskTimeout } from '../temporal/task-times.ts';
import type { EnvironmentRun } from './environment/environment-run.ts';
import { registerHandlers } from './operation/handlers.ts';
import { Operation } from './operation/operation.ts';
import { checkStart } from './temporal/check-start.ts';
import { step } from './temporal/step.ts';

/**
 * Takes back every environment in which a promotion's commit is deployed, last first; one that fails ends it. The
 * promotion itself, where it still runs, withdraws what is not merged and goes no further.
 */
export async function RollbackPromotion(input: RollbackPromotionInput): Promise<OperationResult> {
  checkStart(input, rollbackPromotionInput, {
    command: 'rollback --promotion',
    id: ({ commit }) => ['rollback-promotion', commit],
  });
  const { source, commit } = input;
  const operation = new Operation({ kind: 'rollback', source, commit });
  registerHandlers(operation);
  await operation.runUnlessAborted(() => endPromotion(input));
  let found = await findReached(operation, input);
  // A person may have merged the commit in another environment while these went back.
  while (found && found.reached.length > 0 && (await rollBackAll(operation, input, found.reached)))
    found = await findReached(operation, input);
  const result = concludeRollbacks(operation, input, found?.newer ?? []);
  if (CancellationScope.current().consideredCancelled) throw new CancelledFailure(result.message);
  return result;
}

/**
 * Ends the promotion, and waits until it has withdrawn what is not merged: only then it is settled where it is
 * deployed.
 */
async function endPromotion({ source, commit, by, reason }: RollbackPromotionInput): Promise<void> {
  const { workflowId: rollback, runId: run } = workflowInfo();
  const what = `the promotion of ${shortSha(commit)}`;
  await step('endPromotion', `${what} goes no further`)({ source, commit, by, reason, rollback, run });
  await step('awaitWithdrawn', `until ${what} has withdrawn what is not merged`)({ source, commit });
}

/**
 * Finds where the commit is deployed, without the environments that were taken back already; undefined: a person
 * aborts.
 */
async function findReached(
  operation: Operation,
  { source, commit }: RollbackPromotionInput,
): Promise<Reach | undefined> {
  const look = step('reachedBy', `where is main ${shortSha(commit)} deployed?`);
  const found = await operation.runUnlessAborted(() => look({ source, commit }));
  return found && { ...found, reached: found.reached.filter((environment) => !operation.runs.has(environment)) };
}

async function rollBackAll(
  operation: Operation,
  input: RollbackPromotionInput,
  environments: readonly string[],
): Promise<boolean> {
  const stages = [...environments].reverse().map((environment) => [environment]);
  operation.begin(`take back main ${shortSha(input.commit)}`, stages);
  for (const environment of stages.flat()) {
    const run = operation.runs.get(environment);
    if (operation.ending !== undefined || (run && !(await rollBackOne(operation, run, input)))) return false;
  }
  return true;
}

/** Takes one environment back; true also where it has another commit by now. */
async function rollBackOne(operation: Operation, run: EnvironmentRun, input: RollbackPromotionInput): Promise<boolean> {
  const { source, commit: of, by, reason, config } = input;
  const { platform } = operation.status;
  const workflowId = rollbackId(platform, run.name);
  run.enter('rolling back', workflowId);
  try {
    const result: OperationResult = await run.runInScope(() =>
      executeChild(rollbackWorkflow, {
        workflowId,
        args: [{ source, environment: run.name, of, by, reason, config, force: false }],
        workflowTaskTimeout,
        staticSummary: cut(`${platform} ${run.name}: ${reason}`, 200),
        typedSearchAttributes: startAttributes(platform, { environment: run.name }),
      }),
    );
    const { stage } = run.status;
    // A rollback that was ended before it could begin has no environments.
    if (result.environments.length === 0) run.enter(result.state, result.message, { stopping: undefined });
    for (const status of result.environments) run.update({ ...status, stage, stopping: undefined });
  } catch (error) {
    run.enter('aborted', whyNotRolledBack(workflowId, run, error), { stopping: undefined });
  }
  return run.status.state === 'rolled back' || run.status.state === 'unchanged';
}

function whyNotRolledBack(workflowId: string, { control: { stop } }: EnvironmentRun, error: unknown): string {
  if (stop?.kind === 'abort') return `${stop.by}: ${stop.reason}`;
  if (isCancellation(error)) return 'the workflow was cancelled';
  if (error instanceof ChildWorkflowFailure) return `${workflowId}: ${rootCause(error) ?? error.message}`;
  if (error instanceof WorkflowExecutionAlreadyStartedError) return `${workflowId}: it runs already`;
  throw error;
}

function concludeRollbacks(
  operation: Operation,
  { commit }: RollbackPromotionInput,
  newer: Reach['newer'],
): OperationResult {
  const runs = [...operation.runs.values()];
  const left = newer.map(({ environment, main }) => `${environment} has main ${shortSha(main)}, which contains it`);
  const isDone = runs.every(({ status: { state } }) => state === 'rolled back' || state === 'unchanged');
  if (operation.ending !== undefined || !isDone) return addLeft(operation.conclude('aborted'), left);
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

/** Adds to the message which environments were left alone. */
function addLeft(result: OperationResult, left: readonly string[]): OperationResult {
  return left.length === 0 ? result : { ...result, message: `${result.message}; ${left.join('; ')}` };
}
