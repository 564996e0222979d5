import { coverageOf } from '../../../fleet/coverage/coverage.ts';
import { isBelow } from '../../../fleet/coverage/reach.ts';
import { RELAX, SHARED } from '../../../fleet/coverage/strict.ts';
import { atRestBecause } from '../../../fleet/kustomization.ts';
import type { ClusterExpectation, ClusterObservation, KustomizationEvidence } from '../../../fleet/types.ts';
import { whatIsAbsent } from '../../../fleet/verdict.ts';
import { listNames } from '../../../fleet/words.ts';
import { remedies, sentence } from '../../../text/remedies.ts';
import { type DoctorFinding, well, wrong } from '../finding.ts';

/** What is expected of a cluster: the leaves that its group has on the branch now, which may be none. */
export type GroupNow = Pick<ClusterExpectation, 'group' | 'leaves' | 'coverage' | 'reach'>;

type Reached = Extract<ClusterObservation, { readonly kind: 'reached' }>;

/** Says what a look at a cluster shows of its Flux: what applies the folder of the group, and what keeps that from being evidence. */
export function clusterFindings(
  about: string,
  observation: ClusterObservation,
  expected: GroupNow,
): readonly DoctorFinding[] {
  if (observation.kind === 'unreachable')
    return [wrong('unreachable cluster', { about, detail: observation.why, type: 'Unavailable' })];
  return [well({ check: 'cluster', about }, 'it answers'), ...fluxFindings(about, observation, expected)];
}

function fluxFindings(about: string, observation: Reached, expected: GroupNow): readonly DoctorFinding[] {
  if (observation.fluxMissing !== undefined)
    return whatIsAbsent(observation, expected).map((clause) => wrong('no Flux', { about, detail: `${clause}.` }));
  const { kustomizations } = observation;
  const appliers = applying(observation, expected);
  const findings = [
    ...gapsOf(observation, expected).map((clause) => gapFinding(about, clause)),
    ...appliers.flatMap((each) => restFindings(about, each)),
  ];
  if (findings.length > 0) return findings;
  if (appliers.length === 0)
    return [wrong('folder not applied', { about, detail: notAppliedWords(kustomizations, expected) })];
  return [well({ check: 'flux', about }, `${listNames(appliers.map(nameOf))} applies ${expected.group}`)];
}

/** Lists the clauses on what no Kustomization applies or waits for. Without a leaf only the paths tell. */
function gapsOf(observation: Reached, expected: GroupNow): readonly string[] {
  if (expected.leaves.length > 0) {
    const absent = whatIsAbsent(observation, expected);
    return absent.length > 0 ? absent : coverageOf(observation, expected).gaps;
  }
  const unwatched = applying(observation, expected).filter(({ healthChecks }) => healthChecks === undefined);
  if (unwatched.length === 0) return [];
  return [`Health not evaluated for ${listNames(unwatched.map(nameOf))}: ${remedies.waitForHealth}`];
}

function applying(observation: Reached, expected: GroupNow): readonly KustomizationEvidence[] {
  const { kustomizations } = observation;
  if (expected.leaves.length > 0) return [...coverageOf(observation, expected).relevant];
  return kustomizations.filter(({ path }) => isBelow(expected.group, path) || isBelow(path, expected.group));
}

/** The clauses end with their remedies, which tell them apart. */
const gapTroubles = [
  [remedies.waitForHealth, 'health not evaluated'],
  [RELAX, 'changed by Flux'],
  [SHARED, 'changed by Flux'],
] as const;

function gapFinding(about: string, clause: string): DoctorFinding {
  const [remedy, trouble] = gapTroubles.find(([each]) => clause.endsWith(`: ${each}`)) ?? [];
  if (trouble === undefined) return wrong('folder not applied', { about, detail: `${clause}.` });
  return wrong(trouble, { about, detail: `${clause.slice(0, -`: ${remedy}`.length)}.`, remedy: sentence(remedy) });
}

function restFindings(about: string, kustomization: KustomizationEvidence): readonly DoctorFinding[] {
  const atRest = atRestBecause(kustomization);
  const { sourceTrouble } = kustomization;
  const detail = atRest === undefined ? sourceTrouble : `${nameOf(kustomization)} ${atRest}`;
  return detail === undefined ? [] : [wrong('Flux at rest', { about, detail: `${detail}.` })];
}

function notAppliedWords(kustomizations: readonly KustomizationEvidence[], { group }: GroupNow): string {
  if (kustomizations.length === 0) return 'No Kustomization has this GitOps repository and branch as its source.';
  const paths = kustomizations.map((each) => `${nameOf(each)} (${each.path === '' ? '/' : each.path})`);
  return `No Kustomization applies ${group}; of this branch are ${listNames(paths)}.`;
}

function nameOf({ namespace, name }: KustomizationEvidence): string {
  return `Kustomization ${namespace}/${name}`;
}
