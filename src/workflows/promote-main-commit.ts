import { allHandlersFinished, CancellationScope, CancelledFailure, condition } from '@temporalio/workflow';
import { goNoFurtherSignal, type PromotionInput, rolledBackSignal } from '../operation/messages.ts';
import { isGoNoFurther, isRolledBack, promotionInput } from '../operation/received.ts';
import type { OperationResult } from '../operation/status.ts';
import { shortSha } from '../short-names.ts';
import { registerHandlers } from './operation/handlers.ts';
import { Promotion } from './operation/promotion.ts';
import { checkStart } from './temporal/check-start.ts';
import { onMessage } from './temporal/on-message.ts';
import { step } from './temporal/step.ts';

/**
 * Promotes one main commit through the stages of its own fairlead.yaml. The environments of a stage run side by side;
 * the next stage starts when all of them got through. When it is cancelled, it cleans up after itself first.
 */
export async function PromoteMainCommit(input: PromotionInput): Promise<OperationResult> {
  checkStart(input, promotionInput, { command: 'promote', id: ({ commit }) => ['promote', commit] });
  const promotion = new Promotion(input);
  registerHandlers(promotion.operation);
  onMessage(promotion.operation, { name: rolledBackSignal, isMessage: isRolledBack }, (message) =>
    promotion.rolledBack(message),
  );
  onMessage(promotion.operation, { name: goNoFurtherSignal, isMessage: isGoNoFurther }, (message) =>
    promotion.goNoFurther(message),
  );
  const read = step('readPlatform', `read fairlead.yaml at ${shortSha(input.commit)}`);
  const platform = await promotion.operation.runUnlessAborted(() => read(input));
  if (!platform) return promotion.operation.conclude('aborted');
  promotion.begin(platform);
  for (const stage of platform.stages) if (!(await promotion.runStage(stage))) break;
  const root = CancellationScope.current();
  const result = await CancellationScope.nonCancellable(async () => {
    const settled = await promotion.settle(() => root.consideredCancelled);
    await condition(allHandlersFinished);
    return settled;
  });
  if (root.consideredCancelled) throw new CancelledFailure(result.message);
  return result;
}
