import { createTurns } from './turns.ts';
import type { ClusterObservation, ClusterRef, Fleet, GitopsSource, ObserveOptions } from './types.ts';

/** One look at each of these clusters; the time limit is that of each look. */
export interface ObservationRound<C extends ClusterRef> extends Omit<ObserveOptions, 'turn'> {
  readonly clusters: readonly C[];
  readonly source: GitopsSource;
  /** How many clusters are looked at at once, beside those that are silent. */
  readonly concurrency: number;
}

/**
 * Looks at all clusters and keeps of each look only what `judge` makes of it: what was
 * read of a thousand clusters is never in memory at once. Answers in the order of `clusters`. Throws only what
 * `judge` throws, or the reason of the caller's aborted signal.
 */
export async function observeAll<C extends ClusterRef, T>(
  fleet: Pick<Fleet, 'observe'>,
  { clusters, source, concurrency, ...options }: ObservationRound<C>,
  judge: (cluster: C, observation: ClusterObservation) => T | Promise<T>,
): Promise<readonly T[]> {
  const turns = createTurns(concurrency);
  const observeOne = (cluster: C) =>
    turns.run(async (turn) => judge(cluster, await fleet.observe(cluster, source, { ...options, turn })));
  try {
    return await Promise.all(clusters.map(observeOne));
  } finally {
    // Nobody waits for the rest after a failure, so it is not started.
    turns.forgetWaiting();
  }
}
