import { ownerAndName } from '../platform/repository-url.ts';
import { type RolledBackMessage, rolledBackSignal } from '../promotion/messages.ts';
import { isAtOrBehind } from './ancestry.ts';
import type { EndPromotionsOrder } from './lane-contract.ts';
import type { Parts } from './parts.ts';

/** Tells the running promotions of what is taken back; told twice, they hear the same. */
export async function endPromotions(
  { repositories, workflows }: Pick<Parts, 'repositories' | 'workflows'>,
  order: EndPromotionsOrder,
): Promise<void> {
  const { environment, by, reason, rollback, target, deployed } = order;
  const source = repositories.open(order.source);
  const message: RolledBackMessage = { environment, by, reason, rollback };
  for (const { workflowId, commit } of await workflows.runningPromotions(ownerAndName(order.source))) {
    if (commit === target || !(await isAtOrBehind(source, commit, deployed))) continue;
    if (await isAtOrBehind(source, target, commit)) await workflows.signal(workflowId, rolledBackSignal, message);
  }
}
