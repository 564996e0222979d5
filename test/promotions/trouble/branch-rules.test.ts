import { describe, it } from 'vitest';
import { onPlatform } from '../support/promotion.ts';

/** A ruleset that matches Fairlead's own branches. */
const own = (...blocks: readonly ('creation' | 'non_fast_forward' | 'deletion')[]) => [
  { branches: 'deploy/**', blocks },
];

describe.concurrent("A ruleset of GitHub that matches Fairlead's own branches", () => {
  it('and refuses that they are made needs a person, with what GitHub says', async ({ expect }) => {
    await onPlatform([{ name: 'dev' }], async ({ platform: { forge, names }, promote }) => {
      forge.setRulesets(names.gitops, own('creation'));
      const promotion = await promote();
      const { message } = await promotion.fails('dev', 'GH013: Repository rule violations found');
      expect(message).toContain('Cannot create ref due to creations being restricted');
      forge.setRulesets(names.gitops, []);
      await promotion.decide('retry', { environment: 'dev' });
      expect((await promotion.result()).state).toBe('promoted');
    });
  });

  it('and refuses a force push needs a person when a request is rendered again', async ({ expect }) => {
    await onPlatform([{ name: 'dev', merge: 'manual' }], async ({ platform, promote }) => {
      const { forge, names, gitops } = platform;
      forge.setRulesets(names.gitops, own('non_fast_forward'));
      const promotion = await promote();
      const { request } = await promotion.reaches('dev', 'pull request open');
      gitops.commit('dev', { 'README.md': 'Edited by hand.\n' });
      const { message } = await promotion.fails('dev', 'Cannot force-push to this branch');
      expect(message).toContain(`GH013: Repository rule violations found for refs/heads/${request?.branch}`);
      expect(message).toContain('Check its branch rules and hooks');
      forge.setRulesets(names.gitops, []);
      await promotion.decide('retry', { environment: 'dev' });
      const again = await promotion.rendersAgain('dev', request?.head);
      expect(gitops.head(request?.branch ?? '')).toBe(again.request?.head);
      await platform.merge(1);
      expect((await promotion.result()).state).toBe('promoted');
    });
  });

  it('and refuses deletion keeps the branch of a request that is closed, and the promotion says so', async ({
    expect,
  }) => {
    await onPlatform([{ name: 'dev', merge: 'manual' }], async ({ platform, promote }) => {
      const { forge, names, gitops } = platform;
      forge.setRulesets(names.gitops, own('deletion'));
      const promotion = await promote();
      const { request } = await promotion.reaches('dev', 'pull request open');
      await promotion.decide('abort', { environment: 'dev', reason: 'not now' });
      const { environments } = await promotion.result();
      expect(environments[0]?.state).toBe('aborted');
      expect(environments[0]?.message).toContain('#1 is closed, its branch stays');
      expect(environments[0]?.message).toContain('Cannot delete this branch');
      expect(gitops.head(request?.branch ?? '')).toBe(request?.head);
    });
  });
});
