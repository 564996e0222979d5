import { failuresInARow, isFailure } from './failures.ts';
import type { ClusterExpectation, Condition, KustomizationEvidence } from './types.ts';
import { boundedLine, revisionWords } from './words.ts';

/** What one Kustomization says about the expected commit. */
export interface Finding {
  readonly state: 'healthy' | 'pending' | 'failed';
  /** A clause in Flux's own words; empty when healthy. */
  readonly says: string;
  /** Flux attempted an acceptable revision and reported a failure of it, whether or not that is final. */
  readonly failedAtRevision: boolean;
}

/** One failed attempt is not failure, because a webhook may have been away, or a node late. */
const REPEATEDLY = 2;

/**
 * Judges one Kustomization by the rules of docs/design.md "Green" and docs/fleet.md. Whether its leaves have their
 * health checked is a question to all Kustomizations of the cluster together (`coverage`).
 */
export function judgeKustomization(kustomization: KustomizationEvidence, expectation: ClusterExpectation): Finding {
  const attempted = isAcceptable(kustomization.lastAttemptedRevision, expectation);
  const failures = failuresInARow(kustomization, expectation);
  const failing = attempted && isFailing(kustomization);
  const failedAtRevision = attempted && (failing || failures > 0);
  const makeFinding = (state: Finding['state'], clause: string, blamesRevision = failedAtRevision): Finding => ({
    state,
    says: `Kustomization ${kustomization.namespace}/${kustomization.name} ${clause}`,
    failedAtRevision: blamesRevision,
  });

  const atRest = atRestBecause(kustomization);
  if (atRest !== undefined) return makeFinding('pending', atRest, false);
  if (isStalled(kustomization))
    return makeFinding('failed', `is stalled: ${quoteCondition(kustomization.stalled)}`, attempted);
  if (failing && failures >= REPEATEDLY) {
    return makeFinding(
      'failed',
      `failed ${failures} times at ${revisionOf(kustomization)}: ${quoteCondition(kustomization.ready)}`,
    );
  }
  const awaited = whatIsAwaited(kustomization, expectation, failures);
  return awaited === undefined
    ? { state: 'healthy', says: '', failedAtRevision: false }
    : makeFinding('pending', awaited);
}

/** Answers why Flux does not reconcile it, so that what its conditions say is old; undefined: Flux does. */
export function atRestBecause({ namespace, name, deleting, suspended }: KustomizationEvidence): string | undefined {
  if (deleting) return 'is being deleted';
  return suspended ? `is suspended: run \`flux resume kustomization ${name} -n ${namespace}\`` : undefined;
}

/** Answers whether it is `Stalled: True` about the present spec; one about an older spec says nothing any more. */
export function isStalled({ stalled, generation }: KustomizationEvidence): boolean {
  return stalled?.status === 'True' && (stalled.observedGeneration ?? generation) >= generation;
}

/** Answers whether it is `Ready: False` for a reason that blames the manifests or the workload. */
export function isFailing({ ready }: KustomizationEvidence): boolean {
  return ready?.status === 'False' && isFailure(ready.reason);
}

/** Answers whether a revision is known and counts for the expected commit. */
export function isAcceptable(revision: string | undefined, expectation: ClusterExpectation): boolean {
  return revision !== undefined && expectation.acceptable(revision);
}

/** Answers what keeps it from being healthy, the most telling first; undefined: nothing. */
function whatIsAwaited(
  kustomization: KustomizationEvidence,
  expectation: ClusterExpectation,
  failures: number,
): string | undefined {
  const { ready, progress } = kustomization;
  const revision = awaitsRevision(kustomization, expectation);
  if (revision !== undefined) return revision;
  if (isFailing(kustomization))
    return `failed at ${revisionOf(kustomization)}, and Flux tries again: ${quoteCondition(ready)}`;
  if (ready?.status !== 'True') {
    const before = failures > 0 ? `, after ${failures} failed at ${revisionOf(kustomization)}` : '';
    return ready === undefined ? 'has no status yet' : `is not ready${before}: ${progress ?? quoteCondition(ready)}`;
  }
  if (!isCurrent(kustomization)) return 'has not been reconciled since its spec changed';
  return awaitsEvidence(kustomization, expectation);
}

function awaitsRevision(kustomization: KustomizationEvidence, expectation: ClusterExpectation): string | undefined {
  const { lastAppliedRevision, lastAttemptedRevision, ready, progress, sourceTrouble } = kustomization;
  const reason = ready?.status === 'False' ? `; ${quoteCondition(ready)}` : '';
  if (lastAttemptedRevision !== undefined && !expectation.acceptable(lastAttemptedRevision)) {
    const source = sourceTrouble === undefined ? '' : `; its source ${sourceTrouble}`;
    return `is at ${revisionWords(lastAttemptedRevision)} and has not attempted the merged commit${source}${reason}`;
  }
  if (isAcceptable(lastAppliedRevision, expectation) || isFailing(kustomization)) return undefined;
  if (lastAttemptedRevision !== undefined) {
    return `is applying ${revisionWords(lastAttemptedRevision)}: ${progress ?? quoteCondition(ready)}`;
  }
  const source = sourceTrouble === undefined ? '' : `; its source ${sourceTrouble}`;
  return lastAppliedRevision === undefined
    ? `has applied nothing yet${source}${reason}`
    : `is at ${revisionWords(lastAppliedRevision)} and has not applied the merged commit${source}${reason}`;
}

function isCurrent({ generation, observedGeneration, ready }: KustomizationEvidence): boolean {
  return observedGeneration === generation && (ready?.observedGeneration ?? generation) === generation;
}

/**
 * Answers what evidence is missing after the soak. `Ready: True` must then come from a reconciliation begun since: by
 * the history's times, which are the cluster's clock, or by the handled `requestedAt`, which is the clock of whoever
 * asked.
 */
function awaitsEvidence(kustomization: KustomizationEvidence, { reconciledSince }: ClusterExpectation) {
  if (reconciledSince === undefined) return undefined;
  const { lastReconciliationBegan, lastHandledReconcileAt } = kustomization;
  const since = Date.parse(reconciledSince);
  const isSince = (time: string | undefined) => time !== undefined && Date.parse(time) >= since;
  if (isSince(lastReconciliationBegan) || isSince(lastHandledReconcileAt)) return undefined;
  return lastReconciliationBegan === undefined
    ? `has not been reconciled on request since ${reconciledSince}, and its Flux (before 2.7) does not say when it looked last: allow Fairlead to patch Kustomizations (docs/fleet.md)`
    : `has not been reconciled since ${reconciledSince}; the last time was ${lastReconciliationBegan}`;
}

function revisionOf({ lastAttemptedRevision }: KustomizationEvidence): string {
  return revisionWords(lastAttemptedRevision);
}

function quoteCondition(condition: Condition | undefined): string {
  return condition === undefined ? 'no status' : boundedLine(`${condition.reason}: ${condition.message}`);
}
