import { describe, expect, test } from 'vitest';
import {
  sourceName as describeSource,
  kustomizationsOf,
  otherAppliers,
  repositoriesFollowing,
} from '../../../src/fleet/flux/evidence.ts';
import { goDurationMs } from '../../../src/fleet/flux/go-duration.ts';
import {
  type GitRepositoryObject,
  gitRepositorySchema,
  type KustomizationObject,
  kustomizationSchema,
} from '../../../src/fleet/flux/schemas.ts';

const sha = '4f8a3c1b9d2e7f605a1b3c4d5e6f708192a3b4c5';
const source = { repository: 'git@github.com:acme/gitops.git', branch: 'dev' };

function repository(spec: object = {}, metadata: object = {}): GitRepositoryObject {
  return gitRepositorySchema.parse({
    metadata: { name: 'gitops', namespace: 'flux-system', ...metadata },
    spec: { url: 'ssh://git@github.com/acme/gitops', ref: { branch: 'dev' }, interval: '1m', ...spec },
  });
}

function kustomization(spec: object = {}, status: object = {}, metadata: object = {}): KustomizationObject {
  return kustomizationSchema.parse({
    metadata: { name: 'west', namespace: 'flux-system', generation: 2, ...metadata },
    spec: {
      path: './west',
      interval: '1m',
      prune: true,
      sourceRef: { kind: 'GitRepository', name: 'gitops' },
      ...spec,
    },
    status: { observedGeneration: 2, ...status },
  });
}

describe('a GitRepository follows the branch', () => {
  test.each([
    ['named as its branch', { ref: { branch: 'dev' } }, { branch: 'dev', follows: true }],
    ['named as a full reference', { ref: { name: 'refs/heads/dev' } }, { branch: 'dev', follows: true }],
    ['that is master, without any reference', { ref: undefined }, { branch: 'master', follows: true }],
    ['but is pinned to a commit on it', { ref: { branch: 'dev', commit: sha } }, { branch: 'dev', follows: false }],
    ['but takes a tag instead', { ref: { branch: 'dev', tag: 'v1' } }, { branch: 'dev', follows: false }],
    [
      'but takes a range of versions instead',
      { ref: { branch: 'dev', semver: '>=1' } },
      { branch: 'dev', follows: false },
    ],
    [
      'but takes a pull request instead',
      { ref: { branch: 'dev', name: 'refs/pull/1/head' } },
      { branch: 'dev', follows: false },
    ],
    ['of another name', { ref: { branch: 'qa' } }, { branch: 'dev', follows: false }],
    ['of another repository', { url: 'https://github.com/acme/other' }, { branch: 'dev', follows: false }],
  ])('%s', (_, spec, { branch, follows }) => {
    expect(repositoriesFollowing([repository(spec)], { ...source, branch })).toHaveLength(follows ? 1 : 0);
  });

  test.each([
    ['by another name of its host', { 'git.internal': 'github.com' }, 'https://git.internal/acme/gitops', true],
    ['with a port of its own', { 'git.internal:8443': 'github.com' }, 'https://git.internal:8443/acme/gitops', true],
    ['but not by a name that nobody listed', { 'git.internal': 'github.com' }, 'https://git.other/acme/gitops', false],
    ['but not of another path there', { 'git.internal': 'github.com' }, 'https://git.internal/acme/other', false],
  ])('known %s', (_, names, ...[url, follows]) => {
    const aliases = new Map(Object.entries(names).map(([name, host]) => [name, String(host)]));
    expect(repositoriesFollowing([repository({ url })], { ...source, aliases })).toHaveLength(follows ? 1 : 0);
  });

  test('and is described without credentials', () => {
    expect(describeSource(repository({ url: 'https://me:secret@github.com/acme/x' }))).toBe(
      'https://github.com/acme/x@dev',
    );
    expect(describeSource(repository({ ref: { tag: 'v1' } }))).toBe('ssh://github.com/acme/gitops@a fixed revision');
  });
});

describe('a Kustomization belongs to the source', () => {
  test.each<[string, { readonly spec?: object; readonly metadata?: object }, boolean]>([
    ['by name, in its own namespace', {}, true],
    [
      'by name and namespace, from another one',
      {
        spec: { sourceRef: { kind: 'GitRepository', name: 'gitops', namespace: 'flux-system' } },
        metadata: { namespace: 'blue' },
      },
      true,
    ],
    ['not by name alone, from another namespace', { metadata: { namespace: 'blue' } }, false],
    [
      'not when its source is of another kind',
      { spec: { sourceRef: { kind: 'OCIRepository', name: 'gitops' } } },
      false,
    ],
    ['not when it has another name', { spec: { sourceRef: { kind: 'GitRepository', name: 'other' } } }, false],
  ])('%s', (_, { spec = {}, metadata = {} }, belongs) => {
    expect(kustomizationsOf([kustomization(spec, {}, metadata)], [repository()])).toHaveLength(belongs ? 1 : 0);
  });
});

