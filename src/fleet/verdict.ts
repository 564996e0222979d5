import { coverage } from './coverage.ts';
import { type Finding, judgeKustomization } from './kustomization.ts';
import type { ClusterExpectation, ClusterObservation, ClusterVerdict } from './types.ts';
import { listNames } from './words.ts';

type Reached = Extract<ClusterObservation, { readonly kind: 'reached' }>;

/** The number of findings that are quoted: with more, a sentence is none any more. */
const QUOTED = 3;

/**
 * Judges whether a cluster is healthy at the expected commit. These hold (docs/design.md "Green"; docs/fleet.md has the
 * rules as a table):
 *
 * - A cluster is healthy on positive evidence only.
 * - What is pending has not failed, and one failed attempt is no failure either.
 * - An unreachable cluster is unknown, also past the deadline.
 */
export function clusterVerdict(observation: ClusterObservation, expectation: ClusterExpectation): ClusterVerdict {
  if (observation.kind === 'unreachable') return { state: 'unknown', awaited: observation.why };
  const lacking = whatIsLacking(observation, expectation);
  const findings = observation.kustomizations.map((each) => judgeKustomization(each, expectation));
  const failed = findings.filter((finding) => finding.state === 'failed');
  const pending = findings.filter((finding) => finding.state === 'pending');

  if (failed.length > 0) return failedVerdict(joinClauses(clausesOf(failed)), failed);
  const awaited = [...lacking, ...clausesOf(pending)];
  if (awaited.length === 0) return { state: 'healthy', awaited: '' };
  if (expectation.deadlinePassed) return failedVerdict(`Not healthy in time: ${joinClauses(awaited)}`, pending);
  return { state: 'pending', awaited: joinClauses(awaited) };
}

function failedVerdict(awaited: string, findings: readonly Finding[]): ClusterVerdict {
  return { state: 'failed', awaited, failedAtRevision: findings.some((finding) => finding.failedAtRevision) };
}

/** Says what no single Kustomization can: Flux, Kustomizations, leaves or health checks that are not there. */
function whatIsLacking(observation: Reached, { group, leaves }: ClusterExpectation): string[] {
  const { kustomizations, fluxMissing, otherSources = [] } = observation;
  if (fluxMissing !== undefined) {
    return [`Flux is not installed, or older than 2.0: the cluster does not serve ${fluxMissing}`];
  }
  if (kustomizations.length === 0) {
    const others =
      otherSources.length === 0 ? 'there are no GitRepositories' : `the GitRepositories are ${listNames(otherSources)}`;
    return [`No Kustomization has this GitOps repository and branch as its source; ${others}`];
  }
  if (leaves.length === 0) return [`No leaf was rendered for its group ${group}`];
  const { uncovered, unchecked } = coverage(leaves, kustomizations);
  return [
    ...(uncovered.length > 0 ? [`No Kustomization applies ${listNames(uncovered, 10)}`] : []),
    ...(unchecked.length > 0
      ? [
          `Health not evaluated for ${listNames(unchecked, 10)}: set \`wait: true\` on the Kustomization that applies it`,
        ]
      : []),
  ];
}

function clausesOf(findings: readonly Finding[]): string[] {
  return findings.map((finding) => finding.says);
}

function joinClauses(clauses: readonly string[]): string {
  const more = clauses.length > QUOTED ? `; and ${clauses.length - QUOTED} more` : '';
  return `${clauses.slice(0, QUOTED).join('; ')}${more}`;
}
