import { describe, it } from 'vitest';
import { onPlatform } from '../support/promotion.ts';

describe.concurrent('A cluster', () => {
  it('that cannot be reached is never green: past the deadline it needs a person; back again, a retry goes on', async ({
    expect,
  }) => {
    await onPlatform([{ name: 'dev', rolloutTimeout: '6s' }, { name: 'qa' }], async ({ platform, promote }) => {
      platform.fleet.cluster('dev').setReachable(false);
      const promotion = await promote();
      const dev = await promotion.reaches('dev', 'needs attention');
      expect(dev.fleet).toMatchObject({ total: 1, healthy: 0, others: [{ name: 'dev', state: 'unknown' }] });
      expect(dev.message).toMatch(/not every cluster could be seen: .*cannot be reached/);
      expect((await promotion.status()).environments[1]?.state).toBe('waiting');
      platform.fleet.cluster('dev').setReachable(true);
      await promotion.decide('retry', { environment: 'dev' });
      const { environments } = await promotion.result();
      expect(environments.map(({ state }) => state)).toEqual(['promoted', 'promoted']);
      expect(await platform.requests()).toHaveLength(2);
    });
  });

  it('without Flux, or without a context in the kubeconfig, is named with what it lacks', async ({ expect }) => {
    const clusters = [{ name: 'bare', flux: false }, { name: 'lost', context: 'nowhere' }, { name: 'well' }];
    const dev = { name: 'dev', rolloutTimeout: '30s', clusters };
    await onPlatform([dev], async ({ platform, promote }) => {
      const promotion = await promote();
      const { fleet } = await promotion.reaches('dev', 'needs attention');
      expect(fleet, JSON.stringify(fleet)).toMatchObject({ healthy: 1 });
      const words = new Map(fleet?.others.map(({ name, state, awaited }) => [name, `${state}: ${awaited}`]));
      expect(words.get('bare')).toMatch(/^failed: .*Flux is not installed/);
      expect(words.get('lost')).toMatch(/^unknown: The kubeconfig has no context nowhere; it has .*well/);
      platform.setPolicy({ ...dev, clusters: [{ name: 'lost' }, { name: 'well' }] });
      await promotion.decide('retry', { environment: 'dev' });
      const [end] = (await promotion.result()).environments;
      expect(end).toMatchObject({ state: 'promoted', fleet: { healthy: 2, total: 2 } });
    });
  });
});