describe('of a Kustomization is read', () => {
  const evidence = (object: KustomizationObject, from = repository()) => kustomizationsOf([object], [from])[0];

  test.each([
    ['./west/', 'west'],
    ['west', 'west'],
    ['/west//apps/.', 'west/apps'],
    ['./', ''],
    ['', ''],
    ['../../west', 'west'],
    [undefined, ''],
  ])('its path %s as %s', (path, expected) => {
    expect(evidence(kustomization({ path }))?.path).toBe(expected);
  });

  test.each([
    ['of all by wait', { wait: true }, 'all'],
    [
      'of the listed objects',
      { healthChecks: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'x', namespace: 'y' }] },
      new Set(['y_x_apps_Deployment']),
    ],
    ['off by an empty list', { healthChecks: [] }, undefined],
    ['off by default', {}, undefined],
  ])('that its health checks are %s', (_, spec, expected) => {
    expect(evidence(kustomization(spec))?.healthChecks).toEqual(expected);
  });

  test('what it has applied, as Flux writes that', () => {
    const entries = [{ id: 'blue_shop_apps_Deployment', v: 'v1' }];
    expect(evidence(kustomization({}, { inventory: { entries } }))?.inventory).toEqual(
      new Set(['blue_shop_apps_Deployment']),
    );
  });

  test('what its own spec makes of the manifests', () => {
    const spec = { targetNamespace: 'green', namePrefix: 'p-', images: [{ name: 'nginx' }], patches: [] };
    expect(evidence(kustomization(spec))?.changes).toEqual({
      targetNamespace: 'green',
      namePrefix: 'p-',
      alters: ['images'],
    });
    expect(evidence(kustomization({ kubeConfig: { secretRef: { name: 'x' } } }))?.remote).toBe(true);
  });

  test('which kinds it calls healthy by expressions of its own', () => {
    const healthCheckExprs = [{ apiVersion: 'apps/v1', kind: 'Deployment', current: 'true' }];
    expect(evidence(kustomization({ healthCheckExprs }))?.healthExpressions).toEqual(new Set(['apps/Deployment']));
  });

  test('what others have applied, but not who is suspended or applies elsewhere', () => {
    const inventory = { entries: [{ id: 'blue_shop_apps_Deployment', v: 'v1' }] };
    const other = (spec: object, name: string) =>
      kustomization({ sourceRef: { kind: 'GitRepository', name: 'other' }, ...spec }, { inventory }, { name });
    const all = [
      kustomization({}, { inventory }),
      other({}, 'infra'),
      other({ suspend: true }, 'off'),
      other({ kubeConfig: { secretRef: { name: 'x' } } }, 'remote'),
    ];
    expect(otherAppliers(all, [repository()])).toEqual([
      { name: 'infra', namespace: 'flux-system', inventory: new Set(['blue_shop_apps_Deployment']) },
    ]);
  });

  test('how long Flux waits until it tries again, and by which text it was asked', () => {
    expect(evidence(kustomization({ interval: '10m', retryInterval: '90s' }))?.retryMs).toBe(90_000);
    expect(evidence(kustomization({ interval: '10m' }))?.retryMs).toBe(600_000);
    const annotations = { 'reconcile.fluxcd.io/requestedAt': 'now' };
    const read = evidence(kustomization({}, {}, { annotations }), repository({}, { annotations }));
    expect(read).toMatchObject({ requestedAt: 'now', sourceRequestedAt: 'now' });
  });

  test('when the last reconciliation began, from its end and how long it took', () => {
    const entry = {
      digest: 'sha256:1',
      firstReconciled: '2026-03-01T12:00:00Z',
      lastReconciled: '2026-03-01T12:10:00Z',
      lastReconciledDuration: '1m2.5s',
      lastReconciledStatus: 'ReconciliationSucceeded',
      totalReconciliations: 4,
      metadata: { revision: `dev@sha1:${sha}` },
    };
    const read = evidence(kustomization({}, { history: [entry] }));
    expect(read?.lastReconciliationBegan).toBe('2026-03-01T12:08:57.500Z');
    expect(read?.history).toEqual([
      {
        status: 'ReconciliationSucceeded',
        total: 4,
        first: '2026-03-01T12:00:00Z',
        last: '2026-03-01T12:10:00Z',
        revision: sha,
      },
    ]);
  });

  test('what its source suffers from', () => {
    const condition = {
      type: 'Ready',
      status: 'False',
      reason: 'GitOperationFailed',
      message: 'authentication required',
    };
    const failing = { ...repository(), status: { conditions: [condition] } };
    expect(evidence(kustomization(), gitRepositorySchema.parse(failing))?.sourceTrouble).toBe(
      'GitRepository flux-system/gitops is not ready: GitOperationFailed: authentication required',
    );
    expect(evidence(kustomization(), repository({ suspend: true }))?.sourceTrouble).toBe(
      'GitRepository flux-system/gitops is suspended',
    );
  });

  test('nothing that is not there', () => {
    const bare = kustomizationSchema.parse({
      metadata: { name: 'west', namespace: 'flux-system' },
      spec: { sourceRef: { kind: 'GitRepository', name: 'gitops' } },
    });
    expect(evidence(bare)).toEqual({
      name: 'west',
      namespace: 'flux-system',
      path: '',
      suspended: false,
      generation: 0,
      observedGeneration: 0,
    });
  });
});

test.each([
  ['0s', 0],
  ['350ms', 350],
  ['1.5s', 1500],
  ['2m0.25s', 120_250],
  ['1h2m3s', 3_723_000],
  ['12µs', 0.012],
])('the duration %s is %d ms', (text, ms) => {
  expect(goDurationMs(text)).toBeCloseTo(ms, 6);
});

test.each(['', '5', 's', '1d', '-1s', '1s ', '1 s'])('"%s" is no duration', (text) => {
  expect(goDurationMs(text)).toBeUndefined();
});

test('a duration of very many parts is none: nobody takes it apart', () => {
  expect(goDurationMs('1s'.repeat(1_000))).toBeUndefined();
});
