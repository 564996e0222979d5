import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Failure } from '../../src/failure.ts';
import type { Forge, MergeResult } from '../../src/forge/port.ts';
import { createGitRepositories } from '../../src/git/repositories.ts';
import { gitTestEnvironment, temporaryDirectory } from '../support/git.ts';
import type { Workbench } from '../unit/forge/world.ts';
import { createGiteaWorld, type GiteaWorld, giteaTokenName, workbenchOf } from './gitea-world.ts';
import { fairleadScopes } from './server/site.ts';

const directory = temporaryDirectory('gitea-refusals');
let world: GiteaWorld;
let bench: Workbench;

beforeAll(async () => {
  world = await createGiteaWorld();
  bench = await workbenchOf(world, join(directory.path, 'local'), 24);
});
afterAll(() => directory.remove());

async function openPair() {
  const pair = bench.pair();
  return { ...pair, number: (await world.forge.openPullRequest(pair.draft)).number };
}

/** Merges, and waits where the forge has not computed something yet. */
async function mergeSoon(forge: Forge, number: number, head: string): Promise<MergeResult> {
  for (let left = 20; ; left -= 1) {
    const result = await forge.merge(number, head);
    const isComputing = result.kind === 'not yet' && result.awaiting.includes('computes');
    if (!isComputing || left === 0) return result;
  }
}

/** Does something in the moment before the merge is asked for. */
function forgeWithin(act: () => Promise<unknown>): Forge {
  let done = false;
  return world.forgeWith(world.remote.token, {
    fetch: async (input, init) => {
      if (!done && String(input).endsWith('/merge')) {
        done = true;
        await act();
      }
      return fetch(input, init);
    },
  });
}

describe('While Fairlead merges on Gitea', () => {
  it('a person closes the request: nothing is merged', async () => {
    const { number, sha } = await openPair();
    const result = await mergeSoon(
      forgeWithin(() => world.person.close(number)),
      number,
      sha,
    );
    expect(result).toEqual({ kind: 'refused', reason: `Pull request #${number} is closed.` });
  });

  it('a person pushes to its branch: what was rendered is not merged, nor is the push', async () => {
    const { number, sha, head, base } = await openPair();
    const push = async () => {
      bench.local.commit(head, { 'app.yaml': 'mischief\n' });
      await bench.push(head);
    };
    expect(await mergeSoon(forgeWithin(push), number, sha)).toEqual({ kind: 'head moved' });
    await bench.fetch(`refs/heads/${base}`);
    expect(bench.local.git(['show', 'FETCH_HEAD:app.yaml'])).toBe('one');
  });

  it('a person deletes its branch: nothing is merged', async () => {
    const { number, sha, head } = await openPair();
    const merging = mergeSoon(
      forgeWithin(() => bench.push(`:${head}`)),
      number,
      sha,
    );
    // Gitea has an internal error then, which passes, or has closed the request already.
    const result = await merging.catch(({ type }: Failure) => ({ kind: type }));
    expect(['refused', 'Unavailable']).toContain(result.kind);
    await expect.poll(() => world.forge.pullRequest(number)).toMatchObject({ state: 'closed' });
    expect(await world.forge.merge(number, sha)).toMatchObject({ kind: 'refused' });
  });

  it('a person merges it: that merge is found', async () => {
    const { number, sha } = await openPair();
    const merges: string[] = [];
    const act = async () => merges.push(await world.person.merge(number, 'squash'));
    const result = await mergeSoon(forgeWithin(act), number, sha);
    expect(result).toEqual({ kind: 'merged', commit: merges[0] });
  });
});

describe('A draft on Gitea', () => {
  it('is not merged, and stays one when its text is brought up to date', async () => {
    const { number, sha, draft } = await openPair();
    await world.asMaintainer('PATCH', `/pulls/${number}`, { title: 'WIP: wait for me' });
    expect(await mergeSoon(world.forge, number, sha)).toEqual({
      kind: 'not yet',
      awaiting: 'the request is a draft: take WIP: out of the title',
    });
    expect((await world.forge.openPullRequest(draft)).title).toBe(`WIP: ${draft.title}`);
    await world.asMaintainer('PATCH', `/pulls/${number}`, { title: draft.title });
    expect(await mergeSoon(world.forge, number, sha)).toMatchObject({ kind: 'merged' });
  });
});

