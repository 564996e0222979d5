import pLimit from 'p-limit';
import type { Dependencies } from '../../dependencies.ts';
import { readRolloutPolicy } from './await-rollout.ts';
import type { ReconcileOrder } from './contract.ts';

/** Asks Flux on every cluster to fetch and reconcile now; where it may not be asked, it will get there by itself. */
export async function requestReconciliation(dependencies: Dependencies, order: ReconcileOrder): Promise<void> {
  const { clusters } = await readRolloutPolicy(dependencies, order);
  const limit = pLimit(dependencies.intervals.clusterConcurrency);
  const options = { timeoutMs: dependencies.intervals.clusterTimeoutMs };
  await Promise.all(
    clusters.map((cluster) => limit(() => dependencies.fleet.requestReconciliation(cluster, order.gitops, options))),
  );
}
