import type { Dependencies } from '../../../dependencies.ts';
import type { LeafObject } from '../../../fleet/coverage/identity.ts';
import { judgeHere } from '../../../fleet/judging/judge.ts';
import type { NamedVerdict } from '../../../fleet/summary.ts';
import type { ObserveOptions } from '../../../fleet/types.ts';
import { wantedOf } from '../../../fleet/verify/leftovers.ts';
import type { WantedObject } from '../../../fleet/verify/types.ts';
import { removedFrom } from '../../../gitops/leaves/removed.ts';
import type { Cluster } from '../../../platform/types.ts';
import { lookAtHealthy, type ObjectsLook } from './look-at-healthy.ts';

/**
 * Looks whether the objects are gone that this commit, or one since the cluster was last healthy, removed; on the healthy
 * clusters whose group had them. A cluster that still has one is pending.
 */
export async function withRemovedObjects<Judged extends NamedVerdict & { readonly cluster: Cluster }>(
  { objects, intervals, repositories, judge = judgeHere }: Dependencies,
  look: ObjectsLook,
  judged: readonly Judged[],
): Promise<readonly Judged[]> {
  const { order, branch } = look;
  const removedOf = removedFrom(repositories.open(order.gitops.repository), branch);
  const wantedFor = createWanted();
  const lookFor = async ({ cluster }: Judged) => {
    const removed = await removedOf(cluster);
    const query = { source: order.gitops, wanted: wantedFor(removed) };
    if (query.wanted.length === 0) return undefined;
    return async (options: ObserveOptions) => {
      const observation = await objects.observeObjects(cluster, query, options);
      if (observation.kind === 'unreachable') return observation;
      const question = { observation, removed, acceptable: branch.evident };
      const judged = await judge('leftovers', question, { cluster: cluster.name, repository: order.source });
      if ('beyond' in judged) return { kind: 'unreachable' as const, why: judged.beyond };
      return { kind: 'reached' as const, awaited: judged.found ?? '' };
    };
  };
  return lookAtHealthy({ intervals }, look, { judged, lookFor });
}

/** Makes a function that works out once what to ask for: the same objects were removed from thousands of clusters. */
function createWanted(): (removed: readonly LeafObject[]) => readonly WantedObject[] {
  const known = new Map<readonly LeafObject[], readonly WantedObject[]>();
  return (removed) => {
    const wanted = known.get(removed) ?? wantedOf(removed);
    known.set(removed, wanted);
    return wanted;
  };
}
