import { Failure } from '../../../failure.ts';
import type { Leaf } from '../../../fleet/coverage/identity.ts';
import { reachOf } from '../../../fleet/coverage/reach.ts';
import type { ClusterRef } from '../../../fleet/types.ts';
import { kindName, mayNotList, type WantedKind } from '../../../fleet/verify/types.ts';
import type { Cluster, Environment } from '../../../platform/types.ts';
import { type DoctorFinding, notAsked, well, wrong } from '../finding.ts';
import { clockFindings } from '../judge/clock.ts';
import { clusterFindings, type GroupNow } from '../judge/cluster.ts';
import type { Clusters, DoctorParts, EnvironmentOrder, GitopsNow } from '../platform.ts';
import type { Answer, Check } from '../run-checks.ts';

/** Lists the checks of an environment's clusters. What is on the branch says what each of them should apply. */
export function clusterChecks(
  { clusters, settings, limitMs }: DoctorParts,
  { environment }: EnvironmentOrder,
  branch: Promise<GitopsNow | undefined>,
): readonly Check[] {
  const timeoutMs = Math.min(settings.timeouts.clusterMs, limitMs);
  return environment.clusters.map((cluster) => ({
    check: 'cluster',
    about: `${cluster.name} of ${environment.name}`,
    // The branch, and three looks.
    limitMs: limitMs + 3 * timeoutMs + 1_000,
    async ask(signal) {
      const about = `${cluster.name} of ${environment.name}`;
      if (clusters instanceof Failure) return { findings: [notAsked({ check: 'cluster', about }, clusters.message)] };
      const expected = groupNow(environment, cluster, await branch);
      return askCluster(clusters, { about, cluster, environment, expected }, { timeoutMs, signal });
    },
  }));
}

function groupNow({ coverage }: Environment, { group }: Cluster, branch: GitopsNow | undefined): GroupNow {
  const leaves = branch?.leaves?.leaves.get(group) ?? [];
  return {
    group,
    leaves,
    coverage,
    reach: reachOf(branch?.leaves?.folders ?? { manifests: [], kustomizations: new Map() }),
  };
}

interface ClusterQuestion {
  readonly about: string;
  readonly cluster: Cluster;
  readonly environment: Environment;
  readonly expected: GroupNow;
}

interface LookLimits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

async function askCluster(clusters: Clusters, question: ClusterQuestion, limits: LookLimits): Promise<Answer> {
  const { about, cluster, environment, expected } = question;
  const observation = await clusters.observe(cluster, environment.gitops, limits);
  const findings = clusterFindings(about, observation, expected);
  if (observation.kind === 'unreachable')
    return { findings: [...findings, notAsked({ check: 'flux', about }, 'the cluster was not reached')] };
  if (observation.fluxMissing !== undefined) return { findings };
  return {
    findings: [
      ...findings,
      ...(await askAnnotations(clusters, cluster, { about, limits })),
      ...(await askKinds(clusters, question, limits)),
      ...clockFindings(about, observation.apiTime, Date.now()),
    ],
  };
}

async function askAnnotations(
  clusters: Clusters,
  cluster: ClusterRef,
  { about, limits }: { readonly about: string; readonly limits: LookLimits },
): Promise<readonly DoctorFinding[]> {
  const asked = await clusters.askAccess(cluster, limits);
  const check = { check: 'permissions', about } as const;
  if (asked.kind === 'unreachable') return [notAsked(check, asked.why)];
  if (asked.lacking.length === 0) return [well(check, 'Flux may be asked to fetch')];
  return [
    wrong('may not annotate', { about, detail: `Missing rules: ${asked.lacking.join(', ')}.`, type: 'Unauthorized' }),
  ];
}

/** Lists each kind of the leaves once, as the end of a rollout does where coverage is strict. */
async function askKinds(
  clusters: Clusters,
  { about, cluster, environment: { gitops, coverage }, expected: { leaves } }: ClusterQuestion,
  limits: LookLimits,
): Promise<readonly DoctorFinding[]> {
  const kinds = kindsOf(leaves);
  if (coverage !== 'strict' || kinds.length === 0) return [];
  const applied = await clusters.observeApplied(cluster, { source: gitops, kindsFor: () => kinds }, limits);
  const check = { check: 'permissions', about } as const;
  if (applied.kind === 'unreachable') return [notAsked(check, applied.why)];
  // What the cluster does not serve yet, a commit may bring.
  const refused = [...applied.unread].filter(([, why]) => why.startsWith(mayNotList));
  if (refused.length === 0) return [well(check, 'all kinds of the branch may be listed')];
  const detail = refused.map(([kind, why]) => `${kind}: ${why}`).join('; ');
  return [wrong('may not read', { about, detail: `${detail}.`, type: 'Unauthorized' })];
}

/** The kinds that are read: never Secrets. */
function kindsOf(leaves: readonly Leaf[]): readonly WantedKind[] {
  const objects = leaves.flatMap((leaf) => leaf.objects).filter(({ group, kind }) => group !== '' || kind !== 'Secret');
  const kinds = new Map(objects.map(({ apiVersion, kind }) => [kindName({ apiVersion, kind }), { apiVersion, kind }]));
  return [...kinds.values()].map((each) => ({ ...each, part: 'metadata' }));
}
