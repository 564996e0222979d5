import type { Condition } from '../condition.ts';
import { isWorkload } from '../coverage/identity.ts';
import { RELAX } from '../coverage/strict.ts';
import { isFailing } from '../failures.ts';
import { type Finding, isAcceptable } from '../kustomization.ts';
import type { ClusterExpectation, KustomizationEvidence } from '../types.ts';
import { boundedLine, revisionWords } from '../words.ts';
import type { ChartEvidence, HelmReleaseEvidence } from './types.ts';

/*
 * Invariants of this folder: a HelmRelease is healthy on positive evidence only, about its present generation and the
 * chart that it should have. What it says before its Kustomization applied the commit is of an earlier one. It is pure.
 */

/** Reasons of `Ready: False` by which helm-controller says that a release failed (docs/spec/v2/helmreleases.md there). */
const FAILING: readonly string[] = [
  ...['InstallFailed', 'UpgradeFailed', 'TestFailed'],
  ...['RollbackSucceeded', 'RollbackFailed', 'UninstallSucceeded', 'UninstallFailed'],
];

const HEALTH_CHECK_FAILED = 'HealthCheckFailed';

/** What a HelmRelease is judged by: the Kustomization that applied it, and what is expected of the cluster. */
export interface ReleaseExpectation {
  readonly owner: KustomizationEvidence;
  readonly expectation: Pick<ClusterExpectation, 'acceptable' | 'coverage'>;
}

/**
 * Judges a HelmRelease by the status that helm-controller documents for its API v2. Undefined: its Kustomization has not
 * attempted the commit, so that nothing is to be said of it yet. These hold:
 *
 * - `observedGeneration` is the generation that became ready or stalled last; a failed one that is tried again keeps
 *   an older one. Its conditions name the generation that they speak of.
 * - `Stalled` for the present generation is final, once the commit is applied and the chart is the one it should have.
 * - A change of the chart alone changes no generation: of a chart in this branch, or of a HelmChart or OCIRepository that
 *   is named, the latest attempt must be with what that holds now.
 */
export function judgeRelease(release: HelmReleaseEvidence, judgedBy: ReleaseExpectation): Finding | undefined {
  const { owner, expectation } = judgedBy;
  if (!isAcceptable(owner.lastAttemptedRevision, expectation)) return undefined;
  const blames = isReleaseFailing(release, judgedBy);
  const makeFinding = (state: Finding['state'], clause: string, failedAtRevision = blames): Finding => ({
    state,
    says: `HelmRelease ${release.namespace}/${release.name} ${clause}`,
    failedAtRevision,
  });
  const atRest = releaseAtRest(release);
  if (atRest !== undefined) return makeFinding('pending', atRest, false);
  const chart = release.chart && whatChartLacks(release.chart, expectation);
  if (chart !== undefined) return makeFinding('pending', chart, false);
  if (isStalledRelease(release) && isSettled(judgedBy))
    return makeFinding('failed', `is stalled: ${quote(release.stalled)}${whyReady(release)}`);
  const awaited = whatIsAwaited(release, expectation);
  return awaited === undefined
    ? { state: 'healthy', says: '', failedAtRevision: false }
    : makeFinding('pending', awaited);
}

/** Says how a HelmRelease that was healthy fails now, in a clause; undefined: it does not. */
export function releaseTrouble(release: HelmReleaseEvidence, judgedBy: ReleaseExpectation): string | undefined {
  if (!isAcceptable(judgedBy.owner.lastAttemptedRevision, judgedBy.expectation)) return undefined;
  if (releaseAtRest(release) !== undefined) return undefined;
  if (isStalledRelease(release) && isSettled(judgedBy))
    return `is stalled: ${quote(release.stalled)}${whyReady(release)}`;
  return isReleaseFailing(release, judgedBy) ? `fails: ${quote(release.ready)}` : undefined;
}

/** Answers whether its latest release failed at the commit, whether or not that is final. */
function isReleaseFailing({ ready, generation }: HelmReleaseEvidence, judgedBy: ReleaseExpectation): boolean {
  const isPresent = (ready?.observedGeneration ?? 0) >= generation;
  return ready?.status === 'False' && FAILING.includes(ready.reason) && isPresent && isSettled(judgedBy);
}

/**
 * Answers whether the commit's manifests are on the cluster: with a commit only attempted, its Kustomization may not have
 * come to the HelmRelease yet. A health check that failed comes after them, also if Flux is already trying again.
 */
