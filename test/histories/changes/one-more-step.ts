/** The workflows of a release that looks at the platform once more before it promotes, and breaks what runs by that. */
import type { PromotionInput } from '../../../src/operation/messages.ts';
import type { OperationResult } from '../../../src/operation/status.ts';
import { PromoteMainCommit as promote } from '../../../src/workflows/promote-main-commit.ts';
import { step } from '../../../src/workflows/temporal/step.ts';
import { Troubles } from '../../../src/workflows/temporal/troubles.ts';

export { ApplyConfig, EnvironmentLane, RollbackEnvironment, RollbackPromotion } from '../../../src/workflows/index.ts';

const troubles = new Troubles(() => undefined);

export async function PromoteMainCommit(input: PromotionInput): Promise<OperationResult> {
  const [result] = await Promise.all([promote(input), step('readPlatform', 'look once more', { troubles })(input)]);
  return result;
}
