import {
  allHandlersFinished,
  CancellationScope,
  CancelledFailure,
  condition,
  workflowInfo,
} from '@temporalio/workflow';
import { short } from '../promotion/decisions.ts';
import type { PromotionInput } from '../promotion/messages.ts';
import type { PromotionResult } from '../promotion/status.ts';
import { step } from './activities.ts';
import { listen } from './handlers.ts';
import { Promotion } from './promotion.ts';

/**
 * Carries one main commit through the stages of its own fairlead.yaml. The environments of a stage
 * run side by side; the next stage starts when all of them got through. Cancelled, it cleans up
 * after itself first.
 */
export async function PromoteMainCommit(input: PromotionInput): Promise<PromotionResult> {
  const promotion = new Promotion(input, workflowInfo().workflowId);
  listen(promotion);
  const platform = await step('readPlatform', `read fairlead.yaml at ${short(input.commit)}`)(input);
  promotion.begin(platform.subject, platform.stages);
  for (const stage of platform.stages) if (!(await promotion.carryStage(stage))) break;
  const root = CancellationScope.current();
  const result = await CancellationScope.nonCancellable(() => conclude(promotion, () => root.consideredCancelled));
  if (root.consideredCancelled) throw new CancelledFailure(result.message);
  return result;
}

async function conclude(promotion: Promotion, cancelled: () => boolean): Promise<PromotionResult> {
  await promotion.settled(cancelled);
  await condition(allHandlersFinished);
  const { state, environments } = promotion.status;
  const ends = environments.map(
    ({ environment: name, state: end, message }) => `${name} ${end}${message && `: ${message}`}`,
  );
  return { state: state === 'running' ? 'aborted' : state, message: ends.join('; '), environments };
}
