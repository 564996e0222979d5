import { describe, it } from 'vitest';
import { onPlatform } from './support/promotion.ts';
import { refusal } from './support/refusal.ts';

const manual = { name: 'dev', merge: 'manual' } as const;

describe.concurrent('A config change', () => {
  it('of a commit that is not on the branch any more fails, and changes nothing', async ({ expect }) => {
    await onPlatform([{ name: 'dev' }], async ({ platform, promote, configure, deployed }) => {
      await (await promote()).result();
      const { gitops, source } = platform;
      const refs = () => gitops.git(['for-each-ref']);
      const [before, there] = [refs(), source.head('dev') ?? ''];
      const gone = platform.setValue('dev', 'blue');
      source.setBranch('dev', there);
      const { type, message } = await refusal(await configure('dev', gone));
      expect(type).toBe('InvalidInput');
      expect(message).toMatch(new RegExp(`^${gone} is not on dev, the config branch of .*its head ${there}`, 's'));
      expect(refs()).toBe(before);
      expect(await platform.requests()).toHaveLength(1);
      expect(await deployed('dev')).toEqual({ main: platform.firstCommit, config: there });
    });
  });

  it('takes newer commits into its open request, and none that is not on the branch', async ({ expect }) => {
    await onPlatform([{ name: 'dev' }], async ({ platform, test, promote, configure, deployed }) => {
      const { source } = platform;
      await (await promote()).result();
      const policy = platform.setPolicy(manual);
      const gone = platform.setValue('dev', 'red');
      source.setBranch('dev', policy);
      const change = await configure('dev', platform.setValue('dev', 'blue'));
      const { request } = await change.reaches('dev', 'pull request open');
      await configure('dev', gone);
      await expect
        .poll(async () => (await change.status()).refusals, { timeout: 60_000 })
        .toMatchObject([{ action: 'configure', reason: expect.stringContaining(`${gone} is not on dev`) }]);
      expect((await change.reaches('dev', 'pull request open')).request).toEqual(request);

      await test.worker.restart();
      const config = platform.setValue('dev', 'green');
      await configure('dev', config);
      const again = await change.rendersAgain('dev', request?.head);
      expect(again.request?.number).toBe(request?.number);
      await platform.merge(again.request?.number ?? 0);
      expect((await change.result()).state).toBe('configured');
      expect((await platform.requests()).map(({ labels }) => labels)).toEqual([['promoted'], ['configured']]);
      expect(platform.versionOn('dev')).toEqual({ version: '1', value: 'green' });
      expect(await deployed('dev')).toEqual({ main: platform.firstCommit, config });
    });
  });

  it('before anything was promoted says that its values come with the first promotion, which they do', async ({
    expect,
  }) => {
    await onPlatform([{ name: 'dev' }], async ({ platform, promote, configure }) => {
      const config = platform.setValue('dev', 'blue');
      const { state, message } = await (await configure('dev', config)).result();
      expect(state).toBe('nothing promoted yet');
      expect(message).toContain('these values take effect with the first promotion');
      expect(await platform.requests()).toEqual([]);
      await (await promote()).result();
      expect(platform.versionOn('dev')).toEqual({ version: '1', value: 'blue' });
    });
  });

  it('that takes an app off waits under auto for an approval that names what goes', async ({ expect }) => {
    const api = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: api, namespace: web }\n';
    await onPlatform([{ name: 'dev' }], async ({ platform, promote, configure, deployed }) => {
      const { source, fleet } = platform;
      const main = source.commit('main', {
        'apps/api/kustomization.yaml': 'resources: [api.yaml]\n',
        'apps/api/api.yaml': api,
      });
      source.commit('dev', { 'one/apps/api/.gitkeep': '' });
      expect((await (await promote(main)).result()).state).toBe('promoted');
      expect(fleet.cluster('dev').objects('ConfigMap')).toHaveLength(2);
      const config = source.commit('dev', { 'one/apps/api/.gitkeep': null });
      const change = await configure('dev', config);
      const { request, message } = await change.reaches('dev', 'awaiting approval');
      expect(message).toMatch(/^#2 removes 1 of 2 objects\. Look at it, then: fairlead approve .* --removals$/);
      const approval = { environment: 'dev', head: request?.head };
      expect(await change.decide('approve', approval)).toContain('approve it with --removals');
      expect(await deployed('dev')).not.toMatchObject({ config });
      await change.decide('approve', { ...approval, removals: true });
      expect((await change.result()).state).toBe('configured');
      expect(await deployed('dev')).toEqual({ main, config });
      expect(fleet.cluster('dev').objects('ConfigMap')).toHaveLength(1);
    });
  });
});
