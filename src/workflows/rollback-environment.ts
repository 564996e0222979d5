import { CancellationScope, CancelledFailure, continueAsNew } from '@temporalio/workflow';
import { writeMemory } from '../memory-format.ts';
import type { OperationResult } from '../operation/status.ts';
import { type RollbackStart, rollbackFormat, rollbackStart } from './memory/operation-shape.ts';
import { recall } from './memory/recall.ts';
import { registerHandlers } from './operation/handlers.ts';
import { Rollback } from './operation/rollback.ts';
import { checkStart } from './temporal/check-start.ts';
import { Renewal } from './temporal/renewal.ts';
import { Signals } from './temporal/signals.ts';

/**
 * Takes one environment back to an earlier main commit, with today's config or the recorded one, and leaves its lane
 * held, so that the next commit does not bring the fault back. Promotions of what is taken back go no further.
 */
export async function RollbackEnvironment(input: RollbackStart): Promise<OperationResult> {
  checkStart(input, rollbackStart, { command: 'rollback', id: ({ environment }) => ['rollback', environment] });
  const root = CancellationScope.current();
  const renewal = new Renewal(input);
  const rollback = new Rollback({ ...input, memory: recall(input.memory, rollbackFormat) }, renewal);
  const work = rollback.run();
  const signals = new Signals(rollback.operation);
  registerHandlers(rollback.operation, signals);
  signals.open();
  const result = await renewal.untilDue(work);
  if (!result)
    return continueAsNew<typeof RollbackEnvironment>({
      ...input,
      memory: writeMemory(rollback.memory, rollbackFormat),
    });
  if (root.consideredCancelled) throw new CancelledFailure(result.message);
  return result;
}
