import { CancellationScope, CancelledFailure, continueAsNew } from '@temporalio/workflow';
import type { OperationResult } from '../operation/status.ts';
import { type RollbackStart, rollbackStart } from './memory/operation-shape.ts';
import { registerHandlers } from './operation/handlers.ts';
import { Rollback } from './operation/rollback.ts';
import { checkStart } from './temporal/check-start.ts';
import { Renewal } from './temporal/renewal.ts';

/**
 * Takes one environment back to an earlier main commit, with today's config or the recorded one, and leaves its lane
 * held, so that the next commit does not bring the fault back. Promotions of what is taken back go no further.
 */
export async function RollbackEnvironment(input: RollbackStart): Promise<OperationResult> {
  checkStart(input, rollbackStart, { command: 'rollback', id: ({ environment }) => ['rollback', environment] });
  const root = CancellationScope.current();
  const renewal = new Renewal(input);
  const rollback = new Rollback(input, renewal);
  const work = rollback.run();
  registerHandlers(rollback.operation);
  const result = await renewal.untilDue(work);
  if (!result) return continueAsNew<typeof RollbackEnvironment>({ ...input, memory: rollback.memory });
  if (root.consideredCancelled) throw new CancelledFailure(result.message);
  return result;
}
