import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../../../support/git.ts';
import { createGitHubWorld, type GitHubWorld } from '../github-world.ts';
import { createWorkbench, type Workbench } from '../world.ts';

const directory = temporaryDirectory('not-found');
let world: GitHubWorld;
let bench: Workbench;

beforeAll(async () => {
  world = await createGitHubWorld();
  bench = await createWorkbench(join(directory.path, 'local'), world.remote, 5);
});
afterEach(() => world.server.clearFaults());
afterAll(async () => {
  await world.close();
  directory.remove();
});

const notFound = { kind: 'answer', status: 404, body: { message: 'Not Found' } } as const;

describe('What GitHub does not find', () => {
  it('is waited for where it is a request that it has named', async () => {
    const { number } = await world.forge.openPullRequest(bench.pair().draft);
    world.server.fail({ match: /^GET .*\/pulls\/\d+$/, trouble: notFound });
    await expect(world.forge.pullRequest(number)).rejects.toMatchObject({ type: 'NotFound', patienceMs: 120_000 });
  });

  it('is waited for where it is a base that git has shown', async () => {
    const errors = [{ resource: 'PullRequest', field: 'base', code: 'custom', message: 'base invalid' }];
    const body = { message: 'Validation Failed', errors };
    world.server.fail({ match: /^POST .*\/pulls$/, trouble: { kind: 'answer', status: 422, body } });
    const open = world.forge.openPullRequest({ ...bench.pair().draft, isFirst: true });
    await expect(open).rejects.toMatchObject({ type: 'NotFound', patienceMs: 120_000 });
  });

  it('is not waited for where nobody has named it', async () => {
    world.server.fail({ match: /^GET .*\/pulls(\?|$)/, trouble: notFound });
    const open = world.forge.openRequests(bench.pair().draft.base);
    await expect(open).rejects.toMatchObject({ type: 'NotFound', patienceMs: undefined });
  });
});
