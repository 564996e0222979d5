import { afterAll, describe, expect, it } from 'vitest';
import { createGitRepositories } from '../../../src/git/repositories.ts';
import { renderPair } from '../../../src/gitops/compose-environment.ts';
import type { Renderer, RenderOptions } from '../../../src/render/types.ts';
import { createTestRepository, gitTestEnvironment, temporaryDirectory } from '../../support/git.ts';
import { fakeRenderer } from '../render/fake-renderer.ts';
import { base } from '../render/trees.ts';

const { path: directory, remove } = temporaryDirectory('compose');
afterAll(remove);

const platform = 'apiVersion: fairlead.dev/v1\nkind: Platform\nname: acme\nstages: [dev]\n';

describe('A render', () => {
  it('of a good commit is not stopped by a head of main that is too much to be listed', async () => {
    const remote = createTestRepository(`${directory}/acme/bomb.git`);
    const main = remote.commit('main', { ...base('apps/shop'), 'fairlead.yaml': platform });
    const config = remote.commit('dev', { 'us/apps/shop/.gitkeep': '' });
    let tree = remote.git(['mktree'], '');
    for (let level = 0; level < 60; level += 1)
      tree = remote.git(['mktree'], ['a', 'b'].map((name) => `040000 tree ${tree}\t${name}\n`).join(''));
    const files = remote.git(['ls-tree', main]);
    const poisoned = remote.git(['mktree'], `${files}\n040000 tree ${tree}\tz\n`);
    remote.setBranch('main', remote.git(['commit-tree', '-p', main, '-m', 'bomb', poisoned]));
    const repositories = createGitRepositories({ cacheDir: `${directory}/cache-2`, environment: gitTestEnvironment });
    const source = repositories.open(remote.path);
    const rendered = await renderPair({ source, environment: 'dev', main, config, renderer: fakeRenderer().renderer });
    expect(rendered.objects).toBe(1);
    expect(rendered.warnings).toEqual([
      expect.stringMatching(/^main's head [0-9a-f]{8} was left out of account: .* more than 40 MiB/),
    ]);
  });

  it('has the share of its platform, however the URL of the source is written', async () => {
    const remote = createTestRepository(`${directory}/acme/platform.git`);
    const main = remote.commit('main', { ...base('apps/shop'), 'fairlead.yaml': platform });
    const config = remote.commit('dev', { 'us/apps/shop/.gitkeep': '' });
    const repositories = createGitRepositories({ cacheDir: `${directory}/cache`, environment: gitTestEnvironment });
    const shares: RenderOptions['share'][] = [];
    const { renderer } = fakeRenderer();
    const watched: Renderer = {
      ...renderer,
      render: (request, options) => {
        shares.push(options?.share);
        return renderer.render(request);
      },
    };
    for (const url of [remote.path, `file://${remote.path.replace(/\.git$/, '')}`])
      await renderPair({ source: repositories.open(url), environment: 'dev', main, config, renderer: watched });
    expect(shares).toEqual([`file:${directory}/acme/platform`, `file:${directory}/acme/platform`]);
  });
});
