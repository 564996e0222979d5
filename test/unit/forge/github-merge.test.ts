import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Protection } from '../../../fakes/github/model.ts';
import { temporaryDirectory } from '../../support/git.ts';
import { createGitHubWorld, type GitHubWorld, REPOSITORY, TOKEN } from './github-world.ts';
import { createWorkbench, type Workbench } from './world.ts';

const directory = temporaryDirectory('github-merge');
let world: GitHubWorld;
let bench: Workbench;

beforeAll(async () => {
  world = await createGitHubWorld();
  bench = await createWorkbench(join(directory.path, 'local'), world.remote, 30);
});
afterAll(async () => {
  const drift = world.drift();
  await world.close();
  directory.remove();
  expect(drift).toEqual([]);
});

/** An open request to a branch with these rules. */
async function request(rules?: Protection) {
  const { base, head: branch, sha, draft } = bench.pair();
  if (rules) world.server.protectBranch(REPOSITORY, base, rules);
  const { number } = await world.forge.openPullRequest(draft);
  return { base, branch, sha, draft, number, merge: () => world.forge.merge(number, sha) };
}

async function everyRequest(): Promise<unknown> {
  const headers = { authorization: `Bearer ${TOKEN}` };
  return (await fetch(`${world.server.apiUrl}/repos/${REPOSITORY}/pulls?state=all`, { headers })).json();
}

describe("GitHub's rules for a branch", () => {
  it('are waited for as long as a review is missing', async () => {
    const { number, merge } = await request({ requiredApprovals: 1 });
    const awaiting = 'At least 1 approving review is required by reviewers with write access';
    expect(await merge()).toEqual({ kind: 'not yet', awaiting, byRules: true });
    await world.server.approve(REPOSITORY, number);
    expect(await merge()).toMatchObject({ kind: 'merged' });
  });

  it('are waited for as long as a check is missing at this very commit', async () => {
    const { number, merge } = await request({ requiredChecks: ['validate'] });
    const awaiting = 'Required status check "validate" is expected';
    expect(await merge()).toEqual({ kind: 'not yet', awaiting, byRules: true });
    await world.server.passCheck(REPOSITORY, number, 'validate');
    expect(await merge()).toMatchObject({ kind: 'merged' });
  });

  it('that leave merging to others are final', async () => {
    const { merge } = await request({ restrictedTo: ['maintainer'] });
    expect(await merge()).toEqual({
      kind: 'refused',
      reason: expect.stringMatching(
        /^You're not authorized.*\. Add the worker's account to those who may merge there\.$/,
      ),
    });
  });

  it('that want a linear history get a squash', async () => {
    const { merge, sha } = await request({ linearHistory: true });
    const merged = await merge();
    expect(merged.kind).toBe('merged');
    const commit = merged.kind === 'merged' ? merged.commit : '';
    await bench.fetch(commit);
    expect(bench.local.git(['rev-parse', `${commit}^{tree}`])).toBe(bench.local.git(['rev-parse', `${sha}^{tree}`]));
    expect(bench.local.git(['show', '-s', '--format=%P', commit]).split(' ')).toHaveLength(1);
  });

  it('that want a merge queue get the request enqueued, at the expected head, once', async () => {
    const { number, merge } = await request({ mergeQueue: true });
    expect(await merge()).toEqual({ kind: 'not yet', awaiting: 'the merge queue, position 1' });
    expect(await merge()).toEqual({
      kind: 'not yet',
      awaiting: expect.stringMatching(/^the merge queue, position 1 since 20.*Z: its checks run$/),
    });
    await world.server.runMergeQueue(REPOSITORY);
    expect(await merge()).toMatchObject({ kind: 'merged' });
    expect(await world.forge.pullRequest(number)).toMatchObject({ state: 'merged' });
  });
});

