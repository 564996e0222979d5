import { describe, expect, test } from 'vitest';
import { readFlux } from '../../../../src/fleet/flux/follow/read-flux.ts';
import { readReleases } from '../../../../src/fleet/flux/follow/releases.ts';
import { before, merged } from '../evidence.ts';
import {
  clusterApiOf,
  type FluxObject,
  gitRepository,
  helmChart,
  helmRelease,
  kustomization,
  ociRepository,
  origin,
  source,
} from './flux-objects.ts';

const fromArtifact = (different: FluxObject = {}) =>
  kustomization({
    ...different,
    spec: { sourceRef: { kind: 'OCIRepository', name: 'fleet' }, ...different.spec },
    status: {
      lastAppliedRevision: 'dev@sha256:1111',
      lastAppliedOriginRevision: `dev@sha1:${before}`,
      lastAttemptedRevision: 'dev@sha256:2222',
      ...different.status,
    },
  });

async function readAll(objects: Parameters<typeof clusterApiOf>[0]) {
  const { api, asked } = clusterApiOf({ gitrepositories: [gitRepository()], ...objects });
  const flux = await readFlux(api, source);
  const { objects: kustomizations, matching: repositories, listArtifacts: ociRepositories } = flux;
  const helm = await readReleases(api, { kustomizations, repositories, ociRepositories });
  return { ...flux, helm, release: helm?.releases[0], asked };
}

describe('kinds are listed only where something of the branch names them', () => {
  test('nothing but GitRepositories and Kustomizations without a HelmRelease', async () => {
    const none = { status: { inventory: { entries: [{ id: 'blue_web_apps_Deployment' }] } } };
    const { asked, helm } = await readAll({ kustomizations: [kustomization(none)] });
    expect(asked).toEqual(['gitrepositories', 'kustomizations']);
    expect(helm).toBeUndefined();
  });

  test.each([
    ['a chart from a HelmRepository needs no more', {}, []],
    ['a chart from another GitRepository needs no more', chartFrom('GitRepository', 'charts'), []],
    ['a chart from a Bucket needs no more', chartFrom('Bucket', 'fleet'), []],
    ['a chart in this branch needs its HelmChart', chartFrom('GitRepository', 'fleet'), ['helmcharts']],
    ['a HelmChart', { chart: undefined, chartRef: { kind: 'HelmChart', name: 'web' } }, ['helmcharts']],
    ['an OCIRepository', { chart: undefined, chartRef: { kind: 'OCIRepository', name: 'web' } }, ['ocirepositories']],
  ])('%s', async (_, spec, kinds) => {
    const { asked } = await readAll({ kustomizations: [kustomization()], helmreleases: [helmRelease({ spec })] });
    expect(asked).toEqual(['gitrepositories', 'kustomizations', 'helmreleases', ...kinds]);
  });

  test('OCIRepositories once, where a Kustomization and a chart name them', async () => {
    const spec = { chart: undefined, chartRef: { kind: 'OCIRepository', name: 'fleet', namespace: 'flux-system' } };
    const { asked, release } = await readAll({
      kustomizations: [fromArtifact()],
      ocirepositories: [ociRepository()],
      helmreleases: [helmRelease({ spec })],
    });
    expect(asked).toEqual(['gitrepositories', 'kustomizations', 'ocirepositories', 'helmreleases']);
    expect(release?.chart).toEqual({ name: 'OCIRepository flux-system/fleet', digest: 'sha256:2222' });
  });
});

