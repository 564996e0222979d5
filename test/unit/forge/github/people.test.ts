import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../../../support/git.ts';
import { createGitHubWorld, type GitHubWorld, REPOSITORY } from '../github-world.ts';
import { createWorkbench, type Workbench } from '../world.ts';

const directory = temporaryDirectory('people');
let world: GitHubWorld;
let bench: Workbench;

beforeAll(async () => {
  world = await createGitHubWorld();
  world.server.addUser({ login: 'alice', token: 'ghp_alice', permission: 'write' });
  world.server.addTeam('sre');
  bench = await createWorkbench(join(directory.path, 'local'), world.remote, 7);
});
afterAll(async () => {
  expect(world.drift(), "calls and answers differ from GitHub's published description").toEqual([]);
  await world.close();
  directory.remove();
});

const nobody = { reviewers: [], teams: [], assignees: [], labels: [] };

async function viewOf(number: number) {
  const found = (await world.server.pullRequests(REPOSITORY)).find((one) => one.number === number);
  if (found === undefined) throw new Error(`there is no request #${number}`);
  return found;
}

describe('The first request from its branch', () => {
  it('takes one call and another for its label: no merged one is looked for', async () => {
    const before = world.exchanges.length;
    const { number } = await world.forge.openPullRequest({ ...bench.pair().draft, isFirst: true });
    const calls = world.exchanges.slice(before).map(({ method, path }) => `${method} ${path.split('/repos/')[1]}`);
    expect(calls.slice(0, 2)).toEqual([`POST ${REPOSITORY}/pulls`, `POST ${REPOSITORY}/issues/${number}/labels`]);
    expect(calls.filter((call) => call.startsWith('GET '))).toEqual([]);
  });
});

describe('Whoever is wanted for a request', () => {
  it('is asked for when it is opened: people, teams, assignees, labels', async () => {
    const asks = { reviewers: ['alice'], teams: ['sre'], assignees: ['maintainer'], labels: ['kubernetes'] };
    const { number } = await world.forge.openPullRequest({ ...bench.pair().draft, asks });
    const view = await viewOf(number);
    expect(view).toMatchObject({ reviewers: ['alice', 'team:sre'], assignees: ['maintainer'], comments: [] });
    expect(view.labels).toEqual(['promoted', 'kubernetes']);
  });

  it('is asked for once: what people change there stays', async () => {
    const { draft } = bench.pair();
    const asks = { ...nobody, reviewers: ['alice'], labels: ['kubernetes'] };
    await world.forge.openPullRequest({ ...draft, asks });
    const before = world.exchanges.length;
    await world.forge.openPullRequest({ ...draft, title: 'Rendered again', asks });
    const asked = world.exchanges
      .slice(before)
      .filter(({ path }) => /requested_reviewers|assignees|labels$/.test(path));
    expect(asked).toEqual([]);
  });

  it('is asked for after an attempt that ended before it', async () => {
    const { draft } = bench.pair();
    const asks = { ...nobody, reviewers: ['alice'] };
    world.server.fail({ match: /requested_reviewers/, trouble: { kind: 'hang up' } });
    await expect(world.forge.openPullRequest({ ...draft, asks })).rejects.toThrow(/Could not ask for reviews/);
    const { number } = await world.forge.openPullRequest({ ...draft, asks });
    expect((await viewOf(number)).reviewers).toEqual(['alice']);
  });

  it('and does not exist is told in a comment, once, and stops neither the others nor the request', async () => {
    const { draft, sha } = bench.pair();
    const asks = { ...nobody, reviewers: ['nobody-here', 'alice'], teams: ['ghosts'], assignees: ['nobody-here'] };
    const { number } = await world.forge.openPullRequest({ ...draft, asks });
    await world.forge.openPullRequest({ ...draft, asks });
    const { reviewers, comments } = await viewOf(number);
    expect(reviewers).toEqual(['alice']);
    expect(comments).toHaveLength(1);
    expect(comments[0]?.body).toMatch(/- a review of `nobody-here`: Reviews may only be requested from collaborators/);
    expect(comments[0]?.body).toMatch(/- a review of team `ghosts`/);
    expect(comments[0]?.body).toMatch(
      /- an assignment to `nobody-here`: nobody of this name can be assigned in acme\/gitops/,
    );
    expect(await world.forge.merge(number, sha)).toMatchObject({ kind: 'merged' });
  });

  it('and is our own account is told, too', async () => {
    const asks = { ...nobody, reviewers: ['fairlead-bot'] };
    const { number } = await world.forge.openPullRequest({ ...bench.pair().draft, asks });
    expect((await viewOf(number)).comments[0]?.body).toMatch(/cannot be requested from pull request author/);
  });
});
