import {
  allHandlersFinished,
  CancellationScope,
  CancelledFailure,
  condition,
  workflowInfo,
} from '@temporalio/workflow';
import type { RollbackPlan } from '../activities/lane-contract.ts';
import { short } from '../promotion/decisions.ts';
import type { RollbackInput } from '../promotion/messages.ts';
import type { PromotionResult } from '../promotion/status.ts';
import { step } from './activities.ts';
import { endOf } from './apply-config.ts';
import { carry } from './environment.ts';
import { listen } from './handlers.ts';
import { Journey } from './journey.ts';

/**
 * Takes one environment back to an earlier main commit, with today's config or the recorded one, and leaves its lane
 * held, so that the next commit does not bring the fault back. Promotions of what is taken back go no further.
 */
export async function RollbackEnvironment(input: RollbackInput): Promise<PromotionResult> {
  const { source, environment } = input;
  const journey = new Journey({ kind: 'rollback', source, commit: input.to ?? '', errand: 'rollback' });
  listen(journey);
  const plan = await journey.learn(() => step('planRollback', `${environment}: find where to go back to`)(input));
  if (!plan) return journey.conclude('aborted');
  if (plan.kind === 'already there') {
    const { main } = plan.deployed;
    journey.begin('', [[environment]], { commit: main });
    journey.runs.get(environment)?.enter('unchanged', `${environment} is at main ${short(main)} already`);
    return journey.conclude('unchanged');
  }
  const { workflowId: rollback } = workflowInfo();
  const order = { ...input, target: plan.target.main, deployed: plan.deployed.main, rollback };
  const told = step('endPromotions', `${environment}: what is taken back goes no further`);
  await journey.learn(() => told(order));
  if (journey.ending !== undefined) return journey.conclude('aborted');
  journey.begin(plan.subject, [[environment]], { commit: plan.target.main });
  return goBack(journey, input, plan);
}

async function goBack(journey: Journey, input: RollbackInput, plan: RollbackPlan): Promise<PromotionResult> {
  const { main, config } = plan.target;
  const { by, reason } = input;
  const run = journey.runs.get(input.environment);
  const asked = { by, reason };
  if (run) await carry(run, { errand: 'rollback', main, asked, ...(plan.recordedConfig && { config }) });
  const root = CancellationScope.current();
  const result = await CancellationScope.nonCancellable(async () => {
    await condition(allHandlersFinished);
    return journey.conclude(endOf(run?.status.state));
  });
  if (root.consideredCancelled) throw new CancelledFailure(result.message);
  return result;
}
