/** The same release, which does so for promotions that begin with it, and lets the others go on as they began. */
import { patched } from '@temporalio/workflow';
import type { PromotionInput } from '../../../src/operation/messages.ts';
import type { OperationResult } from '../../../src/operation/status.ts';
import { PromoteMainCommit as promote } from '../../../src/workflows/promote-main-commit.ts';
import { step } from '../../../src/workflows/temporal/step.ts';
import { Troubles } from '../../../src/workflows/temporal/troubles.ts';

export { ApplyConfig, EnvironmentLane, RollbackEnvironment, RollbackPromotion } from '../../../src/workflows/index.ts';

const troubles = new Troubles(() => undefined);

export async function PromoteMainCommit(input: PromotionInput): Promise<OperationResult> {
  const promotion = promote(input);
  const look = patched('look-once-more') ? step('readPlatform', 'look once more', { troubles })(input) : undefined;
  const [result] = await Promise.all([promotion, look]);
  return result;
}