describe('A rule of a branch of Gitea', () => {
  const protect = (rule: object) => world.asMaintainer('POST', '/branch_protections', rule);

  it('that asks for approvals is waited for, in its words', async () => {
    const { number, sha, base, head } = await openPair();
    await protect({ rule_name: base, required_approvals: 1 });
    const result = await mergeSoon(world.forge, number, sha);
    expect(result).toMatchObject({ kind: 'not yet', awaiting: expect.stringContaining('enough approvals') });
    await world.asMaintainer('POST', `/pulls/${number}/reviews`, { event: 'APPROVED', commit_id: sha });
    expect(await mergeSoon(world.forge, number, sha)).toMatchObject({ kind: 'merged' });
    expect(head).not.toBe('');
  });

  it('that asks for statuses is waited for, in its words', async () => {
    const { number, sha, base } = await openPair();
    await protect({ rule_name: base, enable_status_check: true, status_check_contexts: ['e2e'] });
    const result = await mergeSoon(world.forge, number, sha);
    expect(result).toMatchObject({ kind: 'not yet', awaiting: expect.stringContaining('status checks') });
    await world.asMaintainer('POST', `/statuses/${sha}`, { context: 'e2e', state: 'success' });
    expect(await mergeSoon(world.forge, number, sha)).toMatchObject({ kind: 'merged' });
  });

  it('that lets others alone merge needs a person', async () => {
    const { number, sha, base } = await openPair();
    const merge_whitelist_usernames = [world.maintainer.name];
    await protect({ rule_name: base, enable_merge_whitelist: true, merge_whitelist_usernames });
    expect(await mergeSoon(world.forge, number, sha)).toEqual({
      kind: 'refused',
      reason: "User not allowed to merge PR. Add the worker's account to those who may merge there.",
    });
  });

  it('that protects files of the request needs a person', async () => {
    const { number, sha, base } = await openPair();
    await protect({ rule_name: base, protected_file_patterns: 'app.yaml' });
    expect(await mergeSoon(world.forge, number, sha)).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('protected files'),
    });
  });

  it('that asks for signed commits needs a person', async () => {
    const { number, sha, base } = await openPair();
    await protect({ rule_name: base, require_signed_commits: true });
    expect(await mergeSoon(world.forge, number, sha)).toMatchObject({ kind: 'refused' });
  });
});

