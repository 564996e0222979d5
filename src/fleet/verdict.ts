import { cutMiddle } from '../cut.ts';
import { clusterClockWarnings } from './cluster-clock.ts';
import { beyondComparison, beyondFollowing } from './coverage/comparable.ts';
import { coverageOf } from './coverage/coverage.ts';
import { isBelow } from './coverage/reach.ts';
import { untoldAppliers, untoldChildren } from './coverage/untold.ts';
import { kustomizationKey } from './failures.ts';
import { judgeReleases } from './helm/releases.ts';
import { type Finding, judgeKustomization } from './kustomization.ts';
import type {
  ClusterExpectation,
  ClusterObservation,
  ClusterVerdict,
  FailureMemory,
  KustomizationEvidence,
} from './types.ts';
import { listNames } from './words.ts';

type Reached = Extract<ClusterObservation, { readonly kind: 'reached' }>;

/** The number of findings that are quoted: with more, a sentence is none any more. */
const QUOTED = 3;
/** The most of a finding or warning that is kept: a cluster may send megabytes as a version or a kind. */
const LONGEST = 2_000;
/** The number of warnings that are kept of a cluster: there may be thousands of both. */
const WARNED = 20;

/** What is said of one Kustomization. */
type Judged = readonly [KustomizationEvidence, Finding];

/**
 * Judges whether a cluster is healthy at the expected commit. These hold (docs/design.md "Green"; docs/fleet.md has the
 * rules as a table):
 *
 * - A cluster is healthy on positive evidence only.
 * - What is pending has not failed, and one failed attempt is no failure either.
 * - An unreachable cluster is unknown, also past the deadline.
 * - A Kustomization that has nothing to do with the group's leaves neither keeps a cluster from being healthy nor fails
 *   it: it is a warning.
 */
export function clusterVerdict(observation: ClusterObservation, expectation: ClusterExpectation): ClusterVerdict {
  if (observation.kind === 'unreachable') return { state: 'unknown', awaited: observation.why };
  const { kustomizations } = observation;
  const tooMany = beyondComparison(observation, expectation) ?? beyondFollowing(kustomizations, expectation);
  if (tooMany !== undefined) return { state: 'unknown', awaited: tooMany };
  const absent = whatIsAbsent(observation, expectation);
  const { gaps, missing, relevant } = expectation.removed
    ? takenOut(kustomizations, expectation)
    : coverageOf(observation, expectation);
  const releases = judgeReleases(observation, expectation);
  const known = { ...expectation, sound: releases.sound };
  const all = kustomizations.map((each): Judged => [each, judgeKustomization(each, known)]);
  const judged = tellingFirst(all.filter(([each]) => relevant.has(each)));
  // A Kustomization only says that a HelmRelease is not ready, and the HelmRelease says why.
  const findings = [...releases.findings, ...judged.map(([, finding]) => finding)];
  const failed = findings.filter(({ state }) => state === 'failed');
  const pending = findings.filter(({ state }) => state === 'pending');
  const rest = {
    remembered: rememberedOf(judged),
    warnings: joinWarnings([
      ...warningsOf(all.filter(([each]) => !relevant.has(each))),
      ...untoldChildren(observation.others ?? [], expectation.leaves),
      ...releases.warnings,
      ...clusterClockWarnings(observation.apiTime, expectation.now),
    ]),
  };
  if (failed.length > 0) return { ...failedVerdict(joinClauses(clausesOf(failed)), failed), ...rest };
  const lacking = absent.length > 0 ? absent : gaps;
  const awaited = [...lacking, ...clausesOf(pending)];
  // What a commit's manifests contain is in the inventory once Flux has applied that commit.
  const open = awaited.length > 0 ? awaited : missing;
  if (open.length === 0) {
    const notAwaited = [...relevant].some(({ healthChecks }) => healthChecks !== 'all');
    return { state: 'healthy', awaited: '', ...(notAwaited && { notAwaited }), ...rest };
  }
  if (expectation.deadlinePassed)
    return { ...failedVerdict(`Not healthy in time: ${joinClauses(open)}`, pending), ...rest };
  return { state: 'pending', awaited: joinClauses(open), ...rest };
}

