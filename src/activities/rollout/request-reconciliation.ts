import type { Dependencies } from '../../dependencies.ts';
import { createTurns } from '../../fleet/turns.ts';
import type { Cluster } from '../../platform/types.ts';
import type { NudgeOrder } from './contract.ts';
import { readRolloutPolicy } from './rollout-policy.ts';

/**
 * Asks Flux on every cluster to fetch and reconcile now. Where it may not be asked, it will get there by itself; where a
 * cluster is away, the looks that follow ask again.
 */
export async function requestReconciliation(dependencies: Dependencies, order: NudgeOrder): Promise<void> {
  const { clusters } = await readRolloutPolicy(dependencies, order);
  await askClusters(dependencies, order, clusters);
}

/** Asks Flux on these clusters, a bounded number at once; whoever does not answer lets others be asked meanwhile. */
export async function askClusters(
  { fleet, intervals }: Dependencies,
  { gitops, token, phase }: NudgeOrder,
  clusters: readonly Cluster[],
): Promise<void> {
  const turns = createTurns(intervals.clusterConcurrency);
  const ask = phase === 'after soak' ? 'reconcile' : 'fetch';
  const request = { timeoutMs: intervals.clusterTimeoutMs, token, ask } as const;
  await Promise.all(
    clusters.map((cluster) => turns.run((turn) => fleet.requestReconciliation(cluster, gitops, { ...request, turn }))),
  );
}
