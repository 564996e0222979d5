import type { Leaf } from '../../src/fleet/coverage/identity.ts';

/** The commit at which every stand-in cluster is. */
export const deployed = 'a'.repeat(40);
export const gitops = { repository: 'https://git.example.com/acme/gitops', branch: 'prod' } as const;
export const group = 'west-us';
export const kustomizationsPerCluster = 5;

const revision = `${gitops.branch}@sha1:${deployed}`;
const reconciled = { lastReconciled: '2026-03-01T12:10:00Z', firstReconciled: '2026-03-01T12:01:00Z' };

/** Answers the leaves that a cluster applies, one for each Kustomization. */
export function leaves(objectsEach: number): readonly Leaf[] {
  return Array.from({ length: kustomizationsPerCluster }, (_, index) => ({
    folder: `${group}/apps/blue/app-${index}`,
    objects: objectNames(`app-${index}`, objectsEach).map((name) => ({
      ...{ apiVersion: 'apps/v1', group: 'apps', kind: 'Deployment', namespace: 'blue' },
      name,
      optional: false,
    })),
  }));
}

function objectNames(app: string, objectsEach: number): readonly string[] {
  return Array.from({ length: objectsEach }, (_, index) => `${app}-object-${index}`);
}

/** Writes the lists that a cluster answers, as Flux 2.7 and an API server write them: with managed fields and history. */
export function lists(objectsEach: number): { readonly gitrepositories: string; readonly kustomizations: string } {
  return {
    gitrepositories: listOf('GitRepository', 'source.toolkit.fluxcd.io/v1', [gitRepository()]),
    kustomizations: listOf(
      'Kustomization',
      'kustomize.toolkit.fluxcd.io/v1',
      leaves(objectsEach).map(({ folder }, index) => kustomization(`app-${index}`, folder, objectsEach)),
    ),
  };
}

function listOf(kind: string, apiVersion: string, items: readonly object[]): string {
  return JSON.stringify({
    apiVersion,
    items,
    kind: `${kind}List`,
    metadata: { continue: '', resourceVersion: '4711' },
  });
}

function gitRepository(): object {
  return {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: metadataOf('gitops'),
    spec: { interval: '1m0s', ref: { branch: gitops.branch }, timeout: '60s', url: gitops.repository },
    status: {
      artifact: { digest: `sha256:${'0'.repeat(64)}`, revision },
      conditions: conditions(),
      observedGeneration: 1,
    },
  };
}

function kustomization(name: string, path: string, objectsEach: number): object {
  const entries = objectNames(name, objectsEach).map((object) => ({ id: `blue_${object}_apps_Deployment`, v: 'v1' }));
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: metadataOf(name),
    spec: {
      force: false,
      interval: '10m0s',
      path: `./${path}`,
      prune: true,
      retryInterval: '1m0s',
      sourceRef: { kind: 'GitRepository', name: 'gitops' },
      timeout: '5m0s',
      wait: true,
    },
    status: {
      conditions: conditions(),
      history: [0, 1, 2, 3, 4].map((index) => ({
        ...reconciled,
        digest: `sha256:${String(index).repeat(64)}`,
        lastReconciledDuration: '1.523s',
        lastReconciledStatus: 'ReconciliationSucceeded',
        metadata: { revision },
        totalReconciliations: 12,
      })),
      inventory: { entries },
      lastAppliedRevision: revision,
      lastAttemptedRevision: revision,
      lastHandledReconcileAt: '2026-03-01T12:09:00Z',
      observedGeneration: 1,
    },
  };
}

function conditions(): readonly object[] {
  const condition = { lastTransitionTime: '2026-03-01T12:10:00Z', observedGeneration: 1, status: 'True' };
  const message = `Applied revision: ${revision}`;
  return [
    { ...condition, message, reason: 'ReconciliationSucceeded', type: 'Ready' },
    { ...condition, message: 'Health check passed in 1.2s', reason: 'Succeeded', type: 'Healthy' },
  ];
}

function metadataOf(name: string): object {
  const fields = ['f:interval', 'f:path', 'f:prune', 'f:sourceRef', 'f:timeout', 'f:wait', 'f:conditions', 'f:history'];
  const fieldsV1 = { 'f:spec': Object.fromEntries(fields.map((field) => [field, {}])) };
  const managed = { apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1, time: '2026-03-01T12:10:00Z' };
  return {
    creationTimestamp: '2026-01-01T00:00:00Z',
    finalizers: ['finalizers.fluxcd.io'],
    generation: 1,
    managedFields: ['flux', 'gotk-kustomize-controller', 'gotk-kustomize-controller'].map((manager) => ({
      manager,
      operation: 'Apply',
      ...managed,
    })),
    name,
    namespace: 'flux-system',
    resourceVersion: '4711',
    uid: '7c8d2c5e-1f0a-4c5b-9a63-0d7c2a1b3c4d',
  };
}
