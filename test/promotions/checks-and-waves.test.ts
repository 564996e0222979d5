import { describe, it } from 'vitest';
import { UNHEALTHY_IN } from '../../fakes/flux/controllers/health.ts';
import { onPlatform } from './support/promotion.ts';

/** The files of main with a Job beside the application; `image` is what changes its pod template. */
function withJob(image: string): Record<string, string> {
  const template = { spec: { containers: [{ name: 'smoke', image }], restartPolicy: 'Never' } };
  const annotations = { 'kustomize.toolkit.fluxcd.io/force': 'enabled' };
  const metadata = { name: 'smoke', namespace: 'web', annotations };
  return {
    'apps/web/kustomization.yaml': 'resources: [web.yaml, smoke.yaml]\n',
    'apps/web/smoke.yaml': JSON.stringify({ apiVersion: 'batch/v1', kind: 'Job', metadata, spec: { template } }),
  };
}

describe.concurrent('A check', () => {
  it('of a Job passes with the one of this commit; one that stays from before is named and waited for', async ({
    expect,
  }) => {
    const dev = { name: 'dev', verify: '{ object: Job/web/smoke, timeout: 1m }' };
    await onPlatform([dev], async ({ platform, promote }) => {
      const first = await (await promote(platform.source.commit('main', withJob('smoke:1')))).result();
      expect(first.environments).toMatchObject([
        { state: 'promoted', message: 'healthy on every cluster; checked Job/web/smoke' },
      ]);
      // Kubernetes knows whole seconds.
      await new Promise((resolve) => setTimeout(resolve, 1_100));
      const second = await promote(platform.release('2'));
      await second.reaches('dev', 'verifying');
      await expect
        .poll(async () => (await second.status()).environments[0]?.message, { timeout: 30_000 })
        .toContain('dev: Job web/smoke is left from an earlier commit');
      await second.decide('abort', { environment: 'dev', reason: 'it would wait for ever' });
      const third = await promote(platform.source.commit('main', withJob('smoke:2')));
      expect((await third.result()).environments).toMatchObject([{ state: 'promoted' }]);
    });
  });

  it('of a host that the worker may not ask needs a person, and names the setting', async ({ expect }) => {
    await onPlatform(
      [{ name: 'dev', verify: '{ http: "http://127.0.0.1:9/health" }' }],
      async ({ platform, promote }) => {
        const promotion = await promote();
        const { message } = await promotion.reaches('dev', 'needs attention');
        expect(message).toContain('Add it to `allow.httpChecks` in the worker');
        platform.setPolicy({ name: 'dev' });
        await promotion.decide('retry', { environment: 'dev' });
        expect((await promotion.result()).state).toBe('promoted');
      },
    );
  });
});

describe.concurrent('Waves', () => {
  it('go one after the other, a wave of several side by side, and a bad commit ends in the first', async ({
    expect,
  }) => {
    const waves = [
      { name: 'canary', soak: '1s', rolloutTimeout: '20s' },
      { name: 'us' },
      { name: 'eu', beside: true },
    ] as const;
    await onPlatform(waves, async ({ platform, promote }) => {
      const { environments } = await (await promote()).result();
      expect(environments.map(({ environment, stage, state }) => [environment, stage, state])).toEqual([
        ['canary', 0, 'promoted'],
        ['us', 1, 'promoted'],
        ['eu', 1, 'promoted'],
      ]);
      const bad = await promote(
        platform.source.commit('main', {
          'apps/web/web.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\n  namespace: web\n  annotations: { ${UNHEALTHY_IN}: canary }\ndata: { version: "2" }\n`,
        }),
      );
      await bad.reaches('canary', 'needs attention');
      await bad.decide('abort', { environment: 'canary', reason: 'seen in the first wave' });
      expect((await bad.result()).environments.map(({ state }) => state)).toEqual([
        'aborted',
        'not reached',
        'not reached',
      ]);
      expect(['canary', 'us', 'eu'].map((cluster) => platform.versionOn(cluster))).toEqual([
        { version: '2' },
        { version: '1' },
        { version: '1' },
      ]);
    });
  });

  it('may begin as a copy of the branches of another one', async ({ expect }) => {
    await onPlatform([{ name: 'prod' }], async ({ platform, promote, deployed }) => {
      expect((await (await promote()).result()).state).toBe('promoted');
      const { source, gitops } = platform;
      source.setBranch('canary', source.head('prod') ?? '');
      gitops.setBranch('canary', gitops.head('prod') ?? '');
      const canary = 'apiVersion: fairlead.dev/v1\nkind: Environment\nmerge: auto\nclusters: none\n';
      source.commit('canary', { 'fairlead.yaml': canary });
      const main = source.git(['show', 'main:fairlead.yaml']).replace('[prod]', '[canary, prod]');
      source.commit('main', { 'fairlead.yaml': main });
      const next = await promote(platform.release('2'));
      expect((await next.result()).environments.map(({ state }) => state)).toEqual(['promoted', 'promoted']);
      expect(platform.manifest('canary', 'one/apps/web/web.yaml')).toBe(
        platform.manifest('prod', 'one/apps/web/web.yaml'),
      );
      expect((await deployed('canary'))?.main).toBe(source.head('main'));
    });
  });
});
