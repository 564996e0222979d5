import type { Condition } from './condition.ts';
import { type Failures, failuresOf, isFailing, leftUndeleted } from './failures.ts';
import type { ClusterExpectation, KustomizationEvidence, RememberedFailures } from './types.ts';
import { boundedLine, revisionWords } from './words.ts';

/** By how much a cluster's clock may be ahead of ours before its times are not believed. */
const CLOCK_TOLERANCE_MS = 60_000;

/** What one Kustomization says about the expected commit. */
export interface Finding {
  readonly state: 'healthy' | 'pending' | 'failed';
  /** A clause in Flux's own words; empty when healthy. */
  readonly says: string;
  /** Flux attempted an acceptable revision and reported a failure of it, whether or not that is final. */
  readonly failedAtRevision: boolean;
  /** What the next look needs to know; undefined: nothing failed. */
  readonly remembered?: RememberedFailures;
}

/**
 * Judges one Kustomization by the rules of docs/design.md "Green" and docs/fleet.md. Whether its leaves have their
 * health checked is a question to all Kustomizations of the cluster together (`coverage`).
 */
export function judgeKustomization(kustomization: KustomizationEvidence, expectation: ClusterExpectation): Finding {
  const attempted = isAcceptable(kustomization.lastAttemptedRevision, expectation);
  const failures = failuresOf(kustomization, expectation);
  const makeFinding = (state: Finding['state'], clause: string, blamesRevision = failures.count > 0): Finding => ({
    state,
    says: `Kustomization ${kustomization.namespace}/${kustomization.name} ${clause}`,
    failedAtRevision: blamesRevision,
    remembered: failures.remembered,
  });

  const atRest = atRestBecause(kustomization);
  if (atRest !== undefined) return makeFinding('pending', atRest, false);
  if (isStalled(kustomization))
    return makeFinding('failed', `is stalled: ${quoteCondition(kustomization.stalled)}`, attempted);
  if (failures.stalledWorkload || failures.repeats) {
    return makeFinding(
      'failed',
      `failed ${timesWords(failures)}at ${revisionOf(kustomization)}: ${quoteCondition(kustomization.ready)}`,
    );
  }
  const awaited = whatIsAwaited(kustomization, expectation, failures);
  return awaited === undefined
    ? { state: 'healthy', says: '', failedAtRevision: false }
    : makeFinding('pending', awaited);
}

/** Answers why Flux does not reconcile it, so that what its conditions say is old; undefined: Flux does. */
export function atRestBecause(kustomization: KustomizationEvidence): string | undefined {
  const { namespace, name, deleting, suspended, suspension } = kustomization;
  if (deleting) return 'is being deleted';
  if (!suspended) return undefined;
  const why = suspension === undefined ? '' : ` (${suspension})`;
  return `is suspended${why}: run \`flux resume kustomization ${name} -n ${namespace}\``;
}

/** Answers whether it is `Stalled: True` about the present spec; one about an older spec says nothing any more. */
export function isStalled({ stalled, generation }: KustomizationEvidence): boolean {
  return stalled?.status === 'True' && (stalled.observedGeneration ?? generation) >= generation;
}

/** Answers whether a revision is known and counts for the expected commit. */
export function isAcceptable(
  revision: string | undefined,
  expectation: Pick<ClusterExpectation, 'acceptable'>,
): boolean {
  return revision !== undefined && expectation.acceptable(revision);
}

/** Answers what keeps it from being healthy, the most telling first; undefined: nothing. */
function whatIsAwaited(
  kustomization: KustomizationEvidence,
  expectation: ClusterExpectation,
  failures: Failures,
): string | undefined {
  const { ready, progress } = kustomization;
  const revision = awaitsRevision(kustomization, expectation, failures);
  if (revision !== undefined) return revision;
  if (isFailing(kustomization))
    return `failed ${timesWords(failures)}at ${revisionOf(kustomization)}, and Flux tries again: ${quoteCondition(ready)}`;
  if (ready === undefined) return 'has no status yet';
  if (!isCurrent(kustomization)) return 'has not been reconciled since its spec changed';
  if (ready.status !== 'True')
    return `is not ready${afterFailures(kustomization, failures)}: ${progress ?? quoteCondition(ready)}`;
  if (leftUndeleted(kustomization, expectation)) return undeletedWords(kustomization, failures);
  return awaitsEvidence(kustomization, expectation);
}

