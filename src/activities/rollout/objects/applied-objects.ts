import type { Dependencies } from '../../../dependencies.ts';
import { judgeHere } from '../../../fleet/judging/judge.ts';
import type { NamedVerdict } from '../../../fleet/summary.ts';
import type { KustomizationEvidence, ObserveOptions } from '../../../fleet/types.ts';
import { hasCustom } from '../../../fleet/verify/applied.ts';
import type { Cluster } from '../../../platform/types.ts';
import { lookAtHealthy, type ObjectsLook } from './look-at-healthy.ts';

/**
 * Looks on the healthy clusters at what Flux does not tell of the commit's objects: one that is being deleted, where Flux
 * does not wait for it, makes the cluster pending; a custom resource that no controller has seen is a warning. A cluster
 * where Flux waits for everything, and whose group has no custom resources, is not looked at.
 */
export async function withAppliedObjects<Judged extends NamedVerdict & { readonly cluster: Cluster }>(
  { objects, intervals, judge = judgeHere }: Dependencies,
  look: ObjectsLook,
  judged: readonly Judged[],
): Promise<readonly Judged[]> {
  const { order, branch } = look;
  const lookFor = async ({ cluster, notAwaited }: Judged) => {
    const leaves = branch.leaves.get(cluster.group) ?? [];
    if (!notAwaited && !hasCustom(leaves)) return undefined;
    const judgedFor = { cluster: cluster.name, repository: order.source };
    const kindsFor = async (kustomizations: readonly KustomizationEvidence[]) => {
      const judged = await judge('kinds', { kustomizations, leaves }, judgedFor);
      return 'beyond' in judged ? judged.beyond : judged.found;
    };
    const query = { source: order.gitops, kindsFor };
    return async (options: ObserveOptions) => {
      const observation = await objects.observeApplied(cluster, query, options);
      if (observation.kind === 'unreachable') return observation;
      const judged = await judge('applied', { observation, leaves }, judgedFor);
      if ('beyond' in judged) return { kind: 'unreachable' as const, why: judged.beyond };
      return { kind: 'reached' as const, ...judged.found };
    };
  };
  return lookAtHealthy({ intervals }, look, { judged, lookFor });
}
