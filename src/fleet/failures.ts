import type { ClusterExpectation, KustomizationEvidence, ReconciliationRecord } from './types.ts';

/** Reasons of `Ready: False` that blame the manifests or the workload; every other one passes by itself. */
const FAILING: readonly string[] = ['BuildFailed', 'ReconciliationFailed', 'PruneFailed', 'HealthCheckFailed'];
const SUCCEEDED = 'ReconciliationSucceeded';

/** Answers whether a `Ready: False`, or an entry of the history, with this reason is a failed attempt. */
export function isFailure(reason: string): boolean {
  return FAILING.includes(reason);
}

/**
 * Counts how many of the latest reconciliations in a row failed at an acceptable revision, at least. Answers 0 also
 * where Flux keeps no history (before 2.7) or the build failed (which Flux does not record).
 *
 * An entry of the history stands for all reconciliations of the same manifests with the same end, whenever they were
 * (fluxcd/pkg, apis/meta, `History.Upsert`). So an entry counts in full only where its first failure is later than the
 * latest success and than the merge; otherwise just its latest failure counts.
 */
export function failuresInARow(
  kustomization: KustomizationEvidence,
  expectation: Pick<ClusterExpectation, 'acceptable' | 'mergedAt'>,
): number {
  const history = kustomization.history ?? [];
  const success = history.findIndex((entry) => entry.status === SUCCEEDED);
  const since = Math.max(wholeSeconds(history[success]?.last), wholeSeconds(expectation.mergedAt));
  return (success === -1 ? history : history.slice(0, success))
    .filter((entry) => isFailure(entry.status) && isAt(entry, kustomization, expectation))
    .reduce((sum, entry) => sum + (wholeSeconds(entry.first) >= since ? entry.total : 1), 0);
}

function isAt(
  entry: ReconciliationRecord,
  kustomization: KustomizationEvidence,
  { acceptable }: Pick<ClusterExpectation, 'acceptable'>,
): boolean {
  const revision = entry.revision ?? kustomization.lastAttemptedRevision;
  return revision !== undefined && acceptable(revision);
}

/** Answers a time in seconds since 1970: Flux's times have whole seconds. */
function wholeSeconds(time: string | undefined): number {
  return time === undefined ? 0 : Math.floor(Date.parse(time) / 1000);
}
