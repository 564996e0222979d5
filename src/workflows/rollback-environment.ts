import type { OperationResult } from '../operation/status.ts';
import { type RollbackStart, rollbackFormat, rollbackStart } from './memory/operation-shape.ts';
import { carryOut } from './operation/carry-out.ts';
import { Rollback } from './operation/rollback.ts';
import { checkStart } from './temporal/check-start.ts';

/**
 * Takes one environment back to an earlier main commit, with today's config or the recorded one, and leaves its lane
 * held, so that the next commit does not bring the fault back. Promotions of what is taken back go no further.
 */
export function RollbackEnvironment(input: RollbackStart): Promise<OperationResult> {
  checkStart(input, rollbackStart, { command: 'rollback', id: ({ environment }) => ['rollback', environment] });
  return carryOut(input, {
    format: rollbackFormat,
    make: (memory, renewal) => new Rollback({ ...input, memory }, renewal),
  });
}
