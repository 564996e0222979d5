import type { Dependencies } from '../../dependencies.ts';
import { environmentAt } from '../../gitops/environment-file.ts';
import { platformAt } from '../../gitops/platform-file.ts';
import type { Environment } from '../../platform/types.ts';
import type { ReconcileOrder } from './contract.ts';

/** Reads the Environment file by which an environment rolls out. Throws `Failure` where it is missing or broken. */
export async function readRolloutPolicy(
  { repositories }: Dependencies,
  order: Omit<ReconcileOrder, 'token'>,
): Promise<Environment> {
  const source = repositories.open(order.source);
  await source.ensureCommit(order.main);
  return environmentAt(source, await platformAt(source, order.main), { name: order.environment, config: order.config });
}
