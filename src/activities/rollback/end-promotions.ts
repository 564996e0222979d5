import type { Dependencies } from '../../dependencies.ts';
import { isAtOrBehind } from '../../gitops/ancestry.ts';
import {
  type GoNoFurtherMessage,
  goNoFurtherSignal,
  promotionId,
  type RolledBackMessage,
  rolledBackSignal,
} from '../../operation/messages.ts';
import type { EnvironmentState, EnvironmentStatus, OperationStatus } from '../../operation/status.ts';
import { platformId } from '../../platform/repository/platform-id.ts';
import { stillWaiting } from '../still-waiting.ts';
import type { EndPromotionsOrder, PromotionRef, RollbackActivities } from './contract.ts';

/** Tells the running promotions of what is taken back that they go no further. */
export async function endPromotions(
  { repositories, workflows }: Pick<Dependencies, 'repositories' | 'workflows'>,
  order: EndPromotionsOrder,
): Promise<void> {
  const { environment, by, reason, rollback, run, target, deployed } = order;
  const source = repositories.open(order.source);
  const message: RolledBackMessage = { environment, by, reason, rollback, run };
  for (const { workflowId, commit } of await workflows.runningPromotions(platformId(order.source))) {
    if (commit === target || !(await isAtOrBehind(source, commit, deployed))) continue;
    if (await isAtOrBehind(source, target, commit)) await workflows.signal(workflowId, rolledBackSignal, message);
  }
}

/** Tells the promotion of a main commit, where it runs, to withdraw what is not merged and to go no further. */
export async function endPromotion(
  { workflows }: Pick<Dependencies, 'workflows'>,
  { source, commit, ...message }: Parameters<RollbackActivities['endPromotion']>[0],
): Promise<void> {
  await workflows.signal(
    promotionId(platformId(source), commit),
    goNoFurtherSignal,
    message satisfies GoNoFurtherMessage,
  );
}

const unmerged: readonly EnvironmentState[] = ['queued', 'held', 'rendering', 'pull request open', 'awaiting approval'];

/** Waits until the promotion of a main commit has nothing unmerged under way any more; fails benignly until then. */
export async function awaitWithdrawn(
  { workflows, intervals }: Pick<Dependencies, 'workflows' | 'intervals'>,
  { source, commit }: PromotionRef,
): Promise<void> {
  const id = promotionId(platformId(source), commit);
  const names = environmentsWithdrawing(await workflows.status(id));
  if (names.length > 0)
    throw stillWaiting(`${id} still withdraws what is not merged in ${names.join(', ')}`, intervals.mergePollMs);
}

/**
 * Lists the environments in which something unmerged is under way. `status`: undefined where the promotion does not
 * run.
 */
export function environmentsWithdrawing(status: OperationStatus | undefined): readonly string[] {
  const isOpen = ({ state, stopping }: EnvironmentStatus) => stopping !== undefined || unmerged.includes(state);
  return status?.environments.filter(isOpen).map(({ environment }) => environment) ?? [];
}
