import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { shortSha } from '../../../src/short-names.ts';
import { onPlatform } from '../support/promotion.ts';

// The forge's API says merged; git shows the branch, or even the commit, later, as a replica does.
describe('A merge that git does not show yet', () => {
  it('is waited for where the branch is behind, and where the commit is not there', async () => {
    await onPlatform([{ name: 'dev', merge: 'manual' }], async ({ platform, promote }) => {
      const { gitops } = platform;
      const promotion = await promote();
      await promotion.reaches('dev', 'pull request open');
      const before = gitops.head('dev') ?? '';
      const merged = await platform.merge(1);
      gitops.setBranch('dev', before);
      const file = join(gitops.path, 'objects', merged.slice(0, 2), merged.slice(2));
      renameSync(file, `${file}.late`);
      await promotion.awaits(`was merged as ${shortSha(merged)}`);
      renameSync(`${file}.late`, file);
      // The commit is there now, and the branch is still behind.
      await promotion.awaits(`was merged as ${shortSha(merged)}`);
      gitops.setBranch('dev', merged);
      await promotion.reaches('dev', 'promoted');
    });
  });

  it('needs a person where it is gone for longer, and goes on by itself when it is back', async () => {
    await onPlatform([{ name: 'dev', merge: 'manual', rolloutTimeout: '10m' }], async ({ platform, promote }) => {
      const { gitops } = platform;
      const cluster = platform.fleet.cluster('dev');
      cluster.setReachable(false);
      const promotion = await promote();
      await promotion.reaches('dev', 'pull request open');
      const before = gitops.head('dev') ?? '';
      const merged = await platform.merge(1);
      await promotion.reaches('dev', 'rolling out');
      gitops.setBranch('dev', before);
      const { message } = await promotion.fails('dev', `${shortSha(merged)} is not on dev of`);
      expect(message).toMatch(/the branch was rewritten.* Fairlead looks for it by itself, from 20\S+Z on, /);
      await promotion.awaits(`${shortSha(merged)} is not on dev of`);
      cluster.setReachable(true);
      gitops.setBranch('dev', merged);
      expect((await promotion.result()).state).toBe('promoted');
    });
  });
});

describe('The last assignment of a group, on clusters that the policy still lists', () => {
  it('does not go: Flux there would fail, prune nothing, and nobody would look', async () => {
    await onPlatform([{ name: 'dev' }], async ({ platform, promote, configure }) => {
      const { source } = platform;
      const policy = `${source.git(['show', 'dev:fairlead.yaml'])}\nwithoutClusters: [two]\n`;
      source.commit('dev', { 'fairlead.yaml': policy, 'two/apps/web/.gitkeep': '' });
      await (await promote()).result();
      const change = await configure('dev', source.commit('dev', { 'one/apps/web/.gitkeep': null }));
      const { message } = await change.fails('dev', 'The last leaf of the group one goes from dev');
      expect(message).toContain('of which clusters are listed: dev.');
      expect(platform.versionOn('dev')).toEqual({ version: '1' });
    });
  });
});
