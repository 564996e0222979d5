import { allHandlersFinished, CancellationScope, condition } from '@temporalio/workflow';
import { goNoFurtherSignal, rolledBackSignal } from '../operation/messages.ts';
import { isGoNoFurther, isRolledBack } from '../operation/received.ts';
import type { OperationResult } from '../operation/status.ts';
import { type PromotionStart, promotionFormat, promotionStart } from './memory/operation-shape.ts';
import { carryOut } from './operation/carry-out.ts';
import { Promotion } from './operation/promotion.ts';
import { checkStart } from './temporal/check-start.ts';

/**
 * Promotes one main commit through the stages of its own fairlead.yaml. The environments of a stage run side by side;
 * the next stage starts when all of them got through. When it is cancelled, it cleans up after itself first. When its
 * history gets long, it continues as new, and each wait goes on there.
 */
export function PromoteMainCommit(input: PromotionStart): Promise<OperationResult> {
  checkStart(input, promotionStart, { command: 'promote', id: ({ commit }) => ['promote', commit] });
  return carryOut(input, {
    format: promotionFormat,
    make: (memory, renewal) => new Promotion({ ...input, memory }, renewal),
    listen: (promotion, signals) => {
      signals.onMessage({ name: rolledBackSignal, isMessage: isRolledBack }, (each) => promotion.rolledBack(each));
      signals.onMessage({ name: goNoFurtherSignal, isMessage: isGoNoFurther }, (each) => promotion.goNoFurther(each));
    },
    finish: () => CancellationScope.nonCancellable(() => condition(allHandlersFinished)),
  });
}