describe('a HelmRelease', () => {
  test('is kept only if a Kustomization of this branch has applied it', async () => {
    const other = helmRelease({ metadata: { name: 'other' } });
    const { helm } = await readAll({ kustomizations: [kustomization()], helmreleases: [other, helmRelease()] });
    expect(helm?.releases.map(({ name }) => name)).toEqual(['web']);
  });

  test('of a Kustomization that applies to another cluster is not looked for', async () => {
    const remote = kustomization({ spec: { kubeConfig: { secretRef: { name: 'other' } } } });
    const { helm } = await readAll({ kustomizations: [remote], helmreleases: [helmRelease()] });
    expect(helm).toBeUndefined();
  });

  test('shows what helm-controller says of it', async () => {
    const { release } = await readAll({
      kustomizations: [kustomization()],
      helmreleases: [
        helmRelease({
          spec: { suspend: true, install: { disableWait: true }, upgrade: { disableWait: true } },
          metadata: { annotations: { 'example.org/suspended-by': 'ann' } },
          status: {
            failures: 2,
            lastAttemptedReleaseAction: 'upgrade',
            lastAttemptedRevision: '1.2.0+1111',
            lastAttemptedRevisionDigest: 'sha256:1111',
            conditions: [
              { type: 'Ready', status: 'False', reason: 'UpgradeFailed', message: 'no', observedGeneration: 2 },
              { type: 'Stalled', status: 'True', reason: 'RetriesExceeded', message: 'gave up', observedGeneration: 2 },
              { type: 'Reconciling', status: 'True', reason: 'Progressing', message: 'Running upgrade' },
            ],
          },
        }),
      ],
    });
    expect(release).toMatchObject({
      generation: 2,
      observedGeneration: 2,
      suspended: true,
      suspension: 'by ann',
      waitsNot: 'spec.upgrade.disableWait',
      failures: 2,
      attempted: { version: '1.2.0+1111', digest: 'sha256:1111' },
      ready: { status: 'False', reason: 'UpgradeFailed', observedGeneration: 2 },
      stalled: { status: 'True', reason: 'RetriesExceeded' },
      progress: 'Running upgrade',
    });
  });

  test.each([
    [403, 'add the rule `{ apiGroups: [helm.toolkit.fluxcd.io], resources: [helmreleases], verbs: [list] }`'],
    [404, 'the cluster does not serve helmreleases.helm.toolkit.fluxcd.io/v2'],
  ])('that cannot be read (%i) says why', async (status, why) => {
    const { helm } = await readAll({ kustomizations: [kustomization()], helmreleases: status });
    expect(helm).toEqual({ releases: [], unread: expect.stringContaining(why) });
  });

  test('is no matter of permissions where the server fails', async () => {
    await expect(readAll({ kustomizations: [kustomization()], helmreleases: 500 })).rejects.toThrow('HTTP 500');
  });
});

describe('a chart in this branch', () => {
  const chartOf = async (chart: FluxObject, charts: readonly object[] | number = [helmChart(chart)]) => {
    const { release } = await readAll({
      kustomizations: [kustomization()],
      helmreleases: [helmRelease({ spec: chartFrom('GitRepository', 'fleet') })],
      helmcharts: charts,
    });
    return release?.chart;
  };

  test('is known by the commit of its HelmChart', async () => {
    expect(await chartOf({})).toEqual({
      name: 'HelmChart flux-system/blue-web',
      version: '1.2.0+aaaaaaaaaaaa',
      ofBranch: { commit: merged },
      byVersion: false,
    });
  });

  test('is made anew by its version only, without another strategy', async () => {
    expect(await chartOf({ spec: { reconcileStrategy: undefined } })).toMatchObject({ byVersion: true });
  });

  test.each<[string, FluxObject, string]>([
    ['not reconciled', { metadata: { generation: 2 } }, 'has not been reconciled since its spec changed'],
    ['suspended', { spec: { suspend: true } }, 'is suspended'],
    ['without an artifact', { status: { artifact: undefined } }, 'has no artifact yet'],
    ['going', { metadata: { deletionTimestamp: '2026-03-01T12:00:00Z' } }, 'is being deleted'],
    [
      'broken',
      {
        status: {
          conditions: [{ type: 'Ready', status: 'False', reason: 'InvalidChartReference', message: 'no chart' }],
        },
      },
      'is not ready: InvalidChartReference: no chart',
    ],
  ])('whose HelmChart is %s says so', async (_, chart, lacks) => {
    expect(await chartOf(chart)).toMatchObject({ lacks });
  });

  test('whose HelmChart is not there, or may not be read, says so', async () => {
    expect(await chartOf({}, [])).toMatchObject({ lacks: 'is not there' });
    expect(await chartOf({}, 403)).toMatchObject({ lacks: expect.stringContaining('resources: [helmcharts]') });
  });
});

