import { join } from 'node:path';
import type { RunningFleet, Timings } from '../../../fakes/flux/types.ts';
import type { ForgeKind } from '../../../src/forge/kinds.ts';
import type { MergePolicy, WhenNewer } from '../../../src/platform/types.ts';

export interface SmallEnvironment {
  readonly name: string;
  /** Who merges. Default: `auto`. */
  readonly merge?: MergePolicy;
  readonly soak?: string;
  /** The time-out of a rollout. Default: a minute. */
  readonly rolloutTimeout?: string;
  readonly onFailure?: 'wait' | 'rollback';
  readonly whenNewer?: WhenNewer;
  /** The checks as fairlead.yaml writes them. */
  readonly verify?: string;
  /** Says that it is of the same stage as the one before it. */
  readonly beside?: true;
  /** A freeze window as fairlead.yaml writes it. */
  readonly freeze?: string;
  /** The clusters, all of the group `one`. Default: one, called after the environment. */
  readonly clusters?: readonly SmallCluster[];
}

export interface SmallCluster {
  readonly name: string;
  readonly flux?: boolean;
  /** The context that fairlead.yaml names. Default: the one that the kubeconfig has. */
  readonly context?: string;
}

/** The times of the clusters: a busy machine must not look like an unhealthy cluster. */
export const timings: Partial<Timings> = {
  pullMs: 1500,
  intervalMs: 1500,
  retryMs: 200,
  applyMs: 10,
  healthMs: 10,
  healthTimeoutMs: 2000,
};

export function mainFiles(gitopsUrl: string, environments: readonly SmallEnvironment[]): Record<string, string> {
  return {
    'fairlead.yaml': `apiVersion: fairlead.dev/v1
kind: Platform
name: small
gitops: { repository: ${gitopsUrl} }
stages: [${stagesOf(environments).join(', ')}]
`,
    'apps/web/kustomization.yaml': 'resources: [web.yaml]\n',
  };
}

function stagesOf(environments: readonly SmallEnvironment[]): readonly string[] {
  const stages: string[][] = [];
  for (const { name, beside } of environments) {
    if (beside) stages.at(-1)?.push(name);
    else stages.push([name]);
  }
  return stages.map((names) => (names.length > 1 ? `[${names.join(', ')}]` : names.join('')));
}

export function version(name: string): Record<string, string> {
  return { 'apps/web/web.yaml': `${configMap}data: { version: "${name}" }\n` };
}

export function overlay(value: string): Record<string, string> {
  return { 'one/apps/web/overlays/value.yaml': `${configMap}data: { value: "${value}" }\n` };
}

const configMap = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: web, namespace: web }\n';

export function policy(environment: SmallEnvironment): string {
  const { merge = 'auto', soak = '0s', rolloutTimeout = '1m', onFailure = 'wait' } = environment;
  const { whenNewer = 'supersede', freeze = '', verify = '' } = environment;
  const clusters = clustersIn(environment).map(
    ({ name, context }) => `  - { name: ${name}, group: one${context === undefined ? '' : `, context: ${context}`} }\n`,
  );
  return `apiVersion: fairlead.dev/v1
kind: Environment
merge: ${merge}
soak: ${soak}
rolloutTimeout: ${rolloutTimeout}
onFailure: ${onFailure}
whenNewer: ${whenNewer}
freeze: [${freeze}]
verify: [${verify}]
clusters:
${clusters.join('')}`;
}

function clustersIn({ name, clusters = [{ name }] }: SmallEnvironment): readonly SmallCluster[] {
  return clusters;
}

export function clustersOf(environments: readonly SmallEnvironment[], gitopsUrl: string) {
  return environments.flatMap((environment) =>
    clustersIn(environment).map(({ name, flux = true }) => ({
      name,
      flux,
      environment: environment.name,
      gitops: { url: gitopsUrl, branch: environment.name },
      paths: ['one/apps'],
    })),
  );
}

export function workerSettings(
  directory: string,
  forge: {
    readonly host: string;
    readonly apiUrl: string;
    readonly kind: ForgeKind;
    /** Statuses, comments and deployments are written. Default: they are not. */
    readonly hasReports?: boolean;
  },
  fleet: Pick<RunningFleet, 'kubeconfigPath'>,
): string {
  return `apiVersion: fairlead.dev/v1
kind: Worker
forges:
  - host: ${forge.host}
    kind: ${forge.kind}
    api: ${forge.apiUrl}
    token: { file: token }
    statuses: ${forge.hasReports ?? false}
    comments: ${forge.hasReports ?? false}
    deployments: ${forge.hasReports ?? false}
kubeconfig: ${fleet.kubeconfigPath}
cache: ${join(directory, 'cache')}
renderer: { processes: 1 }
intervals: { merge: 500ms, health: 400ms }
timeouts: { forge: 1s, cluster: 10s }
`;
}
