import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { UNHEALTHY_IN } from '../../../fakes/flux/controllers/health.ts';
import { observeAll } from '../../../src/fleet/observe-all.ts';
import { clusterRegression } from '../../../src/fleet/regression.ts';
import { clusterVerdict } from '../../../src/fleet/verdict.ts';
import { configMap, group } from './gitops.ts';
import { expecting, first, soon, standIns } from './stand-ins.ts';

const { gitops, start } = standIns();

describe('a rollout seen through the Kubernetes API', () => {
  test('every cluster of the environment becomes healthy at the commit, and shows what it applied', async () => {
    const earlier = gitops().commit('all', group('west', 'v1'));
    const names = ['west-1', 'west-2', 'west-3'];
    const { running, flux, source } = await start(
      'all',
      names.map((name) => ({ name })),
    );
    const states = (commit: string) =>
      observeAll(
        flux,
        { clusters: names.map((name) => ({ name, context: name })), source, timeoutMs: 5000, concurrency: 2 },
        (_, look) => clusterVerdict(look, expecting(commit)),
      );
    const healthy = names.map(() => ({ state: 'healthy', awaited: '' }));
    await vi.waitFor(async () => expect(await states(earlier)).toEqual(healthy), soon);
    const second = gitops().commit('all', group('west', 'v2'));
    await vi.waitFor(async () => expect(await states(second)).toEqual(healthy), soon);
    expect(running.cluster('west-2').deployed()).toMatchObject([
      {
        kustomization: 'flux-system/west',
        path: 'west',
        revision: second,
        objects: [{ kind: 'ConfigMap', data: { value: 'v2' } }],
      },
    ]);
  });

  test('a fault in one environment fails there, at that revision, and nowhere else', async () => {
    const good = gitops().commit('fault', group('west', 'v1'));
    const { look } = await start('fault', [{ name: 'qa' }, { name: 'prod', environment: 'prod' }]);
    await vi.waitFor(async () => expect(clusterVerdict(await look('qa'), expecting(good)).state).toBe('healthy'), soon);
    const bad = gitops().commit('fault', group('west', 'v2', { [UNHEALTHY_IN]: 'qa' }));
    await vi.waitFor(
      async () =>
        expect(clusterVerdict(await look('qa'), expecting(bad))).toMatchObject({
          state: 'failed',
          awaited: expect.stringMatching(
            /failed (\d+ times )?at .*HealthCheckFailed: failed early due to stalled resources: \[ConfigMap\/blue\/shop/,
          ),
          failedAtRevision: true,
        }),
      soon,
    );
    await vi.waitFor(
      async () => expect(clusterVerdict(await look('prod'), expecting(bad)).state).toBe('healthy'),
      soon,
    );
  });

  test('a cluster that gets worse while it soaks has regressed', async () => {
    const commit = gitops().commit('soak', group('west', 'v1'));
    const { running, look } = await start('soak', [{ name: 'qa' }]);
    await vi.waitFor(
      async () => expect(clusterVerdict(await look('qa'), expecting(commit)).state).toBe('healthy'),
      soon,
    );
    expect(clusterRegression(await look('qa'), expecting(commit))).toBeUndefined();
    running.cluster('qa').setHealthy(false);
    await vi.waitFor(
      async () => expect(clusterRegression(await look('qa'), expecting(commit))).toContain('HealthCheckFailed'),
      soon,
    );
  });

  test('a cluster that is cut off is unknown until it is back', async () => {
    const commit = gitops().commit('cut', group('west', 'v1'));
    const { running, look } = await start('cut', [{ name: 'qa' }]);
    running.cluster('qa').setReachable(false);
    expect(clusterVerdict(await look('qa'), expecting(commit)).state).toBe('unknown');
    running.cluster('qa').setReachable(true);
    await vi.waitFor(
      async () => expect(clusterVerdict(await look('qa'), expecting(commit)).state).toBe('healthy'),
      soon,
    );
  });

  test('a suspended Kustomization is named with what to do', async () => {
    const commit = gitops().commit('suspended', group('west', 'v1'));
    const { look } = await start('suspended', [{ name: 'qa', paths: [{ path: 'west', suspend: true }] }]);
    expect(clusterVerdict(await look('qa'), expecting(commit)).awaited).toContain(
      'flux resume kustomization west -n flux-system',
    );
  });

  test('a source that cannot be fetched is named', async () => {
    const { look } = await start('nowhere', [{ name: 'qa' }]);
    await vi.waitFor(
      async () =>
        expect(clusterVerdict(await look('qa'), expecting('f'.repeat(40))).awaited).toContain(
          'has applied nothing yet; its source GitRepository flux-system/gitops is not ready: GitOperationFailed',
        ),
      soon,
    );
  });
});

describe('what is not there is told apart', () => {
  test('Flux', async () => {
    const { look, ask } = await start('dev', [{ name: 'bare', flux: false }]);
    expect(await look('bare')).toEqual({
      kind: 'reached',
      kustomizations: [],
      fluxMissing: 'gitrepositories.source.toolkit.fluxcd.io/v1',
    });
    expect(await ask('bare')).toBe(false);
  });

  test('a Kustomization of this branch', async () => {
    const { flux } = await start('dev', [{ name: 'qa' }]);
    const other = { repository: gitops().url, branch: 'other' };
    const observation = await flux.observe({ name: 'qa', context: 'qa' }, other, { timeoutMs: 5000 });
    expect(observation).toMatchObject({ kind: 'reached', kustomizations: [], otherSources: [`${gitops().url}@dev`] });
  });

  test('the permission to list', async () => {
    const { look } = await start('dev', [{ name: 'qa', permissions: { list: false } }]);
    expect(await look('qa')).toMatchObject({
      kind: 'unreachable',
      why: expect.stringMatching(/\(403\): .*Bind the ClusterRole of docs\/fleet\.md.*User "fairlead" cannot list/),
    });
  });

  test('the context', async () => {
    const { look } = await start('dev', [{ name: 'qa' }]);
    expect(await look('prod')).toEqual({ kind: 'unreachable', why: 'The kubeconfig has no context prod; it has qa.' });
  });
});

test('hundreds of Kustomizations are read page by page', async () => {
  gitops().commit('many', { 'west/a.yaml': configMap('a', '1') });
  const paths = Array.from({ length: 620 }, (_, index) => ({ path: `west/${index}`, suspend: true }));
  const { look } = await start('many', [{ name: 'qa', paths }]);
  const observation = await look('qa');
  expect(observation.kind === 'reached' && observation.kustomizations.length).toBe(620);
});

test('the token goes to the GitOps repository, and a fleet that is closed leaves nothing behind', async () => {
  gitops().commit('dev', group('west', 'v1'));
  const { running, look } = await start('dev', [{ name: 'qa' }]);
  await vi.waitFor(async () => expect(first(await look('qa')).lastAppliedRevision).toBeDefined(), soon);
  expect(gitops().refused()).toBe(0);
  await running.close();
  expect(existsSync(dirname(running.kubeconfigPath))).toBe(false);
  const why = `There is no kubeconfig at ${running.kubeconfigPath}.`;
  await vi.waitFor(async () => expect(await look('qa')).toEqual({ kind: 'unreachable', why }), soon);
});
