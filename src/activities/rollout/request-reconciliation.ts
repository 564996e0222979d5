import pLimit from 'p-limit';
import type { Parts } from '../../dependencies.ts';
import { policyOf } from './await-rollout.ts';
import type { ReconcileOrder } from './contract.ts';

/** Asks Flux on every cluster to fetch and reconcile now; where it may not be asked, it will get there by itself. */
export async function requestReconciliation(parts: Parts, order: ReconcileOrder): Promise<void> {
  const { clusters } = await policyOf(parts, order);
  const limit = pLimit(parts.pace.clusterConcurrency);
  const options = { timeoutMs: parts.pace.clusterTimeoutMs };
  await Promise.all(
    clusters.map((cluster) => limit(() => parts.fleet.requestReconciliation(cluster, order.gitops, options))),
  );
}
