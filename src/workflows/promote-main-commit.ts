import {
  allHandlersFinished,
  CancellationScope,
  CancelledFailure,
  condition,
  continueAsNew,
} from '@temporalio/workflow';
import { writeMemory } from '../memory-format.ts';
import { goNoFurtherSignal, rolledBackSignal } from '../operation/messages.ts';
import { isGoNoFurther, isRolledBack } from '../operation/received.ts';
import type { OperationResult } from '../operation/status.ts';
import { type PromotionStart, promotionFormat, promotionStart } from './memory/operation-shape.ts';
import { recall } from './memory/recall.ts';
import { registerHandlers } from './operation/handlers.ts';
import { Promotion } from './operation/promotion.ts';
import { checkStart } from './temporal/check-start.ts';
import { Renewal } from './temporal/renewal.ts';
import { Signals } from './temporal/signals.ts';

/**
 * Promotes one main commit through the stages of its own fairlead.yaml. The environments of a stage run side by side;
 * the next stage starts when all of them got through. When it is cancelled, it cleans up after itself first. When its
 * history gets long, it continues as new, and each wait goes on there.
 */
export async function PromoteMainCommit(input: PromotionStart): Promise<OperationResult> {
  checkStart(input, promotionStart, { command: 'promote', id: ({ commit }) => ['promote', commit] });
  const root = CancellationScope.current();
  const renewal = new Renewal(input);
  const promotion = new Promotion({ ...input, memory: recall(input.memory, promotionFormat) }, renewal);
  // What an earlier execution has begun runs before a message can come.
  const work = promotion.run(() => root.consideredCancelled);
  const signals = new Signals(promotion.operation);
  registerHandlers(promotion.operation, signals);
  signals.onMessage({ name: rolledBackSignal, isMessage: isRolledBack }, (message) => promotion.rolledBack(message));
  signals.onMessage({ name: goNoFurtherSignal, isMessage: isGoNoFurther }, (message) => promotion.goNoFurther(message));
  signals.open();
  const result = await renewal.untilDue(work);
  if (!result)
    return continueAsNew<typeof PromoteMainCommit>({
      ...input,
      memory: writeMemory(promotion.memory, promotionFormat),
    });
  await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
  if (root.consideredCancelled) throw new CancelledFailure(result.message);
  return result;
}
