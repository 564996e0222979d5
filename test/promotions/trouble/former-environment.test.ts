import { describe, it } from 'vitest';
import { onPlatform, type PlatformTest } from '../support/promotion.ts';

/** Version 1 is deployed in dev and qa; version 2 waits in qa, which is held, and is then taken out of `stages`. */
async function withWaiting({ platform, promote, lane }: PlatformTest) {
  const { source } = platform;
  await (await promote()).result();
  await lane('qa').hold('an audit');
  const promotion = await promote(platform.release('2'));
  await promotion.reaches('qa', 'held');
  const before = source.git(['show', 'main:fairlead.yaml']);
  source.commit('main', { 'fairlead.yaml': `${before.replace('stages: [dev, qa]', 'stages: [dev]')}\n` });
  return promotion;
}

describe.concurrent('What waits in an environment that somebody takes out of the stages', () => {
  it('goes on when its lane is resumed: the stages of its own commit count', async ({ expect }) => {
    await onPlatform([{ name: 'dev' }, { name: 'qa' }], async (test) => {
      const promotion = await withWaiting(test);
      await test.lane('qa').resume();
      expect((await promotion.result()).state).toBe('promoted');
      expect(test.platform.versionOn('qa')).toEqual({ version: '2' });
    });
  });

  it('ends when it is aborted there', async ({ expect }) => {
    await onPlatform([{ name: 'dev' }, { name: 'qa' }], async (test) => {
      const promotion = await withWaiting(test);
      await promotion.decide('abort', { environment: 'qa', reason: 'it is gone' });
      const { environments } = await promotion.result();
      expect(environments.map(({ state }) => state)).toEqual(['promoted', 'aborted']);
    });
  });
});
