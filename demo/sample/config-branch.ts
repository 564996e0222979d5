import { type SampleEnvironment, type SampleGroup, sampleApps } from './environments.ts';

/** Answers the files of an environment's config branch: its policy, and what each group assigns with which values. */
export function configBranch(environment: SampleEnvironment, soak = '3s'): ReadonlyMap<string, string> {
  return new Map([
    ['fairlead.yaml', policy(environment, soak)],
    ['values.yaml', `environment: ${environment.name}\n`],
    ...environment.groups.flatMap((group) => groupFiles(environment, group)),
  ]);
}

/** Answers a change of an environment's config branch: its shop uses another Cosmos DB account in every region. */
export function movedDatabase({ name, groups }: SampleEnvironment): ReadonlyMap<string, string> {
  return new Map(
    groups.map(({ group, region }) => [
      `${group}/apps/blue/shop/cosmos.yaml`,
      cosmos({ environment: `${name}-2`, region, tenant: 'blue', app: 'shop' }),
    ]),
  );
}

function policy({ name, gitopsRepository, merge, groups }: SampleEnvironment, soak: string): string {
  return `apiVersion: fairlead.dev/v1
kind: Environment
gitops: { repository: https://github.com/${gitopsRepository}, branch: ${name} }
merge: ${merge}
soak: ${soak}
rolloutTimeout: 5m
onFailure: wait
clusters:
${groups.map(({ cluster, group }) => `  - { name: ${cluster}, group: ${group} }\n`).join('')}`;
}

function groupFiles(environment: SampleEnvironment, group: SampleGroup): readonly (readonly [string, string])[] {
  const { group: folder, region } = group;
  return [
    [`${folder}/infra/core/namespaces/.gitkeep`, ''],
    [`${folder}/infra/logging/log-forwarder/values.yaml`, logAnalytics(environment.name, region)],
    [`${folder}/infra/logging/log-forwarder/overlays/tolerations.yaml`, tolerations],
    ...sampleApps.flatMap(({ tenant, app }): [string, string][] => [
      [`${folder}/apps/${tenant}/${app}/kustomization.yaml`, appKustomization(environment.name, tenant, app)],
      [`${folder}/apps/${tenant}/${app}/cosmos.yaml`, cosmos({ environment: environment.name, region, tenant, app })],
    ]),
  ];
}

function appKustomization(environment: string, tenant: string, app: string): string {
  return `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
- https://github.com/acme/platform//apps/${tenant}/${app}?ref=main
- cosmos.yaml
patches:
- patch: |
    apiVersion: source.toolkit.fluxcd.io/v1
    kind: GitRepository
    metadata: { name: ${app}, namespace: ${tenant} }
    spec: { ref: { branch: ${environment} } }
- patch: |
    apiVersion: kustomize.toolkit.fluxcd.io/v1
    kind: Kustomization
    metadata: { name: ${app}, namespace: ${tenant} }
    spec: { path: ./deploy/${environment} }
`;
}

/** What tells one Cosmos DB account from another. */
interface CosmosAccount {
  readonly environment: string;
  readonly region: string;
  readonly tenant: string;
  readonly app: string;
}

function cosmos({ environment, region, tenant, app }: CosmosAccount): string {
  return `apiVersion: v1
kind: ConfigMap
metadata:
  name: ${app}-cosmos-db
  namespace: ${tenant}
data:
  COSMOS_ENDPOINT: https://acme-${tenant}-${environment}-${region}.documents.azure.com:443/
  COSMOS_REGION: ${region}
`;
}

function logAnalytics(environment: string, region: string): string {
  return `logAnalytics:
  endpoint: https://acme-${environment}-${region}.ods.opinsights.azure.com
  workspace: acme-${environment}-${region}
`;
}

const tolerations = `apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: log-forwarder
  namespace: logging
spec:
  template:
    spec:
      tolerations:
      - operator: Exists
`;
