import { describe, it } from 'vitest';
import { botToken, readerToken } from '../support/platform.ts';
import { onPlatform } from '../support/promotion.ts';

describe.concurrent('A forge in trouble', () => {
  it('that fails, limits, hangs up, is silent or loses its answers gets one request and one merge in the end', async ({
    expect,
  }) => {
    await onPlatform([{ name: 'dev' }], async ({ platform, promote }) => {
      const listing = /^GET .*\/pulls$/;
      const opening = /^POST .*\/pulls$/;
      const looking = /^GET .*\/pulls\/1$/;
      const merging = /^PUT .*\/merge$/;
      for (const [match, trouble] of [
        [listing, { kind: 'answer', status: 500 }],
        [opening, { kind: 'lose the answer' }],
        [looking, { kind: 'silence' }],
        [listing, { kind: 'hang up' }],
        [merging, { kind: 'answer', status: 429, headers: { 'retry-after': '1' } }],
        [merging, { kind: 'lose the answer' }],
      ] as const)
        platform.forge.fail({ match, trouble });
      const { state } = await (await promote()).result();
      expect(state).toBe('promoted');
      expect(await platform.requests()).toMatchObject([{ state: 'merged' }]);
      expect(platform.gitops.git(['rev-list', '--count', '--merges', 'dev'])).toBe('1');
      expect(platform.versionOn('dev')).toEqual({ version: '1' });
    });
  });
});

describe.concurrent("The worker's token", () => {
  it('that may only read needs a person; with a better one, a retry goes on', async ({ expect }) => {
    await onPlatform([{ name: 'dev' }], async ({ platform, promote }) => {
      await platform.setToken(readerToken);
      const promotion = await promote();
      const { message } = await promotion.reaches('dev', 'needs attention');
      expect(message).toMatch(/denies access to .*\/acme\/gitops-\w+\. Give the credential .* the permission/);
      expect(message).not.toContain(readerToken);
      await platform.setToken(botToken);
      await promotion.decide('retry', { environment: 'dev' });
      expect((await promotion.result()).state).toBe('promoted');
    });
  });

  it('that becomes wrong or is gone while a request is open needs a person, and the request stays', async ({
    expect,
  }) => {
    await onPlatform([{ name: 'dev', merge: 'manual' }], async ({ platform, promote }) => {
      const promotion = await promote();
      for (const [token, words] of [
        ['another', /does not accept the credential|Bad credentials/],
        [undefined, /\/token/],
      ] as const) {
        await promotion.reaches('dev', 'pull request open');
        await platform.setToken(token);
        const { message } = await promotion.reaches('dev', 'needs attention');
        expect(message).toMatch(words);
        await platform.setToken(botToken);
        await promotion.decide('retry', { environment: 'dev' });
      }
      await promotion.reaches('dev', 'pull request open');
      await platform.merge(1);
      expect((await promotion.result()).state).toBe('promoted');
      expect(await platform.requests()).toHaveLength(1);
    });
  });
});
