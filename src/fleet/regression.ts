import { beyondComparison, beyondFollowing } from './coverage/comparable.ts';
import { coverageOf } from './coverage/coverage.ts';
import { isFailing, isFailure } from './failures.ts';
import { releaseRegression } from './helm/releases.ts';
import { atRestBecause, isAcceptable, isStalled } from './kustomization.ts';
import type { ClusterExpectation, ClusterObservation, KustomizationEvidence } from './types.ts';
import { boundedLine, revisionWords } from './words.ts';

/**
 * Says in one sentence what got worse on a cluster that was healthy at the expected commit; undefined: nothing did.
 *
 * During the soak one failure is enough, because the cluster has shown that it can be healthy: an acceptable revision
 * that now fails, also where Flux is at it again and only its history tells, or `Stalled`. Merely reconciling, waiting
 * for a source or a dependency, suspended, or unreachable is no regression (and no evidence either: `clusterVerdict`
 * keeps the soak open).
 */
export function clusterRegression(
  observation: ClusterObservation,
  expectation: ClusterExpectation,
): string | undefined {
  if (observation.kind === 'unreachable') return undefined;
  const { kustomizations } = observation;
  if (beyondComparison(observation, expectation) ?? beyondFollowing(kustomizations, expectation)) return undefined;
  for (const each of coverageOf(observation, expectation).relevant) {
    if (atRestBecause(each) !== undefined || !isAcceptable(each.lastAttemptedRevision, expectation)) continue;
    const trouble = regressionOf(each, expectation);
    if (trouble !== undefined) return `Kustomization ${each.namespace}/${each.name} was healthy, and now ${trouble}`;
  }
  return releaseRegression(observation, expectation);
}

function regressionOf(kustomization: KustomizationEvidence, expectation: ClusterExpectation): string | undefined {
  const { ready, stalled, lastAttemptedRevision, history = [] } = kustomization;
  if (isStalled(kustomization)) return `is stalled: ${boundedLine(`${stalled?.reason}: ${stalled?.message}`)}`;
  const at = `fails at ${revisionWords(lastAttemptedRevision)}`;
  if (isFailing(kustomization)) return `${at}: ${boundedLine(`${ready?.reason}: ${ready?.message}`)}`;
  const latest = history[0];
  const unsettled = ready?.status !== 'True' && latest !== undefined && isFailure(latest.status);
  const revision = latest?.revision ?? lastAttemptedRevision;
  return unsettled && isAcceptable(revision, expectation) ? `${at}: ${latest.status}, and Flux tries again` : undefined;
}
