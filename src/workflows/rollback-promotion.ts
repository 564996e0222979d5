import { CancellationScope, CancelledFailure, continueAsNew } from '@temporalio/workflow';
import { writeMemory } from '../memory-format.ts';
import type { OperationResult } from '../operation/status.ts';
import {
  promotionRollbackFormat,
  type RollbackPromotionStart,
  rollbackPromotionStart,
} from './memory/operation-shape.ts';
import { recall } from './memory/recall.ts';
import { registerHandlers } from './operation/handlers.ts';
import { PromotionRollback } from './operation/promotion-rollback.ts';
import { checkStart } from './temporal/check-start.ts';
import { Renewal } from './temporal/renewal.ts';
import { Signals } from './temporal/signals.ts';

/**
 * Takes back every environment in which a promotion's commit is deployed, last first; one that fails ends it. The
 * promotion itself, where it still runs, withdraws what is not merged and goes no further.
 */
export async function RollbackPromotion(input: RollbackPromotionStart): Promise<OperationResult> {
  checkStart(input, rollbackPromotionStart, {
    command: 'rollback --promotion',
    id: ({ commit }) => ['rollback-promotion', commit],
  });
  const root = CancellationScope.current();
  const renewal = new Renewal(input);
  const rollback = new PromotionRollback({ ...input, memory: recall(input.memory, promotionRollbackFormat) }, renewal);
  const work = rollback.run();
  const signals = new Signals(rollback.operation);
  registerHandlers(rollback.operation, signals);
  signals.open();
  const result = await renewal.untilDue(work);
  if (!result)
    return continueAsNew<typeof RollbackPromotion>({
      ...input,
      memory: writeMemory(rollback.memory, promotionRollbackFormat),
    });
  if (root.consideredCancelled) throw new CancelledFailure(result.message);
  return result;
}
