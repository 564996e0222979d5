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
