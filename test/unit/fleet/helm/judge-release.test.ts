import { describe, expect, test } from 'vitest';
import type { ChartEvidence, HelmReleaseEvidence } from '../../../../src/fleet/helm/types.ts';
import { clusterRegression } from '../../../../src/fleet/regression.ts';
import type { ClusterExpectation, KustomizationEvidence } from '../../../../src/fleet/types.ts';
import { clusterVerdict } from '../../../../src/fleet/verdict.ts';
import { before, merged, record } from '../evidence.ts';
import { clusterWith, release, releaseExpectation } from './release.ts';

const notReady = (reason: string, observedGeneration = 4): Partial<HelmReleaseEvidence> => ({
  observedGeneration: 3,
  ready: { status: 'False', reason, message: 'timed out waiting for web', observedGeneration },
  failures: 1,
});
const stalled = (observedGeneration = 4): Partial<HelmReleaseEvidence> => ({
  ...notReady('UpgradeFailed', observedGeneration),
  stalled: {
    status: 'True',
    reason: 'RetriesExceeded',
    message: 'Failed to upgrade after 1 attempt(s)',
    observedGeneration,
  },
});
const branchChart = (different: Partial<ChartEvidence> = {}): Partial<HelmReleaseEvidence> => ({
  chart: { name: 'HelmChart blue/blue-web', version: '1.2.0', ofBranch: { commit: merged }, ...different },
});
/** The commit is attempted and fails for the health of what it has, which is not applied in Flux's sense. */
const unhealthy: Partial<KustomizationEvidence> = {
  lastAppliedRevision: before,
  ready: { status: 'False', reason: 'HealthCheckFailed', message: 'timeout waiting for: HelmRelease/blue/web' },
};

interface Case {
  readonly name: string;
  readonly release?: Partial<HelmReleaseEvidence>;
  readonly owner?: Partial<KustomizationEvidence>;
  readonly expect?: Partial<ClusterExpectation>;
  readonly state: 'healthy' | 'pending' | 'failed';
  readonly says?: string;
  readonly atRevision?: boolean;
}

