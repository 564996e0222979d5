import { describe, it } from 'vitest';
import { fairleadScopes } from '../server/site.ts';
import { onGiteaPlatform } from './platform.ts';

describe('A promotion on Gitea', () => {
  it('by a token that may read but not push needs a person; with a better one, a retry goes on', async ({ expect }) => {
    await onGiteaPlatform([{ name: 'dev' }], async ({ platform, promote }) => {
      const { world } = platform;
      const weak = await world.bot.tokenWith(['read:repository', 'write:issue']);
      await platform.setToken(weak);
      const promotion = await promote();
      const { message } = await promotion.reaches('dev', 'needs attention');
      expect(message).toMatch(/Give the credential .* the permission/);
      expect(message).not.toContain(weak);
      await platform.setToken(await world.bot.tokenWith(fairleadScopes));
      await promotion.decide('retry', { environment: 'dev' });
      expect((await promotion.result()).state).toBe('promoted');
    });
  });

  it('by a user who may not write statuses in the source is promoted, and told where it may be', async ({ expect }) => {
    const options = { hasReports: true, mayWriteSource: false };
    await onGiteaPlatform(
      [{ name: 'dev' }],
      async ({ platform, promote }) => {
        const promotion = await promote();
        const { state, environments } = await promotion.result();
        expect(state).toBe('promoted');
        const head = environments[0]?.request?.head ?? '';
        await expect.poll(() => platform.statuses('gitops', head)).toHaveProperty('size', 1);
        await expect
          .poll(() => platform.world.comments(1))
          .toEqual([expect.stringContaining('promoted, 1 of 1 cluster healthy')]);
        expect(await platform.statuses('source', platform.firstCommit)).toEqual(new Map());
      },
      options,
    );
  });

  it('that may not be merged by the worker needs a person, who merges it', async ({ expect }) => {
    await onGiteaPlatform([{ name: 'dev' }], async ({ platform, promote }) => {
      const { world } = platform;
      const merge_whitelist_usernames = [world.maintainer.name];
      const rule = { rule_name: 'dev', enable_merge_whitelist: true, merge_whitelist_usernames };
      await world.asMaintainer('POST', '/branch_protections', rule);
      const promotion = await promote();
      const { message } = await promotion.reaches('dev', 'needs attention');
      expect(message).toContain('User not allowed to merge PR');
      const mergeCommit = await world.person.merge(1, 'merge');
      await promotion.decide('retry', { environment: 'dev' });
      const { environments } = await promotion.result();
      expect(environments[0]).toMatchObject({ state: 'promoted', mergeCommit, mergedBy: world.maintainer.name });
    });
  });

  it('waits for the reviews that the branch asks for, then merges', async ({ expect }) => {
    await onGiteaPlatform([{ name: 'dev' }], async ({ platform, promote }) => {
      const { world } = platform;
      await world.asMaintainer('POST', '/branch_protections', { rule_name: 'dev', required_approvals: 1 });
      const promotion = await promote();
      await promotion.awaits('enough approvals');
      await world.asMaintainer('POST', '/pulls/1/reviews', { event: 'APPROVED' });
      expect((await promotion.result()).state).toBe('promoted');
    });
  });

  it('whose branch a rule protects against pushes needs a person, with what the forge says', async ({ expect }) => {
    await onGiteaPlatform([{ name: 'dev' }], async ({ platform, promote }) => {
      const { world } = platform;
      await world.asMaintainer('POST', '/branch_protections', { rule_name: 'deploy/**', enable_push: false });
      const promotion = await promote();
      const { message } = await promotion.reaches('dev', 'needs attention');
      expect(message).toMatch(/protected/i);
      await world.asMaintainer('DELETE', `/branch_protections/${encodeURIComponent('deploy/**')}`);
      await promotion.decide('retry', { environment: 'dev' });
      expect((await promotion.result()).state).toBe('promoted');
    });
  });

  it('is rejected by a person who closes it, and its branch stays', async ({ expect }) => {
    await onGiteaPlatform([{ name: 'dev', merge: 'manual' }], async ({ platform, promote }) => {
      const { world } = platform;
      const promotion = await promote();
      const { request } = await promotion.reaches('dev', 'pull request open');
      await world.person.close(request?.number ?? 0);
      const { state, environments } = await promotion.result();
      expect(state).toBe('rejected');
      expect(environments[0]?.message).toBe(`#1 was closed by ${world.maintainer.name} without a merge`);
      expect(await platform.head(request?.branch ?? '')).toBe(request?.head);
    });
  });
});
