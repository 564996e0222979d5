import type { NamedVerdict } from '../summary.ts';
import type { ClusterExpectation, ClusterObservation, ClusterVerdict } from '../types.ts';
import { clusterVerdict } from '../verdict.ts';

/** Judges a cluster, and tells one apart that has failed for the deadline's sake alone. */
export function judgeInTime(
  observation: ClusterObservation,
  expectation: ClusterExpectation,
): ClusterVerdict & Pick<NamedVerdict, 'late'> {
  const verdict = clusterVerdict(observation, expectation);
  if (verdict.state !== 'failed' || verdict.failedAtRevision || !expectation.deadlinePassed) return verdict;
  const inTime = clusterVerdict(observation, { ...expectation, deadlinePassed: false });
  return inTime.state === 'pending' ? { ...verdict, late: inTime } : verdict;
}