const cases: readonly Case[] = [
  { name: 'ready at its present generation', state: 'healthy' },
  {
    name: 'ready of an older generation only',
    release: { generation: 5 },
    state: 'pending',
    says: 'HelmRelease blue/web has not been released since its spec changed',
  },
  {
    name: 'a Ready that names no generation counts for the observed one',
    release: { generation: 5, ready: { status: 'True', reason: 'UpgradeSucceeded', message: '' } },
    state: 'pending',
    says: 'since its spec changed',
  },
  {
    name: 'a Ready of the present generation, which was not observed',
    release: { observedGeneration: 3 },
    state: 'pending',
    says: 'since its spec changed',
  },
  {
    name: 'the upgrade that runs is named',
    release: { generation: 5, progress: "Running 'upgrade' action with timeout of 5m0s" },
    state: 'pending',
    says: "spec changed: Running 'upgrade' action",
  },
  { name: 'no status', release: { ready: undefined, observedGeneration: -1 }, state: 'pending', says: 'no status yet' },
  {
    name: 'a failed upgrade that is tried again',
    release: notReady('UpgradeFailed'),
    owner: unhealthy,
    state: 'pending',
    says: 'is not ready, after 1 failure: UpgradeFailed: timed out waiting for web',
  },
  {
    name: 'a failed upgrade, when the time is over',
    release: notReady('UpgradeFailed'),
    owner: unhealthy,
    expect: { deadlinePassed: true },
    state: 'failed',
    says: 'UpgradeFailed: timed out waiting for web',
    atRevision: true,
  },
  {
    name: 'a chart that cannot be fetched is no failure of the release, when the time is over',
    release: notReady('SourceNotReady'),
    owner: { ready: { status: 'Unknown', reason: 'Progressing', message: '' }, lastAppliedRevision: before },
    expect: { deadlinePassed: true },
    state: 'failed',
    says: 'SourceNotReady',
    atRevision: false,
  },
  {
    name: 'stalled, of a commit that is applied',
    release: stalled(),
    state: 'failed',
    says: 'is stalled: RetriesExceeded: Failed to upgrade after 1 attempt(s); UpgradeFailed: timed out waiting for web',
    atRevision: true,
  },
  { name: 'stalled, and Flux says so', release: stalled(), owner: unhealthy, state: 'failed', atRevision: true },
  {
    name: 'stalled, while Flux tries again',
    release: stalled(),
    owner: {
      ...unhealthy,
      ready: { status: 'Unknown', reason: 'Progressing', message: '' },
      history: [record({ status: 'HealthCheckFailed' })],
    },
    state: 'failed',
    atRevision: true,
  },
  {
    name: 'stalled before the commit came, which is not applied yet',
    release: stalled(),
    owner: {
      lastAppliedRevision: before,
      ready: { status: 'Unknown', reason: 'Progressing', message: '' },
      history: [record({ status: 'HealthCheckFailed', revision: before })],
    },
    state: 'pending',
  },
  {
    name: 'stalled before the commit came, which Flux has not attempted',
    release: stalled(),
    owner: { lastAppliedRevision: before, lastAttemptedRevision: before },
    state: 'pending',
    says: 'has not attempted the merged commit',
  },
  { name: 'stalled of an older generation', release: stalled(3), state: 'pending', says: 'since its spec changed' },
  { name: 'suspended', release: { suspended: true }, state: 'pending', says: 'flux resume helmrelease web -n blue' },
  { name: 'being deleted', release: { deleting: true }, state: 'pending', says: 'is being deleted' },
  {
    name: 'that does not wait for workloads',
    release: { waitsNot: 'spec.upgrade.disableWait' },
    state: 'pending',
    says: 'does not wait for what it installs (spec.upgrade.disableWait)',
  },
  {
    name: 'that does not wait for workloads, where coverage is not strict',
    release: { waitsNot: 'spec.upgrade.disableWait' },
    expect: { coverage: 'inventory' },
    state: 'healthy',
  },
  {
    name: 'that defines itself when a workload is healthy',
    release: { healthExpressions: new Set(['apps/Deployment']) },
    state: 'pending',
    says: 'defines itself when a Deployment is healthy',
  },
  {
    name: 'that defines when a custom resource is healthy',
    release: { healthExpressions: new Set(['example.org/Thing']) },
    state: 'healthy',
  },
  { name: 'with a chart of this branch at the commit', release: branchChart(), state: 'healthy' },
  {
    name: 'with a chart of this branch at an older commit',
    release: branchChart({ ofBranch: { commit: before } }),
    state: 'pending',
    says: 'HelmChart blue/blue-web is made of 00000000, not of the merged commit',
  },
  {
    name: 'with a chart of this branch of which no commit is known',
    release: branchChart({ ofBranch: {} }),
    state: 'pending',
    says: 'made of no revision yet',
  },
  {
    name: 'stalled with the chart of an older commit',
    release: { ...stalled(), ...branchChart({ ofBranch: { commit: before } }) },
    state: 'pending',
    says: 'waits for its chart',
  },
  {
    name: 'that has not released the chart that there is',
    release: branchChart({ version: '1.2.0+aaaaaaaaaaaa' }),
    state: 'pending',
    says: 'has released 1.2.0 of its chart, and HelmChart blue/blue-web holds 1.2.0+aaaaaaaaaaaa',
  },
  { name: 'whose chart writes its version with a v', release: branchChart({ version: 'v1.2.0' }), state: 'healthy' },
  {
    name: 'with a chart of this branch that is made anew by version only',
    release: branchChart({ byVersion: true }),
    state: 'pending',
    says: 'set `reconcileStrategy: Revision`',
  },
  {
    name: 'with a chart by version only, where coverage is not strict',
    release: branchChart({ byVersion: true }),
    expect: { coverage: 'inventory' },
    state: 'healthy',
  },
  {
    name: 'whose chart is not ready',
    release: { chart: { name: 'OCIRepository blue/web', lacks: 'is not ready: OCIArtifactPullFailed: 404' } },
    state: 'pending',
    says: 'waits for its chart: OCIRepository blue/web is not ready: OCIArtifactPullFailed',
  },
  {
    name: 'that has not released the digest that there is',
    release: {
      attempted: { version: '1.2.0+1111', digest: 'sha256:1111' },
      chart: { name: 'OCIRepository blue/web', digest: 'sha256:2222' },
    },
    state: 'pending',
    says: 'OCIRepository blue/web holds sha256:2222',
  },
  {
    name: 'that has released the digest that there is',
    release: {
      attempted: { version: '1.2.0+1111', digest: 'sha256:1111' },
      chart: { name: 'OCIRepository blue/web', digest: 'sha256:1111' },
    },
    state: 'healthy',
  },
  {
    name: 'whose chart nobody can tell',
    release: { chart: { name: 'Bucket blue/charts', untold: true } },
    state: 'healthy',
  },
];

