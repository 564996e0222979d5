import type { Dependencies } from '../../dependencies.ts';
import type { NamedVerdict } from '../../fleet/summary.ts';
import type { ObserveOptions } from '../../fleet/types.ts';
import { leftovers, wantedOf } from '../../fleet/verify/leftovers.ts';
import { removedFrom } from '../../gitops/leaves/removed.ts';
import type { Cluster } from '../../platform/types.ts';
import { lookAtHealthy, type ObjectsLook } from './look-at-healthy.ts';

/**
 * Looks whether the objects are gone that this commit, or one since the cluster was last healthy, removed; on the healthy
 * clusters whose group had them. A cluster that still has one is pending.
 */
export async function withRemovedObjects<Judged extends NamedVerdict & { readonly cluster: Cluster }>(
  { objects, intervals, repositories }: Dependencies,
  look: ObjectsLook,
  judged: readonly Judged[],
): Promise<readonly Judged[]> {
  const { order, branch } = look;
  const removedOf = removedFrom(repositories.open(order.gitops.repository), branch);
  const acceptable = (revision: string) => branch.evident.has(revision);
  const lookFor = async ({ cluster }: Judged) => {
    const removed = await removedOf(cluster);
    const query = { source: order.gitops, wanted: wantedOf(removed) };
    if (query.wanted.length === 0) return undefined;
    return async (options: ObserveOptions) => {
      const observation = await objects.observeObjects(cluster, query, options);
      if (observation.kind === 'unreachable') return observation;
      return { kind: 'reached' as const, awaited: leftovers(observation, { removed, acceptable }) ?? '' };
    };
  };
  return lookAtHealthy({ intervals }, look, { judged, lookFor });
}
