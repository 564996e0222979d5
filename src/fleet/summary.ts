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