describe('a Kustomization whose source is an OCIRepository', () => {
  test('says at which commits it is', async () => {
    const token = { annotations: { 'reconcile.fluxcd.io/requestedAt': 'token' } };
    const { objects, fetched } = await readAll({
      kustomizations: [fromArtifact()],
      ocirepositories: [ociRepository({ metadata: token })],
    });
    expect(objects).toMatchObject([
      { name: 'apps', lastAppliedRevision: before, lastAttemptedRevision: merged, sourceRequestedAt: 'token' },
    ]);
    expect(fetched.map(({ resource }) => resource.plural)).toEqual(['gitrepositories', 'ocirepositories']);
  });

  test('knows the commits of its history', async () => {
    const entry = {
      lastReconciledStatus: 'ReconciliationSucceeded',
      totalReconciliations: 1,
      firstReconciled: '2026-03-01T12:00:00Z',
      lastReconciled: '2026-03-01T12:00:00Z',
      lastReconciledDuration: '1s',
      metadata: { revision: 'dev@sha256:0000', originRevision: `dev@sha1:${before}` },
    };
    const { objects } = await readAll({
      kustomizations: [fromArtifact({ status: { history: [entry] } })],
      ocirepositories: [ociRepository()],
    });
    expect(objects[0]?.history).toMatchObject([{ revision: before }]);
  });

  test('says nothing of a revision that nobody remembers', async () => {
    const { objects } = await readAll({
      kustomizations: [fromArtifact({ status: { lastAttemptedRevision: 'dev@sha256:9999' } })],
      ocirepositories: [ociRepository()],
    });
    expect(objects[0]?.lastAttemptedRevision).toBeUndefined();
  });

  test.each([
    ['another branch', origin(`qa@sha1:${merged}`)],
    ['another repository', origin(`dev@sha1:${merged}`, 'https://github.com/acme/other')],
    ['no commit', origin('v1.2.0')],
    ['nothing', undefined],
  ])('that holds %s is not of this branch, and is named', async (_, metadata) => {
    const { objects, others } = await readAll({
      kustomizations: [fromArtifact()],
      ocirepositories: [ociRepository({ status: { artifact: { revision: 'dev@sha256:2222', metadata } } })],
    });
    expect(objects).toEqual([]);
    expect(others).toMatchObject([
      {
        untold:
          'OCIRepository flux-system/fleet, which does not say which Git commit of this branch it holds: not covered',
      },
    ]);
  });

  test.each([`sha1:${merged}`, `refs/heads/dev@sha1:${merged}`, `dev/${merged}`])('may say %s', async (revision) => {
    const { objects } = await readAll({
      kustomizations: [fromArtifact()],
      ocirepositories: [
        ociRepository({ status: { artifact: { revision: 'dev@sha256:2222', metadata: origin(revision) } } }),
      ],
    });
    expect(objects[0]?.lastAttemptedRevision).toBe(merged);
  });

  test('that may not be read is named with the rule that is missing', async () => {
    const { others } = await readAll({ kustomizations: [fromArtifact()], ocirepositories: 403 });
    expect(others[0]?.untold).toContain('resources: [ocirepositories], verbs: [list]');
  });

  test('that is a Bucket says nothing, and is not listed', async () => {
    const bucket = kustomization({ spec: { sourceRef: { kind: 'Bucket', name: 'fleet' } } });
    const { others, asked } = await readAll({ kustomizations: [bucket] });
    expect(others[0]?.untold).toContain('Bucket flux-system/fleet, which does not say');
    expect(asked).toEqual(['gitrepositories', 'kustomizations']);
  });
});

function chartFrom(kind: string, name: string) {
  return { chart: { spec: { chart: './charts/web', sourceRef: { kind, name, namespace: 'flux-system' } } } };
}
