import type { Dependencies } from '../../dependencies.ts';
import type { NamedVerdict } from '../../fleet/summary.ts';
import { createTurns } from '../../fleet/turns.ts';
import { hasCustom, judgeApplied, kindsToRead } from '../../fleet/verify/applied.ts';
import type { Cluster } from '../../platform/types.ts';
import type { RemovalLook } from './removed-objects.ts';

/**
 * Looks on the healthy clusters at what Flux does not tell of the commit's objects: one that is being deleted, where Flux
 * does not wait for it, makes the cluster pending; a custom resource that no controller has seen is a warning. A cluster
 * where Flux waits for everything, and whose group has no custom resources, is not looked at.
 */
export async function withAppliedObjects<Judged extends NamedVerdict & { readonly cluster: Cluster }>(
  { objects, intervals }: Dependencies,
  { order, branch, deadlinePassed, signal }: RemovalLook,
  judged: readonly Judged[],
): Promise<readonly Judged[]> {
  const turns = createTurns(intervals.clusterConcurrency);
  const look = async (each: Judged): Promise<Judged> => {
    const leaves = branch.leaves.get(each.cluster.group) ?? [];
    if (each.state !== 'healthy' || !(each.notAwaited || hasCustom(leaves))) return each;
    return turns.run(async (turn) => {
      const options = { timeoutMs: intervals.clusterTimeoutMs, signal, turn };
      const query = { source: order.gitops, kindsFor: kindsToRead.bind(undefined, leaves) };
      const observation = await objects.observeApplied(each.cluster, query, options);
      if (observation.kind === 'unreachable') return { ...each, state: 'unknown' as const, awaited: observation.why };
      const found = judgeApplied(observation, leaves);
      const warnings = [...(each.warnings ?? []), ...found.warnings];
      if (found.awaited === '') return warnings.length === 0 ? each : { ...each, warnings };
      const late = { ...each, state: 'pending' as const, awaited: found.awaited, warnings };
      if (!deadlinePassed) return late;
      return { ...late, state: 'failed' as const, awaited: `Not healthy in time: ${found.awaited}`, late };
    });
  };
  try {
    return await Promise.all(judged.map(look));
  } finally {
    turns.forgetWaiting();
  }
}
