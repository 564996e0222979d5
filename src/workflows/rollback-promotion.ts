import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ChildWorkflowFailure, executeChild, rootCause } from '@temporalio/workflow';
import { short } from '../promotion/decisions.ts';
import { type RollbackPromotionInput, rollbackId, rollbackWorkflow } from '../promotion/messages.ts';
import { hasEnded, type PromotionResult } from '../promotion/status.ts';
import { step } from './activities.ts';
import type { EnvironmentRun } from './environment-run.ts';
import { listen } from './handlers.ts';
import { Journey } from './journey.ts';
import { startAttributes } from './search-attributes.ts';

/** Takes back every environment in which a promotion's commit is deployed, last first; one that fails ends it. */
export async function RollbackPromotion(input: RollbackPromotionInput): Promise<PromotionResult> {
  const { source, commit } = input;
  const journey = new Journey({ kind: 'rollback', source, commit, errand: 'rollback' });
  listen(journey);
  const reached = await step('reachedBy', `where is main ${short(commit)} deployed?`)({ source, commit });
  journey.begin(
    `take back main ${short(commit)}`,
    [...reached].reverse().map((environment) => [environment]),
  );
  for (const run of journey.runs.values()) if (!(await rollBackOne(journey, run, input))) break;
  const all = [...journey.runs.values()].every(({ status }) => status.state === 'rolled back');
  if (reached.length > 0) return journey.conclude(all ? 'rolled back' : 'aborted');
  const { environments } = journey.conclude('unchanged');
  return { state: 'unchanged', message: `main ${short(commit)} is deployed in no environment any more`, environments };
}

async function rollBackOne(journey: Journey, run: EnvironmentRun, input: RollbackPromotionInput): Promise<boolean> {
  const { source, by, reason, config } = input;
  const { platform } = journey.status;
  const workflowId = rollbackId(platform, run.name);
  // Aborted before it began.
  if (hasEnded(run.status.state)) return false;
  run.enter('rolling back', workflowId);
  try {
    const result: PromotionResult = await executeChild(rollbackWorkflow, {
      workflowId,
      args: [{ source, environment: run.name, by, reason, config, force: false }],
      staticSummary: `${platform} ${run.name}: ${reason}`.slice(0, 200),
      typedSearchAttributes: startAttributes(platform, run.name),
    });
    const { stage } = run.status;
    for (const status of result.environments) run.update({ ...status, stage });
  } catch (error) {
    if (!(error instanceof ChildWorkflowFailure || error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    const why = error instanceof ChildWorkflowFailure ? (rootCause(error) ?? error.message) : 'it runs already';
    run.enter('aborted', `${workflowId}: ${why}`);
  }
  return run.status.state === 'rolled back';
}
