import {
  allHandlersFinished,
  CancellationScope,
  CancelledFailure,
  condition,
  workflowInfo,
} from '@temporalio/workflow';
import type { NothingToRollBack, PlanOrder, RollbackPlan } from '../activities/rollback/contract.ts';
import type { RollbackInput } from '../operation/messages.ts';
import { rollbackInput } from '../operation/received.ts';
import type { OperationResult } from '../operation/status.ts';
import { shortSha } from '../short-names.ts';
import type { EnvironmentRun } from './environment/environment-run.ts';
import type { DeploymentOrder } from './environment/order.ts';
import type { Outcome } from './environment/results.ts';
import { runEnvironment } from './environment/run-environment.ts';
import { registerHandlers } from './operation/handlers.ts';
import { Operation } from './operation/operation.ts';
import { outcomeOfOne } from './operation/outcome-of-one.ts';
import { checkStart } from './temporal/check-start.ts';
import { step } from './temporal/step.ts';

/**
 * Takes one environment back to an earlier main commit, with today's config or the recorded one, and leaves its lane
 * held, so that the next commit does not bring the fault back. Promotions of what is taken back go no further.
 */
export async function RollbackEnvironment(input: RollbackInput): Promise<OperationResult> {
  checkStart(input, rollbackInput, { command: 'rollback', id: ({ environment }) => ['rollback', environment] });
  const { source, environment } = input;
  const operation = new Operation({ kind: 'rollback', source, commit: input.to ?? '' });
  registerHandlers(operation);
  const plan = await operation.runUnlessAborted(() => planRollback(input));
  if (!plan) return operation.conclude('aborted');
  if (plan.kind !== 'go') {
    operation.begin('', [[environment]], { commit: plan.deployed.main });
    operation.runs.get(environment)?.enter('unchanged', nothingToDo(input, plan).message);
    return operation.conclude('unchanged');
  }
  await operation.runUnlessAborted(() => endPromotions(input, plan));
  if (operation.ending !== undefined) return operation.conclude('aborted');
  operation.begin(plan.subject, [[environment]], { commit: plan.target.main });
  return goBack(operation, input, plan);
}

async function goBack(operation: Operation, input: RollbackInput, plan: RollbackPlan): Promise<OperationResult> {
  const run = operation.runs.get(input.environment);
  if (run) await runEnvironment(run, rollbackOrder(run, input, plan));
  const root = CancellationScope.current();
  const result = await CancellationScope.nonCancellable(async () => {
    await condition(allHandlersFinished);
    return operation.conclude(outcomeOfOne(run?.status.state));
  });
  if (root.consideredCancelled) throw new CancelledFailure(result.message);
  return result;
}

/**
 * Makes the order of a rollback. The target is planned when the rollback is asked for, and again when its turn has
 * come: who had the turn may have been merged meanwhile, and goes no further either; a person may have gone back
 * further.
 */
function rollbackOrder(run: EnvironmentRun, input: RollbackInput, plan: RollbackPlan): DeploymentOrder {
  const { by, reason } = input;
  let present = plan;
  const currentOrder = (): DeploymentOrder => {
    const { target, recordedConfig } = present;
    const config = recordedConfig ? target.config : undefined;
    return { operation: 'rollback', main: target.main, config, requester: { by, reason }, atTurn };
  };
  const atTurn: DeploymentOrder['atTurn'] = async () => {
    if (run.hasDeployed) return { kind: 'order', order: currentOrder() };
    const now = await planRollback({ ...input, planned: present.target });
    if (now.kind !== 'go') return nothingToDo(input, now);
    const isOther = now.deployed.main !== present.deployed.main;
    if (isOther) await endPromotions(input, now);
    present = now;
    return { kind: 'order', order: currentOrder() };
  };
  return currentOrder();
}

function planRollback(order: PlanOrder) {
  return step('planRollback', `${order.environment}: find where to go back to`)(order);
}

async function endPromotions(input: RollbackInput, { target, deployed }: RollbackPlan): Promise<void> {
  const { workflowId: rollback, runId: run } = workflowInfo();
  const tell = step('endPromotions', `${input.environment}: what is taken back goes no further`);
  await tell({ ...input, target: target.main, deployed: deployed.main, rollback, run });
}

function nothingToDo({ environment, of = '' }: RollbackInput, { kind, deployed }: NothingToRollBack): Outcome {
  const main = shortSha(deployed.main);
  if (kind === 'already there') return { kind: 'unchanged', message: `${environment} is at main ${main} already` };
  return {
    kind: 'unchanged',
    message: `${environment} has main ${main}, and not ${shortSha(of)} any more: nothing was taken back`,
  };
}