function failedVerdict(awaited: string, findings: readonly Finding[]): ClusterVerdict {
  return { state: 'failed', awaited, failedAtRevision: findings.some((finding) => finding.failedAtRevision) };
}

/** Says what no single Kustomization can: that there is no Flux, or no Kustomization of this source. */
export function whatIsAbsent(
  { kustomizations, others: appliers = [], fluxMissing, otherSources = [] }: Reached,
  { group, leaves, removed }: Pick<ClusterExpectation, 'group' | 'leaves' | 'removed'>,
): string[] {
  if (fluxMissing !== undefined)
    return [`Flux is not installed, or older than 2.0: the cluster does not serve ${fluxMissing}`];
  if (removed) return [];
  if (kustomizations.length > 0) return leaves.length > 0 ? [] : [`No leaf was rendered for its group ${group}`];
  const untold = untoldAppliers(appliers, leaves);
  if (untold.length > 0) return [...untold];
  const others =
    otherSources.length === 0 ? 'there are no GitRepositories' : `the GitRepositories are ${listNames(otherSources)}`;
  return [`No Kustomization has this GitOps repository and branch as its source; ${others}`];
}

/** Answers what still has to do with a group that has no leaf any more: what applies its folder, or a part of it. */
function takenOut(kustomizations: readonly KustomizationEvidence[], { group }: ClusterExpectation) {
  const relevant = kustomizations.filter(({ path }) => isBelow(group, path) || isBelow(path, group));
  return { gaps: [], missing: [], relevant: new Set(relevant) };
}

/** Puts first what others wait for: a parent only says that its child is not ready, and the child says why. */
function tellingFirst(judged: readonly Judged[]): readonly Judged[] {
  const told = new Set(judged.flatMap(([, { says }]) => [...says.matchAll(named)].map(([, name]) => name)));
  const isNamed = ({ namespace, name }: KustomizationEvidence) => told.has(`${namespace}/${name}`);
  const first = new Set(judged.filter(([each, { state }]) => state !== 'healthy' && isNamed(each)));
  return [...first, ...judged.filter((each) => !first.has(each))];
}

/** Matches where Flux names a Kustomization. */
const named = /Kustomization\/([^\s/]+\/[^\s/]+) /g;

function rememberedOf(judged: readonly Judged[]): FailureMemory | undefined {
  const failures = judged.flatMap(([each, { remembered }]) =>
    remembered === undefined ? [] : [[kustomizationKey(each), remembered] as const],
  );
  return failures.length === 0 ? undefined : Object.fromEntries(failures);
}

function joinWarnings(warnings: readonly string[]): readonly string[] | undefined {
  const more = warnings.length - WARNED;
  const kept = warnings.slice(0, WARNED).map((each) => cutMiddle(each, LONGEST));
  if (more > 0) return [...kept, `${more} more warnings are not listed.`];
  return warnings.length === 0 ? undefined : kept;
}

function warningsOf(others: readonly Judged[]): readonly string[] {
  const failing = others.filter(([, { state, failedAtRevision }]) => state === 'failed' || failedAtRevision);
  return failing.map(([, { says }]) => `${says}. It applies nothing of this group, so it is not waited for.`);
}

function clausesOf(findings: readonly Finding[]): string[] {
  return findings.map((finding) => finding.says);
}

function joinClauses(clauses: readonly string[]): string {
  const more = clauses.length > QUOTED ? `; and ${clauses.length - QUOTED} more` : '';
  const quoted = clauses.slice(0, QUOTED).map((each) => cutMiddle(each, LONGEST));
  return `${quoted.join('; ')}${more}`;
}
