import { describe, it } from 'vitest';
import { onPlatform } from '../support/promotion.ts';
import { refusal } from '../support/refusal.ts';

describe.concurrent('A promotion of', () => {
  it('what is not on main, nowhere, no commit, or lacks its config branches is refused with the reason', async ({
    expect,
  }) => {
    await onPlatform([{ name: 'dev' }], async ({ platform, promote }) => {
      const { source } = platform;
      source.setBranch('feature', platform.firstCommit);
      const elsewhere = source.commit('feature', { 'README.md': 'not merged\n' });
      expect((await refusal(await promote(elsewhere))).message).toMatch(
        /is not on main of .*acme\/source.*Merge it first/,
      );
      const tree = source.git(['rev-parse', 'main^{tree}']);
      for (const noCommit of [tree, 'main', '--upload-pack=x', '$(id)'])
        expect((await refusal(await promote(noCommit))).message).toContain(noCommit);
      expect((await refusal(await promote('1'.repeat(40)))).message).toMatch(/has no commit 1{40}.*Push it to main/);
      source.deleteBranch('dev');
      expect((await refusal(await promote())).message).toMatch(/dev/);
      expect(await platform.requests()).toEqual([]);
    });
  });
});

describe.concurrent('An environment', () => {
  it('without its GitOps branch says how to create it, and goes on when that is done', async ({ expect }) => {
    await onPlatform([{ name: 'dev' }], async ({ platform, promote }) => {
      platform.gitops.deleteBranch('dev');
      const promotion = await promote();
      const { message } = await promotion.reaches('dev', 'needs attention');
      expect(message).toContain('git switch --orphan dev && git commit --allow-empty -m "Begin dev"');
      platform.gitops.commit('dev', {}, { message: 'Begin dev' });
      await promotion.decide('retry', { environment: 'dev' });
      expect((await promotion.result()).state).toBe('promoted');
    });
  });

  it('with a broken fairlead.yaml, or without one, says file, line and value, and goes on when it is mended', async ({
    expect,
  }) => {
    await onPlatform([{ name: 'dev' }], async ({ platform, promote }) => {
      const broken = 'apiVersion: fairlead.dev/v1\nkind: Environment\nmerge: sometimes\nclusters: none\n';
      platform.source.commit('dev', { 'fairlead.yaml': broken });
      const promotion = await promote();
      const { message } = await promotion.reaches('dev', 'needs attention');
      expect(message).toMatch(/fairlead\.yaml of branch dev.*3.*sometimes/s);
      platform.source.commit('dev', { 'fairlead.yaml': null });
      await promotion.decide('retry', { environment: 'dev' });
      const missing = await promotion.reaches('dev', 'needs attention');
      expect(missing.message).toContain('at the root of branch dev. Add one with');
      platform.setPolicy({ name: 'dev' });
      await promotion.decide('retry', { environment: 'dev' });
      expect((await promotion.result()).state).toBe('promoted');
    });
  });

  it('whose config branch goes while an earlier stage runs says so, and goes on when it is back', async ({
    expect,
  }) => {
    await onPlatform([{ name: 'dev', merge: 'manual' }, { name: 'qa' }], async ({ platform, promote }) => {
      const promotion = await promote();
      await promotion.reaches('dev', 'pull request open');
      const config = platform.source.head('qa') ?? '';
      platform.source.deleteBranch('qa');
      await platform.merge(1);
      const { message } = await promotion.reaches('qa', 'needs attention');
      expect(message).toMatch(/qa.*acme\/source|acme\/source.*qa/);
      platform.source.setBranch('qa', config);
      await promotion.decide('retry', { environment: 'qa' });
      expect((await promotion.result()).state).toBe('promoted');
    });
  });

  it('that cannot be rendered names group, leaf and commit, and goes on when the config branch is mended', async ({
    expect,
  }) => {
    await onPlatform([{ name: 'dev' }], async ({ platform, promote }) => {
      platform.source.commit('dev', { 'one/apps/web/kustomization.yaml': 'resources: [gone.yaml]\n' });
      const promotion = await promote();
      const { message } = await promotion.reaches('dev', 'needs attention');
      expect(message).toMatch(/one.*apps\/web.*gone\.yaml/s);
      expect(message).toContain(platform.firstCommit.slice(0, 8));
      platform.source.commit('dev', { 'one/apps/web/kustomization.yaml': null });
      await promotion.decide('retry', { environment: 'dev' });
      expect((await promotion.result()).state).toBe('promoted');
    });
  });

  it('that does not exist in the promotion gets no decision: the update says which there are', async ({ expect }) => {
    await onPlatform([{ name: 'dev', merge: 'manual' }], async ({ promote }) => {
      const promotion = await promote();
      await promotion.reaches('dev', 'pull request open');
      expect(await promotion.decide('retry', { environment: 'moon' })).toContain('no environment moon');
      await promotion.handle.signal('retry', { environment: 'moon', by: 'ann' });
      expect((await promotion.status()).refusals).toMatchObject([{ action: 'retry' }]);
    });
  });
});
