import { describe, it } from 'vitest';
import { onGiteaPlatform } from './platform.ts';

/** A rule that matches Fairlead's own branches, and lets it push there. */
const rule = { rule_name: 'deploy/**', enable_push: true };

describe("A rule of Gitea that matches Fairlead's own branches", () => {
  it('and refuses a force push needs a person when a request is rendered again', async ({ expect }) => {
    await onGiteaPlatform([{ name: 'dev', merge: 'manual' }], async ({ platform, promote }) => {
      const { world, gitops } = platform;
      await world.asMaintainer('POST', '/branch_protections', rule);
      const promotion = await promote();
      const { request } = await promotion.reaches('dev', 'pull request open');
      gitops.local.commit('dev', { 'README.md': 'Edited by hand.\n' });
      await gitops.push('dev');
      const { message } = await promotion.fails('dev', 'protected from force push');
      expect(message).toContain(`branch ${request?.branch} is protected from force push`);
      expect(message).toContain('Check its branch rules and hooks');
      await world.asMaintainer('DELETE', `/branch_protections/${encodeURIComponent(rule.rule_name)}`);
      await promotion.decide('retry', { environment: 'dev' });
      const again = await promotion.rendersAgain('dev', request?.head);
      expect(await platform.head(request?.branch ?? '')).toBe(again.request?.head);
      await world.person.merge(1, 'merge');
      expect((await promotion.result()).state).toBe('promoted');
    });
  });

  it('and refuses deletion keeps the branch of a request that is closed, and the promotion says so', async ({
    expect,
  }) => {
    await onGiteaPlatform([{ name: 'dev', merge: 'manual' }], async ({ platform, promote }) => {
      const { world } = platform;
      await world.asMaintainer('POST', '/branch_protections', rule);
      const promotion = await promote();
      const { request } = await promotion.reaches('dev', 'pull request open');
      await promotion.decide('abort', { environment: 'dev', reason: 'not now' });
      const { environments } = await promotion.result();
      expect(environments[0]?.state).toBe('aborted');
      expect(environments[0]?.message).toContain('#1 is closed, its branch stays');
      expect(environments[0]?.message).toContain(`branch ${request?.branch} is protected from deletion`);
      expect(await platform.head(request?.branch ?? '')).toBe(request?.head);
    });
  });
});
