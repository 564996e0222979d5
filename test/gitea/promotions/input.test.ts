import { describe, it } from 'vitest';
import { refusal } from '../../promotions/support/refusal.ts';
import { onGiteaPlatform } from './platform.ts';

describe('On Gitea, a promotion of', () => {
  it('what is not on main, nowhere, or lacks its config branch is refused with the reason', async ({ expect }) => {
    await onGiteaPlatform([{ name: 'dev' }], async ({ platform, promote }) => {
      const { source, firstCommit, world } = platform;
      source.local.setBranch('feature', firstCommit);
      const elsewhere = source.local.commit('feature', { 'README.md': 'not merged\n' });
      await source.push('feature');
      expect((await refusal(await promote(elsewhere))).message).toMatch(
        /is not on main of .*acme\/source.*Merge it first/,
      );
      expect((await refusal(await promote('1'.repeat(40)))).message).toMatch(/has no commit 1{40}.*Push it to main/);
      await source.push(':refs/heads/dev');
      expect((await refusal(await promote())).message).toMatch(/dev/);
      expect(await world.asMaintainer('GET', '/pulls?state=all')).toEqual([]);
    });
  });

  it('an environment without its GitOps branch says how to create it, and goes on when that is done', async ({
    expect,
  }) => {
    await onGiteaPlatform([{ name: 'dev' }, { name: 'qa' }], async ({ platform, promote }) => {
      const { gitops } = platform;
      await gitops.push(':refs/heads/qa');
      const promotion = await promote();
      const { message } = await promotion.reaches('qa', 'needs attention');
      expect(message).toContain('git switch --orphan qa && git commit --allow-empty -m "Begin qa"');
      await gitops.push('qa');
      await promotion.decide('retry', { environment: 'qa' });
      expect((await promotion.result()).state).toBe('promoted');
    });
  });

  it('an environment with a broken fairlead.yaml says file, line and value, and goes on when it is mended', async ({
    expect,
  }) => {
    await onGiteaPlatform([{ name: 'dev' }], async ({ platform, promote }) => {
      const { source } = platform;
      const before = source.local.git(['show', 'dev:fairlead.yaml']);
      const broken = 'apiVersion: fairlead.dev/v1\nkind: Environment\nmerge: sometimes\nclusters: none\n';
      source.local.commit('dev', { 'fairlead.yaml': broken });
      await source.push('dev');
      const promotion = await promote();
      const { message } = await promotion.reaches('dev', 'needs attention');
      expect(message).toMatch(/fairlead\.yaml of branch dev.*3.*sometimes/s);
      source.local.commit('dev', { 'fairlead.yaml': `${before}\n` });
      await source.push('dev');
      await promotion.decide('retry', { environment: 'dev' });
      expect((await promotion.result()).state).toBe('promoted');
    });
  });
});