function awaitsRevision(
  kustomization: KustomizationEvidence,
  expectation: ClusterExpectation,
  failures: Failures,
): string | undefined {
  const { lastAppliedRevision, lastAttemptedRevision, ready, progress, sourceTrouble } = kustomization;
  const reason = ready?.status === 'False' ? `; ${quoteCondition(ready)}` : '';
  const source = sourceTrouble === undefined ? '' : `; its source ${sourceTrouble}`;
  if (lastAttemptedRevision !== undefined && !expectation.acceptable(lastAttemptedRevision))
    return `is at ${revisionWords(lastAttemptedRevision)} and has not attempted the merged commit${source}${reason}`;
  if (isAcceptable(lastAppliedRevision, expectation) || isFailing(kustomization)) return undefined;
  if (lastAttemptedRevision !== undefined) {
    const after = afterFailures(kustomization, failures);
    return `is applying ${revisionWords(lastAttemptedRevision)}${after}: ${progress ?? quoteCondition(ready)}`;
  }
  return lastAppliedRevision === undefined
    ? `has applied nothing yet${source}${reason}`
    : `is at ${revisionWords(lastAppliedRevision)} and has not applied the merged commit${source}${reason}`;
}

/** Says how often it failed: `3 times `; empty where that was once. */
function timesWords({ count }: Failures): string {
  return count > 1 ? `${count} times ` : '';
}

function afterFailures(kustomization: KustomizationEvidence, { count }: Failures): string {
  if (count === 0) return '';
  return `, after ${count} ${count === 1 ? 'failure' : 'failures'} at ${revisionOf(kustomization)}`;
}

function undeletedWords(kustomization: KustomizationEvidence, { remembered }: Failures): string {
  const what = remembered?.undeleted;
  const where = `at ${revisionOf(kustomization)}, and Flux no longer knows it`;
  return what === undefined
    ? `could not delete an object ${where} (PruneFailed in its status.history): find what the commit removed, and delete it`
    : `could not delete an object ${where}: ${boundedLine(what)}`;
}

function isCurrent({ generation, observedGeneration, ready }: KustomizationEvidence): boolean {
  return observedGeneration === generation && (ready?.observedGeneration ?? generation) === generation;
}

/**
 * Answers what evidence is missing after the soak. `Ready: True` must then come from a reconciliation begun since. The
 * first proof is that Flux handled the very token by which it was asked; whoever else asks writes another text. The
 * second are the history's times, which are the cluster's clock: a time that has not come yet proves nothing.
 */
function awaitsEvidence(kustomization: KustomizationEvidence, { reconciledSince: since, now }: ClusterExpectation) {
  if (since === undefined) return undefined;
  const { lastReconciliationBegan: began, lastHandledReconcileAt } = kustomization;
  if (since.token !== undefined && lastHandledReconcileAt === since.token) return undefined;
  if (began === undefined)
    return `has not been reconciled on request since ${since.time}, and its Flux (before 2.7) does not say when it looked last: allow Fairlead to patch Kustomizations (docs/fleet.md)`;
  if (Date.parse(began) > now + CLOCK_TOLERANCE_MS)
    return `says that it was reconciled at ${began}, which has not come yet: the cluster's clock is ahead`;
  return Date.parse(began) >= Date.parse(since.time)
    ? undefined
    : `has not been reconciled since ${since.time}; the last time was ${began}`;
}

function revisionOf({ lastAttemptedRevision }: KustomizationEvidence): string {
  return revisionWords(lastAttemptedRevision);
}

function quoteCondition(condition: Condition | undefined): string {
  return condition === undefined ? 'no status' : boundedLine(`${condition.reason}: ${condition.message}`);
}
