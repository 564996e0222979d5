import type { Dependencies } from '../../dependencies.ts';
import type { NamedVerdict } from '../../fleet/summary.ts';
import { createTurns } from '../../fleet/turns.ts';
import { leftovers, wantedOf } from '../../fleet/verify/leftovers.ts';
import type { BranchState } from '../../gitops/branch-state.ts';
import { removedFrom } from '../../gitops/leaves/removed.ts';
import type { Cluster } from '../../platform/types.ts';
import type { RolloutOrder } from './contract.ts';

/** What is known when removed objects are looked for. */
export interface RemovalLook {
  readonly order: RolloutOrder;
  readonly branch: Extract<BranchState, { kind: 'current' }>;
  readonly deadlinePassed: boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Looks whether the objects are gone that this commit, or one since the cluster was last healthy, removed; on the healthy
 * clusters whose group had them. A cluster that still has one is pending.
 */
export async function withRemovedObjects<Judged extends NamedVerdict & { readonly cluster: Cluster }>(
  { objects, intervals, repositories }: Dependencies,
  { order, branch, deadlinePassed, signal }: RemovalLook,
  judged: readonly Judged[],
): Promise<readonly Judged[]> {
  const turns = createTurns(intervals.clusterConcurrency);
  const removedOf = removedFrom(repositories.open(order.gitops.repository), branch);
  const look = async (each: Judged): Promise<Judged> => {
    if (each.state !== 'healthy') return each;
    const removed = await removedOf(each.cluster);
    const wanted = wantedOf(removed);
    if (wanted.length === 0) return each;
    return turns.run(async (turn) => {
      const options = { timeoutMs: intervals.clusterTimeoutMs, signal, turn };
      const observation = await objects.observeObjects(each.cluster, { source: order.gitops, wanted }, options);
      if (observation.kind === 'unreachable') return { ...each, state: 'unknown' as const, awaited: observation.why };
      const acceptable = (revision: string) => branch.evident.has(revision);
      const left = leftovers(observation, { removed, acceptable });
      if (left === undefined) return each;
      if (!deadlinePassed) return { ...each, state: 'pending' as const, awaited: left };
      return { ...each, state: 'failed' as const, awaited: `Not healthy in time: ${left}` };
    });
  };
  try {
    return await Promise.all(judged.map(look));
  } finally {
    turns.forgetWaiting();
  }
}
