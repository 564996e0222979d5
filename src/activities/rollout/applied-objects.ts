import type { Dependencies } from '../../dependencies.ts';
import type { NamedVerdict } from '../../fleet/summary.ts';
import type { ObserveOptions } from '../../fleet/types.ts';
import { hasCustom, judgeApplied, kindsToRead } from '../../fleet/verify/applied.ts';
import type { Cluster } from '../../platform/types.ts';
import { lookAtHealthy, type ObjectsLook } from './look-at-healthy.ts';

/**
 * Looks on the healthy clusters at what Flux does not tell of the commit's objects: one that is being deleted, where Flux
 * does not wait for it, makes the cluster pending; a custom resource that no controller has seen is a warning. A cluster
 * where Flux waits for everything, and whose group has no custom resources, is not looked at.
 */
export async function withAppliedObjects<Judged extends NamedVerdict & { readonly cluster: Cluster }>(
  { objects, intervals }: Dependencies,
  look: ObjectsLook,
  judged: readonly Judged[],
): Promise<readonly Judged[]> {
  const { order, branch } = look;
  const lookFor = async ({ cluster, notAwaited }: Judged) => {
    const leaves = branch.leaves.get(cluster.group) ?? [];
    if (!notAwaited && !hasCustom(leaves)) return undefined;
    const query = { source: order.gitops, kindsFor: kindsToRead.bind(undefined, leaves) };
    return async (options: ObserveOptions) => {
      const observation = await objects.observeApplied(cluster, query, options);
      if (observation.kind === 'unreachable') return observation;
      return { kind: 'reached' as const, ...judgeApplied(observation, leaves) };
    };
  };
  return lookAtHealthy({ intervals }, look, { judged, lookFor });
}
