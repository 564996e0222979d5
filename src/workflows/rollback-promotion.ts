import type { OperationResult } from '../operation/status.ts';
import {
  promotionRollbackFormat,
  type RollbackPromotionStart,
  rollbackPromotionStart,
} from './memory/operation-shape.ts';
import { carryOut } from './operation/carry-out.ts';
import { PromotionRollback } from './operation/promotion-rollback.ts';
import { checkStart } from './temporal/check-start.ts';

/**
 * Takes back every environment in which a promotion's commit is deployed, last first; one that fails ends it. The
 * promotion itself, where it still runs, withdraws what is not merged and goes no further.
 */
export function RollbackPromotion(input: RollbackPromotionStart): Promise<OperationResult> {
  checkStart(input, rollbackPromotionStart, {
    command: 'rollback --promotion',
    id: ({ commit }) => ['rollback-promotion', commit],
  });
  return carryOut(input, {
    format: promotionRollbackFormat,
    make: (memory, renewal) => new PromotionRollback({ ...input, memory }, renewal),
  });
}
