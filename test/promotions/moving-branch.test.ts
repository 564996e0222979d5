import { describe, it } from 'vitest';
import { onPlatform } from './support/promotion.ts';

const manual = { name: 'dev', merge: 'manual' } as const;

describe.concurrent('A branch that moves while a request is open', () => {
  it('is rendered again in the same request, which names the edits that are lost; foreign files stay', async ({
    expect,
  }) => {
    await onPlatform([{ name: 'dev' }], async ({ platform, promote }) => {
      await (await promote()).result();
      platform.setPolicy(manual);
      const promotion = await promote(platform.release('2'));
      const { request } = await promotion.reaches('dev', 'pull request open');
      platform.gitops.commit('dev', {
        'one/apps/web/web.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: by-hand }\n',
        'one/flux-system/kustomization.yaml': 'resources: [gotk.yaml]\n',
        'one/flux-system/gotk.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: { name: flux-system }\n',
      });
      const again = await promotion.rendersAgain('dev', request?.head);
      expect(again.request?.number).toBe(request?.number);
      expect((await platform.requests()).at(-1)?.body).toMatch(/Edited by hand.*lost.*\n+- `one\/apps\/web\/web.yaml`/);
      await platform.merge(request?.number ?? 0);
      expect((await promotion.result()).state).toBe('promoted');
      expect(platform.manifest('dev', 'one/apps/web/web.yaml')).toContain('version: "2"');
      expect(platform.manifest('dev', 'one/flux-system/gotk.yaml')).toContain('flux-system');
      expect(platform.manifest('dev', 'one/kustomization.yaml')).toContain('- flux-system');
      expect(platform.versionOn('dev')).toEqual({ version: '2' });
      expect(await platform.requests()).toHaveLength(2);
    });
  });
});

describe.concurrent('A branch as it is found', () => {
  it('without provenance, but with files that would change, waits for an approval under auto', async ({ expect }) => {
    await onPlatform([{ name: 'dev' }], async ({ platform, promote }) => {
      platform.gitops.commit('dev', { 'one/apps/web/web.yaml': 'kind: Before\n' });
      const promotion = await promote();
      const { request } = await promotion.reaches('dev', 'awaiting approval');
      await promotion.decide('approve', { environment: 'dev', head: request?.head });
      expect((await promotion.result()).state).toBe('promoted');
    });
  });

  it('that holds these manifests already gets no request, and health is awaited all the same', async ({ expect }) => {
    await onPlatform([{ name: 'dev' }], async ({ platform, promote }) => {
      await (await promote()).result();
      platform.fleet.cluster('dev').setReachable(false);
      const promotion = await promote(platform.source.commit('main', { 'README.md': 'Words alone.\n' }));
      await promotion.awaits('cannot be reached');
      expect((await promotion.reaches('dev', 'rolling out')).request).toBeUndefined();
      platform.fleet.cluster('dev').setReachable(true);
      const { state, environments } = await promotion.result();
      expect(state).toBe('promoted');
      expect(environments[0]).toMatchObject({ state: 'unchanged', fleet: { healthy: 1, total: 1 } });
      expect(await platform.requests()).toHaveLength(1);
    });
  });
});
