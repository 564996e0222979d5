import pLimit from 'p-limit';
import type { Dependencies } from '../../dependencies.ts';
import type { Cluster } from '../../platform/types.ts';
import type { ReconcileOrder } from './contract.ts';
import { readRolloutPolicy } from './rollout-policy.ts';

/**
 * Asks Flux on every cluster to fetch and reconcile now. Where it may not be asked, it will get there by itself; where a
 * cluster is away, the looks that follow ask again.
 */
export async function requestReconciliation(dependencies: Dependencies, order: ReconcileOrder): Promise<void> {
  const { clusters } = await readRolloutPolicy(dependencies, order);
  await askClusters(dependencies, order, clusters);
}

/** Asks Flux on these clusters, a bounded number at once. */
export async function askClusters(
  { fleet, intervals }: Dependencies,
  { gitops, token }: ReconcileOrder,
  clusters: readonly Cluster[],
): Promise<void> {
  const limit = pLimit(intervals.clusterConcurrency);
  const request = { timeoutMs: intervals.clusterTimeoutMs, token };
  await Promise.all(clusters.map((cluster) => limit(() => fleet.requestReconciliation(cluster, gitops, request))));
}