function isSettled({ owner, expectation }: ReleaseExpectation): boolean {
  if (isAcceptable(owner.lastAppliedRevision, expectation)) return true;
  if (isFailing(owner) && owner.ready?.reason === HEALTH_CHECK_FAILED) return true;
  return (owner.history ?? []).some(
    ({ status, revision }) => status === HEALTH_CHECK_FAILED && isAcceptable(revision, expectation),
  );
}

function isStalledRelease({ stalled, generation }: HelmReleaseEvidence): boolean {
  return stalled?.status === 'True' && (stalled.observedGeneration ?? 0) >= generation;
}

function releaseAtRest({ namespace, name, deleting, suspended, suspension }: HelmReleaseEvidence): string | undefined {
  if (deleting) return 'is being deleted';
  if (!suspended) return undefined;
  const why = suspension === undefined ? '' : ` (${suspension})`;
  return `is suspended${why}: run \`flux resume helmrelease ${name} -n ${namespace}\``;
}

/** Says what keeps a chart from being the commit's; undefined: nothing, or nobody can tell. */
function whatChartLacks(
  { name, lacks, ofBranch, byVersion, untold }: ChartEvidence,
  { acceptable, coverage }: ReleaseExpectation['expectation'],
): string | undefined {
  if (untold) return undefined;
  if (lacks !== undefined) return `waits for its chart: ${name} ${lacks}`;
  if (ofBranch === undefined) return undefined;
  if (!isAcceptable(ofBranch.commit, { acceptable }))
    return `waits for its chart: ${name} is made of ${revisionWords(ofBranch.commit)}, not of the merged commit`;
  return byVersion && coverage === 'strict'
    ? `has a chart of this branch that is made anew only where its version changes (${name}): set \`reconcileStrategy: Revision\`, or \`coverage: inventory\` in the Environment file`
    : undefined;
}

/** Answers what keeps it from being healthy, the most telling first; undefined: nothing. */
function whatIsAwaited(
  release: HelmReleaseEvidence,
  { coverage }: ReleaseExpectation['expectation'],
): string | undefined {
  const { ready, generation, observedGeneration, progress, failures } = release;
  if (ready === undefined) return 'has no status yet: is helm-controller there?';
  const isPresent = (ready.observedGeneration ?? observedGeneration) === generation;
  const after = failures > 0 ? `, after ${failures} ${failures === 1 ? 'failure' : 'failures'}` : '';
  if (isPresent && ready.status !== 'True')
    return `is not ready${after}: ${ready.status === 'False' ? quote(ready) : (progress ?? quote(ready))}`;
  if (!isPresent || observedGeneration !== generation)
    return `has not been released since its spec changed${after}${progress === undefined ? '' : `: ${progress}`}`;
  return whatReleaseLacks(release) ?? (coverage === 'strict' ? ownHealth(release) : undefined);
}

/** Says that the latest attempt was with another chart than the one that there is. */
function whatReleaseLacks({ attempted, chart }: HelmReleaseEvidence): string | undefined {
  if (chart === undefined) return undefined;
  const { name, version, digest } = chart;
  const has = attempted === undefined ? 'nothing' : attempted.version;
  if (version !== undefined && plain(attempted?.version) !== plain(version))
    return `has released ${has} of its chart, and ${name} holds ${version}`;
  if (digest !== undefined && attempted?.digest !== digest)
    return `has released ${has} of its chart, and ${name} holds ${digest}`;
  return undefined;
}

/** Says that its Ready is no word about the health of what it installed. */
function ownHealth({ waitsNot, healthExpressions }: HelmReleaseEvidence): string | undefined {
  if (waitsNot !== undefined) return `does not wait for what it installs (${waitsNot}): ${RELAX}`;
  const own = [...(healthExpressions ?? [])].find((each) => {
    const [group = '', kind = ''] = each.split('/');
    return isWorkload({ group, kind, namespace: '', name: '' });
  });
  return own && `defines itself when a ${own.split('/')[1]} is healthy (spec.healthCheckExprs): ${RELAX}`;
}

/** Adds why it failed to a condition that only says that it gave up. */
function whyReady({ ready }: HelmReleaseEvidence): string {
  return ready?.status === 'False' ? `; ${quote(ready)}` : '';
}

/** A version as Helm writes it may begin with a "v". */
function plain(version: string | undefined): string | undefined {
  return version?.replace(/^v/, '');
}

function quote(condition: Condition | undefined): string {
  return condition === undefined ? 'no status' : boundedLine(`${condition.reason}: ${condition.message}`);
}
