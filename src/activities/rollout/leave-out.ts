import { leftOut, type NamedVerdict } from '../../fleet/summary.ts';
import type { ClusterExpectation, ClusterObservation, ClusterVerdict } from '../../fleet/types.ts';
import { clusterVerdict } from '../../fleet/verdict.ts';
import type { Environment } from '../../platform/types.ts';
import type { RolloutOrder } from './contract.ts';

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

/**
 * Answers the clusters as they count, and the names of those that the rollout goes on without, by the environment's
 * `maxUnavailable`. One that is left out when the time is over is still pending: it has not failed.
 */
export function leaveOut<Judged extends NamedVerdict>(
  judged: readonly Judged[],
  { maxUnavailable }: Pick<Environment, 'maxUnavailable'>,
  { leftOut: before }: Pick<RolloutOrder, 'leftOut'>,
): { readonly counting: readonly Judged[]; readonly out: readonly string[] } {
  const left = leftOut(judged, { max: maxUnavailable, before });
  const counting = judged.map((each) => (left.includes(each) && each.late ? { ...each, ...each.late } : each));
  return { counting, out: left.map(({ name }) => name).sort() };
}