describe('a HelmRelease', () => {
  test.each(cases)('$name: $state', ({ release: different, owner, expect: differently, state, says, atRevision }) => {
    const verdict = clusterVerdict(clusterWith(release(different), owner), { ...releaseExpectation, ...differently });
    expect(verdict).toMatchObject({ state, ...(atRevision !== undefined && { failedAtRevision: atRevision }) });
    expect(verdict.awaited).toContain(says ?? '');
  });

  const named = "HelmRelease/blue/web status: 'Failed'";
  test.each([
    { name: 'is sound at its present generation', state: 'pending' },
    { name: 'is upgraded', different: { generation: 5 }, state: 'pending' },
    { name: 'is stalled', different: stalled(), state: 'failed' },
    { name: 'is not the only one', also: ", Job/blue/x status: 'Failed'", state: 'failed' },
  ])('that Flux calls stalled and that $name: $state', ({ different, also = '', state }) => {
    const message = `health check failed: failed early due to stalled resources: [${named}${also}]`;
    const owner = { ...unhealthy, ready: { status: 'False' as const, reason: 'HealthCheckFailed', message } };
    expect(clusterVerdict(clusterWith(release(different), owner), releaseExpectation)).toMatchObject({ state });
  });

  test('that is not there any more is awaited', () => {
    expect(clusterVerdict(clusterWith(undefined), releaseExpectation)).toMatchObject({
      state: 'pending',
      awaited: 'HelmRelease blue/web is not there, and Kustomization flux-system/west-us has applied it',
    });
  });

  test('that may not be read is awaited, with the rule that is missing', () => {
    const see = { ...clusterWith(undefined), helm: { releases: [], unread: 'add the rule `list`' } };
    expect(clusterVerdict(see, releaseExpectation)).toMatchObject({
      state: 'pending',
      awaited: 'HelmReleases cannot be read: add the rule `list`',
    });
  });

  test('that no leaf has is nobody’s concern, whatever it says', () => {
    const foreign = release({ name: 'ingress', namespace: 'system', ...stalled() });
    const see = clusterWith(release(), {
      inventory: new Set([
        'blue_web_helm.toolkit.fluxcd.io_HelmRelease',
        'system_ingress_helm.toolkit.fluxcd.io_HelmRelease',
      ]),
    });
    const verdict = clusterVerdict({ ...see, helm: { releases: [release(), foreign] } }, releaseExpectation);
    expect(verdict).toMatchObject({ state: 'healthy' });
  });

  test('of which nobody can tell the chart is named in a warning', () => {
    const see = clusterWith(release({ chart: { name: 'Bucket blue/charts', untold: true } }));
    expect(clusterVerdict(see, releaseExpectation).warnings).toEqual([
      expect.stringContaining('blue/web from Bucket blue/charts'),
    ]);
  });

  test('is found under the name that its Kustomization gives it', () => {
    const named = release({ name: 'eu-web', namespace: 'green', generation: 5 });
    const see = clusterWith(named, {
      inventory: new Set(['green_eu-web_helm.toolkit.fluxcd.io_HelmRelease']),
      changes: { alters: [], namePrefix: 'eu-', targetNamespace: 'green' },
    });
    expect(clusterVerdict(see, releaseExpectation).awaited).toContain('HelmRelease green/eu-web has not been released');
  });
});

describe('during the soak a HelmRelease', () => {
  test.each([
    ['that fails at its present generation has regressed', notReady('UpgradeFailed'), 'now fails: UpgradeFailed'],
    ['that is stalled has regressed', stalled(), 'now is stalled: RetriesExceeded'],
    ['that is upgraded has not', { generation: 5 }, undefined],
    ['that waits for a chart has not', notReady('SourceNotReady'), undefined],
    ['that was suspended has not', { ...stalled(), suspended: true }, undefined],
  ])('%s', (_, different, says) => {
    const trouble = clusterRegression(clusterWith(release(different)), releaseExpectation);
    if (says === undefined) expect(trouble).toBeUndefined();
    else expect(trouble).toContain(`HelmRelease blue/web was healthy, and ${says}`);
  });
});

test('a version of megabytes is told in some thousand characters', () => {
  const long = release(branchChart({ version: 'x'.repeat(3_000_000) }));
  const { state, awaited } = clusterVerdict(clusterWith(long), releaseExpectation);
  expect(state).toBe('pending');
  expect(awaited).toContain('has released');
  expect(awaited.length).toBeLessThan(7_000);
});