describe('A merge queue', () => {
  const [before, later] = ['2020-01-01T00:00:00.000Z', '2099-01-01T00:00:00.000Z'];

  it('that throws a request out gets it back only when that is wanted anew, and says why until then', async () => {
    const { number, sha } = await request({ mergeQueue: true });
    const merge = (since?: string) => world.forge.merge(number, sha, since);
    const queued = { kind: 'not yet', awaiting: 'the merge queue, position 1' };
    expect(await merge(before)).toEqual(queued);
    await world.server.throwOutOfQueue(REPOSITORY, number, 'failed_checks');
    const refused = {
      kind: 'refused',
      reason: expect.stringMatching(/^The merge queue threw it out \(20.*Z, by github-merge-queue\): failed checks\./),
    };
    expect(await merge(before)).toEqual(refused);
    expect(await merge(before)).toEqual(refused);
    expect(await merge(later)).toEqual(queued);
  });

  it('that has merged a moment ago, which the request does not show yet, is waited for', async () => {
    const { number, sha } = await request({ mergeQueue: true });
    const timelineItems = { nodes: [{ reason: 'MERGED', createdAt: '2026-01-01T00:00:00Z', actor: null }] };
    const body = { data: { node: { mergeQueueEntry: null, timelineItems } } };
    world.server.fail({ match: /graphql/, trouble: { kind: 'answer', status: 200, body } });
    const awaiting = 'the merge by the merge queue';
    expect(await world.forge.merge(number, sha, before)).toEqual({ kind: 'not yet', awaiting, isBrief: true });
  });

  it('is left again, which is nothing where the request is in none', async () => {
    const { number, merge } = await request({ mergeQueue: true });
    await world.forge.leaveQueue(number);
    await merge();
    await world.forge.leaveQueue(number);
    await world.server.runMergeQueue(REPOSITORY);
    expect(await world.forge.pullRequest(number)).toMatchObject({ state: 'open' });
    await world.forge.leaveQueue(number);
  });

  it('that does not let it go is said', async () => {
    const { number, merge } = await request({ mergeQueue: true });
    await merge();
    const body = { data: { dequeuePullRequest: null }, errors: [{ message: 'Merge is under way' }] };
    const queued = { data: { node: { isInMergeQueue: true } } };
    for (const each of [queued, body])
      world.server.fail({ match: /graphql/, trouble: { kind: 'answer', status: 200, body: each } });
    await expect(world.forge.leaveQueue(number)).rejects.toMatchObject({
      type: 'Refused',
      message: expect.stringContaining('Merge is under way. Take it out there'),
    });
  });
});

describe("GitHub's words when it does not merge", () => {
  it.each([
    ['Base branch was modified. Review and try the merge again.', 405],
    ['Pull Request is not mergeable', 405],
    ['Repository rule violations found\n\nA conversation must be resolved before this can be merged.\n\n', 405],
    ['Merge already in progress', 405],
    ['Head branch was modified. Review and try the merge again.', 409],
  ])('%s: it is tried again', async (message, status) => {
    const { merge, number } = await request();
    world.server.fail({ match: /merge$/, trouble: { kind: 'answer', status, message } });
    expect(await merge()).toMatchObject({ kind: 'not yet', awaiting: expect.stringContaining(message.slice(0, 12)) });
    expect(await world.forge.pullRequest(number)).toMatchObject({ state: 'open' });
    expect(await merge()).toMatchObject({ kind: 'merged' });
  });

  it('while it computes whether it can: it is tried again', async () => {
    const { merge, number } = await request();
    await world.server.delayMergeability(REPOSITORY, number, 1);
    expect(await merge()).toEqual({
      kind: 'not yet',
      awaiting: 'GitHub computes whether it can be merged',
      isBrief: true,
    });
    expect(await merge()).toMatchObject({ kind: 'merged' });
  });

  it('and when no method is allowed, that is final', async () => {
    const { merge } = await request();
    for (const method of ['Merge commits', 'Squash merges', 'Rebase merges']) {
      const message = `${method} are not allowed on this repository.`;
      world.server.fail({ match: /merge$/, trouble: { kind: 'answer', status: 405, message } });
    }
    expect(await merge()).toEqual({ kind: 'refused', reason: expect.stringMatching(/Merge commits.*Rebase merges/) });
  });
});

describe('an answer that is lost', () => {
  const lost = (match: RegExp) => world.server.fail({ match, trouble: { kind: 'lose the answer' } });

  it('of a merge does not merge twice', async () => {
    const { merge, number } = await request();
    lost(/^PUT .*merge$/);
    await expect(merge()).rejects.toMatchObject({ type: 'Unavailable' });
    const { mergeCommit } = await world.forge.pullRequest(number);
    expect(await merge()).toEqual({ kind: 'merged', commit: mergeCommit });
  });

  it('of an opening does not open twice', async () => {
    const { draft, number } = await request();
    await world.server.closePullRequest(REPOSITORY, number);
    lost(/^POST .*pulls$/);
    await expect(world.forge.openPullRequest(draft)).rejects.toMatchObject({ type: 'Unavailable' });
    const opened = await world.forge.openPullRequest(draft);
    expect(opened).toMatchObject({ number: number + 1, labels: ['promoted'] });
  });

  it('of a comment does not comment twice', async () => {
    const { number } = await request();
    lost(/^POST .*comments$/);
    await expect(world.forge.close(number, 'Bye')).rejects.toMatchObject({ type: 'Unavailable' });
    await world.forge.close(number, 'Bye');
    expect(await world.comments(number)).toHaveLength(1);
    expect(await world.forge.pullRequest(number)).toMatchObject({ state: 'closed' });
  });
});