describe('A repository of Gitea', () => {
  it('that allows one method alone is merged by it, and one that allows none needs a person', async () => {
    const all = ['merge_commits', 'squash_merge', 'rebase', 'rebase_explicit', 'fast_forward_only_merge'];
    for (const allowed of all) {
      const own = await createGiteaWorld();
      const local = await workbenchOf(own, join(directory.path, allowed), 1);
      const { draft, sha } = local.pair();
      const settings = Object.fromEntries(all.map((name) => [`allow_${name}`, name === allowed]));
      await own.asMaintainer('PATCH', '', {
        ...settings,
        allow_manual_merge: true,
        default_merge_style: styles[allowed],
      });
      const { number } = await own.forge.openPullRequest(draft);
      expect(await mergeSoon(own.forge, number, sha), allowed).toMatchObject({ kind: 'merged' });
    }
  });

  it('that is archived is refused, and says so', async () => {
    const own = await createGiteaWorld();
    const local = await workbenchOf(own, join(directory.path, 'archived'), 2);
    const [open, other] = [local.pair(), local.pair()];
    const { number } = await own.forge.openPullRequest(open.draft);
    await own.asMaintainer('PATCH', '', { archived: true });
    for (const work of [() => own.forge.openPullRequest(other.draft), () => own.forge.merge(number, open.sha)])
      await expect(work()).rejects.toMatchObject({ type: 'Refused', message: expect.stringContaining('archived') });
    expect(await own.forge.pullRequest(number)).toMatchObject({ state: 'open' });
    const repository = createGitRepositories({
      cacheDir: join(directory.path, 'cache-archived'),
      environment: gitTestEnvironment,
      credentials: { for: async () => ({ username: own.bot.name, password: own.remote.token }) },
    }).open(own.remote.url);
    expect(await repository.branchHead(other.base)).toMatch(/^[0-9a-f]{40}$/);
    await repository.ensureCommit(other.sha);
    await expect(repository.push({ commit: other.sha, branch: 'deploy/late', expected: null })).rejects.toMatchObject({
      type: 'Refused',
      message: expect.stringMatching(/is archived: .*Take it out of the archive.* git says: This repo is archived/),
    });
  });

  it('that was renamed, or has another owner, says where to write that', async () => {
    const own = await createGiteaWorld();
    const local = await workbenchOf(own, join(directory.path, 'renamed'), 1);
    const { draft } = local.pair();
    const { number } = await own.forge.openPullRequest(draft);
    const name = `renamed-${own.repository.split('/')[1]}`;
    await own.asMaintainer('PATCH', '', { name });
    const moved = { type: 'NotFound', message: expect.stringContaining('has moved') };
    await expect(own.forge.pullRequest(number)).rejects.toMatchObject(moved);
    await expect(own.forge.merge(number, draft.head.sha)).rejects.toMatchObject(moved);
    await own.site.admin('POST', `/repos/acme/${name}/transfer`, { new_owner: 'root' });
    await expect(own.forge.openPullRequest(draft)).rejects.toMatchObject(moved);
  });

  it('that is gone, or was never there, is not found', async () => {
    const own = await createGiteaWorld();
    await own.site.admin('DELETE', `/repos/${own.repository}`);
    await expect(own.forge.pullRequest(1)).rejects.toMatchObject({
      type: 'NotFound',
      message: expect.stringContaining(`may see ${own.repository}`),
    });
  });
});

const styles: Readonly<Record<string, string>> = {
  merge_commits: 'merge',
  squash_merge: 'squash',
  rebase: 'rebase',
  rebase_explicit: 'rebase-merge',
  fast_forward_only_merge: 'fast-forward-only',
};

describe('A token of Gitea', () => {
  it('that is wrong says which one to mend', async () => {
    await expect(world.forgeWith('0'.repeat(40)).pullRequest(1)).rejects.toMatchObject({
      type: 'Unauthorized',
      message: expect.stringContaining(giteaTokenName),
    });
  });

  it.each([
    ['pullRequest', ['read:user'], 'read:repository'],
    ['openPullRequest', ['read:repository', 'write:issue'], 'write:repository'],
    ['openPullRequest', ['write:repository'], 'read:issue'],
    ['merge', ['read:repository', 'write:issue'], 'write:repository'],
    ['close', ['read:repository', 'read:issue'], 'write:issue'],
  ] as const)('%s with the scopes %j alone says which one it lacks', async (call, scopes, lacks) => {
    const { number, sha, draft } = await openPair();
    const forge = world.forgeWith(await world.bot.tokenWith(scopes));
    const work = {
      pullRequest: () => forge.pullRequest(number),
      openPullRequest: () => forge.openPullRequest({ ...draft, label: 'never seen' }),
      merge: () => forge.merge(number, sha),
      close: () => forge.close(number, 'Bye'),
    }[call]();
    await expect(work).rejects.toMatchObject({ type: 'Unauthorized', message: expect.stringContaining(lacks) });
  });

  it('of a user who may read and nothing else says that the user lacks access', async () => {
    const { number, sha, draft } = await openPair();
    const reader = await world.site.addUser(`reader-${number}-${world.bot.name}`);
    await world.asMaintainer('PUT', `/collaborators/${reader.name}`, { permission: 'read' });
    const forge = world.forgeWith(await reader.tokenWith(fairleadScopes));
    expect(await forge.pullRequest(number)).toMatchObject({ number });
    expect(await mergeSoon(forge, number, sha)).toMatchObject({ kind: 'refused' });
    await expect(forge.close(number, 'Bye')).rejects.toMatchObject({ type: 'Unauthorized' });
    await expect(forge.openPullRequest({ ...draft, label: 'never seen' })).rejects.toMatchObject({
      type: 'Unauthorized',
      message: expect.stringContaining('write access'),
    });
  });
});
