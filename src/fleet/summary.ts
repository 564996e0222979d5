import type { MaxUnavailable } from '../platform/types.ts';
import type { ClusterVerdict } from './types.ts';

/** How many clusters of an environment are in which state. */
export interface FleetSummary {
  readonly total: number;
  readonly healthy: number;
  readonly pending: number;
  readonly failed: number;
  readonly unknown: number;
  /** There is at least one cluster, and every one is healthy. */
  readonly allHealthy: boolean;
  /** At least one failed, and every one that failed did so at an acceptable revision. */
  readonly failedAtRevision: boolean;
}

/** Counts an environment's clusters by state. No cluster at all is never healthy. */
export function summarizeFleet(verdicts: readonly ClusterVerdict[]): FleetSummary {
  const countOf = (state: ClusterVerdict['state']) => verdicts.filter((each) => each.state === state).length;
  const failed = verdicts.filter((each) => each.state === 'failed');
  const healthy = countOf('healthy');
  return {
    total: verdicts.length,
    healthy,
    pending: countOf('pending'),
    failed: failed.length,
    unknown: countOf('unknown'),
    allHealthy: verdicts.length > 0 && healthy === verdicts.length,
    failedAtRevision: failed.length > 0 && failed.every((each) => each.failedAtRevision === true),
  };
}

/** Answers where a cluster stands in a list for people, from 0: failed ones come first. */
export function severityRank({ state }: Pick<ClusterVerdict, 'state'>): number {
  return ['failed', 'unknown', 'pending', 'healthy'].indexOf(state);
}

/** The verdict on a named cluster, and what it is without the deadline. */
export interface NamedVerdict extends ClusterVerdict {
  readonly name: string;
  /** Of a cluster that has failed for the deadline's sake alone: its verdict without the deadline, which is pending. */
  readonly late?: ClusterVerdict;
}

/**
 * Answers the clusters that a rollout goes on without, by the environment's `maxUnavailable`: all that are not healthy,
 * or none. These hold:
 *
 * - A failed cluster is never left out, and then no other one is.
 * - An unknown one may be left out at once, because it gives no evidence, however long it is waited for.
 * - A pending one is waited for until the deadline, unless it was left out `before`, in an earlier phase of the rollout.
 */
export function leftOut<Named extends NamedVerdict>(
  verdicts: readonly Named[],
  { max, before = [] }: { readonly max: MaxUnavailable; readonly before?: readonly string[] | undefined },
): readonly Named[] {
  const others = verdicts.filter(({ state }) => state !== 'healthy');
  const mayBeLeftOut = ({ name, state, late }: Named) =>
    state === 'unknown' || late !== undefined || (state === 'pending' && before.includes(name));
  return others.length <= mostLeftOut(max, verdicts.length) && others.every(mayBeLeftOut) ? others : [];
}

/** Answers how many of `total` clusters may be left out: a share is rounded down, and one must always be healthy. */
export function mostLeftOut(max: MaxUnavailable, total: number): number {
  const allowed = 'clusters' in max ? max.clusters : Math.floor((max.percent * total) / 100);
  return Math.max(0, Math.min(allowed, total - 1));
}
