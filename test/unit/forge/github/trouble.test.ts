import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGitRepositories } from '../../../../src/git/repositories.ts';
import type { GitRepository } from '../../../../src/git/repository.ts';
import { gitTestEnvironment, temporaryDirectory } from '../../../support/git.ts';
import { createGitHubWorld, type GitHubWorld, REPOSITORY } from '../github-world.ts';
import { type BranchPair, createWorkbench, type Workbench } from '../world.ts';

const directory = temporaryDirectory('trouble');
let world: GitHubWorld;
let bench: Workbench;
let caches = 0;

beforeAll(async () => {
  world = await createGitHubWorld();
  const users = [
    { login: 'reader', token: 'ghp_reader', permission: 'read' },
    {
      login: 'fine-reader',
      token: 'ghp_fine',
      permission: 'write',
      grants: { contents: 'read', pull_requests: 'write' },
    },
    { login: 'pusher', token: 'ghp_pusher', permission: 'write', grants: { contents: 'write', pull_requests: 'read' } },
  ] as const;
  for (const user of users) world.server.addUser(user);
  bench = await createWorkbench(join(directory.path, 'local'), world.remote, 12);
});
afterAll(async () => {
  expect(world.drift(), "calls and answers differ from GitHub's published description").toEqual([]);
  await world.close();
  directory.remove();
});

/** The repository as a worker with this token sees it. */
function repositoryWith(token: string): GitRepository {
  caches += 1;
  return createGitRepositories({
    cacheDir: join(directory.path, `cache-${caches}`),
    environment: gitTestEnvironment,
    credentials: {
      for: async () => ({ username: 'x-access-token', password: token }),
      setting: () => 'environment variable BOT_TOKEN',
    },
  }).open(world.remote.url);
}

async function pushTo(branch: string, repository: GitRepository, { sha }: BranchPair) {
  await repository.ensureCommit(sha);
  return repository.push({ commit: sha, branch, expected: null });
}

describe('A token', () => {
  it.each(['ghp_reader', 'ghp_fine'])('that may read but not push (%s) is named, with what it lacks', async (token) => {
    const pair = bench.pair();
    const repository = repositoryWith(token);
    expect(await repository.branchHead(pair.base)).toMatch(/^[0-9a-f]{40}$/);
    await expect(pushTo('deploy/new', repository, pair)).rejects.toMatchObject({
      type: 'Unauthorized',
      message: expect.stringMatching(/denies access.*environment variable BOT_TOKEN.*the permission that this needs/),
    });
  });

  it('that may push but open nothing is named, with the permission', async () => {
    const { draft } = bench.pair();
    await expect(world.forgeWith('ghp_pusher').openPullRequest(draft)).rejects.toMatchObject({
      type: 'Unauthorized',
      message: expect.stringMatching(/BOT_TOKEN the permission it lacks on acme\/gitops \(pull_requests=write\)/),
    });
  });

  it('that may open but not merge is named, with the permission', async () => {
    const { draft, sha } = bench.pair();
    const { number } = await world.forge.openPullRequest(draft);
    await expect(world.forgeWith('ghp_fine').merge(number, sha)).rejects.toMatchObject({
      type: 'Unauthorized',
      message: expect.stringMatching(/Could not merge pull request #\d+.*\(contents=write\)/),
    });
  });
});

describe('A branch', () => {
  it('that only signed commits may enter leaves the request to a person, and says what to set', async () => {
    const { draft, base, sha } = bench.pair();
    world.server.protectBranch(REPOSITORY, base, { signedCommits: true });
    const { number } = await world.forge.openPullRequest(draft);
    expect(await world.forge.merge(number, sha)).toMatchObject({
      kind: 'refused',
      reason: expect.stringMatching(/verified signatures.*Name a key in `signing` of this forge/s),
    });
  });
});

describe('A repository that merges by squash alone', () => {
  it('gets squashes', async () => {
    const { url } = await world.server.createRepository('acme', 'squashes', { mergeMethods: ['squash'] });
    const own = await createWorkbench(join(directory.path, 'squashes'), { ...world.remote, url }, 1);
    const { draft, sha } = own.pair();
    const forge = world.forgeAt(url);
    const { number } = await forge.openPullRequest(draft);
    expect(await forge.merge(number, sha)).toMatchObject({ kind: 'merged' });
  });
});

describe('A repository', () => {
  it('that was renamed or moved is named with what to write, and gets no token by a redirect', async () => {
    const { url } = await world.server.createRepository('acme', 'former');
    await createWorkbench(join(directory.path, 'former'), { ...world.remote, url }, 1);
    world.server.move('acme/former', 'elsewhere/present');
    await expect(world.forgeAt(url).openRequests('main')).rejects.toMatchObject({
      type: 'NotFound',
      message: expect.stringMatching(/acme\/former.*has moved: write its present URL in fairlead\.yaml/),
    });
    const repositories = createGitRepositories({
      cacheDir: join(directory.path, 'moved'),
      environment: gitTestEnvironment,
      credentials: { for: async () => ({ username: 'x-access-token', password: world.remote.token }) },
    });
    await expect(repositories.open(url).branchHead('env-1')).rejects.toMatchObject({
      type: 'Refused',
      message: expect.stringMatching(/redirects to another address.*Configure the repository's present URL/),
    });
  });

  it('that was archived says so: it takes neither pushes nor requests, and is still read', async () => {
    const pair = bench.pair();
    const repository = repositoryWith(world.remote.token);
    world.server.archive(REPOSITORY);
    await expect(world.forge.openPullRequest(pair.draft)).rejects.toMatchObject({
      type: 'Refused',
      message: expect.stringMatching(/archived so is read-only\. The repository takes no changes/),
    });
    expect(await repository.branchHead(pair.base)).toMatch(/^[0-9a-f]{40}$/);
    await expect(pushTo('deploy/late', repository, pair)).rejects.toMatchObject({
      type: 'Refused',
      message: expect.stringMatching(
        /is archived: .*Take it out of the archive.* git says: This repository was archived/,
      ),
    });
  });
});
