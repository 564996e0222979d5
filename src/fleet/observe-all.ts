import pLimit from 'p-limit';
import type { ClusterObservation, ClusterRef, Fleet, GitopsSource, ObserveOptions } from './types.ts';

/**
 * Looks at all clusters, `concurrency` at a time, and keeps of each look only what `judge` makes of it: what was
 * read of a thousand clusters is never in memory at once. Answers in the order of `clusters`. Throws only what
 * `judge` throws, or the reason of the caller's aborted signal.
 */
export async function observeAll<C extends ClusterRef, T>(
  fleet: Pick<Fleet, 'observe'>,
  clusters: readonly C[],
  source: GitopsSource,
  options: ObserveOptions & { readonly concurrency: number },
  judge: (cluster: C, observation: ClusterObservation) => T,
): Promise<readonly T[]> {
  const { concurrency, ...each } = options;
  const limit = pLimit(concurrency);
  const look = async (cluster: C) => judge(cluster, await fleet.observe(cluster, source, each));
  try {
    return await Promise.all(clusters.map((cluster) => limit(look, cluster)));
  } finally {
    // After a failure nobody waits for the rest: do not start it.
    limit.clearQueue();
  }
}