describe('adopting on GitHub', () => {
  it('waits when GitHub knows of an open request that its list lacks', async () => {
    const { draft } = await request();
    const message = 'Validation Failed: A pull request already exists for acme:x.';
    world.server.fail({ match: /^POST .*pulls$/, trouble: { kind: 'answer', status: 422, message } });
    const other = { ...draft, head: { ...draft.head, branch: 'deploy/unlisted' } };
    const opening = world.forge.openPullRequest(other);
    await expect(opening).rejects.toMatchObject({ type: 'Unavailable', message: expect.stringContaining('list') });
  });

  it('asks only for the owner and branch, never by search', async () => {
    const { branch, draft } = await request();
    await world.forge.openPullRequest(draft);
    const lists = world.exchanges.filter(({ method, path }) => method === 'GET' && path.endsWith('/pulls'));
    expect(lists.at(-1)?.query.get('head')).toBe(`acme:${branch}`);
    expect(world.exchanges.filter(({ path }) => path.startsWith('/search'))).toEqual([]);
  });

  it('looks at head and base itself, where GitHub lists more than it was asked for', async () => {
    const { number, draft } = await request();
    await world.server.merge(REPOSITORY, number);
    const body = await everyRequest();
    const elsewhere = bench.pair();
    await bench.push(`${draft.head.sha}:refs/heads/${elsewhere.head}`);
    for (const other of [
      { ...draft, head: { ...draft.head, branch: elsewhere.head } },
      { ...draft, base: elsewhere.base },
    ]) {
      world.server.fail({ match: /^GET .*pulls$/, trouble: { kind: 'answer', status: 200, body } });
      const opened = await world.forge.openPullRequest(other).catch((error: unknown) => error);
      expect(opened).not.toMatchObject({ number });
    }
  });

  it('colors a label that it brings into the repository, once', async () => {
    const { draft: other } = await request();
    await world.forge.openPullRequest({ ...other, label: 'new' });
    const { draft: third } = await request();
    expect(await world.forge.openPullRequest({ ...third, label: 'new' })).toMatchObject({
      labels: ['promoted', 'new'],
    });
    const updates = world.exchanges.filter(({ method, path }) => method === 'PATCH' && path.endsWith('/labels/new'));
    expect(updates.map(({ responseBody }) => responseBody)).toMatchObject([
      { color: '0e8a8a', description: 'Set by Fairlead' },
    ]);
  });

  it('writes nothing when title and body are the same', async () => {
    const { number, draft } = await request();
    await world.forge.updatePullRequest(number, { title: draft.title, body: `${draft.body}\r\n` });
    const writes = world.exchanges.filter(({ method, path }) => method === 'PATCH' && path.endsWith(`/${number}`));
    expect(writes).toEqual([]);
  });
});

describe('the open requests to a branch', () => {
  type Listed = { readonly head: { readonly repo: { readonly full_name: string } | null } };

  it('are read page after page, as long as GitHub links a next one', async () => {
    const { number, base, sha, draft, branch } = await request();
    const other = { branch: `${branch}-too`, sha };
    await bench.push(`${sha}:refs/heads/${other.branch}`);
    const second = await world.forge.openPullRequest({ ...draft, head: other });
    const list = `${world.server.apiUrl}/repos/${REPOSITORY}/pulls?base=${base}&direction=asc&per_page=1`;
    const first = await fetch(list, { headers: { authorization: `Bearer ${TOKEN}` } });
    const link = first.headers.get('link') ?? '';
    expect(link).toMatch(/page=2>; rel="next", .*page=2>; rel="last"/);
    const body = await first.json();
    const answer = { kind: 'answer', status: 200, body, headers: { link } } as const;
    const before = world.exchanges.length;
    for (let page = 1; page <= 2; page += 1) world.server.fail({ match: /^GET .*pulls$/, trouble: answer });
    world.server.fail({ match: /^GET .*pulls$/, trouble: { ...answer, body: [], headers: {} } });
    const numbers = (await world.forge.openRequests(base)).map((one) => one.number);
    expect(numbers).toEqual([number]);
    expect(world.exchanges.slice(before).map(({ query }) => query.get('page'))).toEqual(['1', '2', '3']);
    expect((await world.forge.openRequests(base)).map((one) => one.number)).toEqual([number, second.number]);
  });

  it('leave out those from forks, also from a fork that is gone', async () => {
    const { number, base } = await request();
    const [mine] = ((await everyRequest()) as (Listed & { readonly number: number })[]).filter(
      (one) => one.number === number,
    );
    const from = (full_name: string | undefined) => ({
      ...mine,
      head: { ...mine?.head, repo: full_name === undefined ? null : { full_name } },
    });
    const body = [from('somebody/gitops'), from(undefined), from('ACME/gitops')];
    world.server.fail({ match: /^GET .*pulls$/, trouble: { kind: 'answer', status: 200, body } });
    expect(await world.forge.openRequests(base)).toHaveLength(1);
  });
});
