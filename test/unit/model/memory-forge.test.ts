import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Failure } from '../../../src/failure.ts';
import type { PullRequestDraft } from '../../../src/forge/port.ts';
import { MemoryForges } from '../../model/memory-forges.ts';
import { MemoryRepository } from '../../model/memory-repository.ts';
import { describeForge } from '../forge/contract.ts';
import { createMemoryWorld, type MemoryWorld } from './memory-world.ts';

describeForge('The in-memory forge', async () => createMemoryWorld());

let world: MemoryWorld;
const worlds: MemoryWorld[] = [];

beforeEach(() => {
  world = createMemoryWorld();
  worlds.push(world);
  world.repository.commit('dev', { 'app.yaml': 'one\n' });
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});
afterAll(async () => {
  for (const { repository, close } of worlds) {
    repository.git(['fsck', '--strict', '--no-dangling']);
    await close();
  }
});

/** A branch of `dev` with these files, which is proposed. */
function draftOf(files: Readonly<Record<string, string>>, branch = 'deploy/x'): PullRequestDraft {
  const { repository } = world;
  repository.setBranch(branch, repository.head('dev') ?? '');
  const sha = repository.commit(branch, files);
  return {
    head: { branch, sha },
    base: 'dev',
    title: 'Promote x',
    body: 'What changes',
    label: 'promoted',
    isInBase: async () => true,
  };
}

function open(files: Readonly<Record<string, string>> = { 'app.yaml': 'two\n' }, branch?: string) {
  return world.forge.openPullRequest(draftOf(files, branch));
}

function treeOf(revision: string): string {
  return world.repository.git(['rev-parse', `${revision}^{tree}`]);
}

describe('faults of the in-memory forge', () => {
  it('are as many calls that do nothing as a test asks for', async () => {
    const draft = draftOf({ 'app.yaml': 'two\n' });
    world.forge.failNext(2);
    await expect(world.forge.openPullRequest(draft)).rejects.toMatchObject({ type: 'Unavailable', retryable: true });
    await expect(world.forge.findOpen('deploy/x', 'dev')).rejects.toThrow(Failure);
    expect(await world.forge.findOpen('deploy/x', 'dev')).toBeUndefined();
  });

  it('may be answers that are lost', async () => {
    const { number, head } = await open();
    world.forge.failNext(1, 'after');
    await expect(world.forge.merge(number, head.sha)).rejects.toMatchObject({ type: 'Unavailable' });
    const commit = world.repository.head('dev');
    expect(await world.forge.merge(number, head.sha)).toEqual({ kind: 'merged', commit });
    expect(world.repository.head('dev')).toBe(commit);
  });

  it('do not meet people', async () => {
    const { number } = await open();
    world.forge.failNext(1);
    expect(await world.forge.mergeBy('ada', number, 'merge')).toBe('merged');
    expect(await world.forge.requests()).toHaveLength(1);
  });

  it("refuse the bot's merges, not a person's, until that is over", async () => {
    const { number, head } = await open();
    world.forge.refusing = 'Only owners may merge.';
    expect(await world.forge.merge(number, head.sha)).toEqual({ kind: 'refused', reason: 'Only owners may merge.' });
    expect(await world.forge.pullRequest(number)).toMatchObject({ state: 'open' });
    const other = await open({ 'other.yaml': 'new\n' }, 'deploy/y');
    expect(await world.forge.mergeBy('ada', other.number, 'merge')).toBe('merged');
    world.forge.refusing = undefined;
    expect(await world.forge.merge(number, head.sha)).toMatchObject({ kind: 'merged' });
  });
});

describe('people at the in-memory forge', () => {
  it('merge by any method, and the bot by the one that it is given', async () => {
    const { number, head } = await open();
    world.forge.botMethod = 'squash';
    const before = world.repository.head('dev');
    const merged = await world.forge.merge(number, head.sha);
    expect(merged).toEqual({ kind: 'merged', commit: world.repository.head('dev') });
    expect(world.repository.git(['log', '--format=%an %P', `${before}..dev`])).toBe(`fairlead-bot ${before}`);
  });

  it('are told of a conflict, and of what is not open any more', async () => {
    const { number } = await open();
    world.repository.commit('dev', { 'app.yaml': 'three\n' });
    for (const method of ['merge', 'squash', 'rebase'] as const) {
      expect(await world.forge.mergeBy('ada', number, method)).toBe('conflict');
    }
    await world.forge.closeBy('ada', number);
    expect(await world.forge.mergeBy('bob', number, 'merge')).toBe('closed');
    await world.forge.closeBy('bob', number);
    expect(await world.forge.pullRequest(number)).toMatchObject({ state: 'closed', endedBy: 'ada' });
  });

  it('merge again by themselves where somebody moved the base meanwhile; the bot is told', async () => {
    const [one, other] = [await open(), await open({ 'other.yaml': 'new\n' }, 'deploy/y')];
    const move = MemoryRepository.prototype.move;
    const overtaken = vi.spyOn(MemoryRepository.prototype, 'move');
    const overtakeOnce = (file: string) =>
      overtaken.mockImplementationOnce(function (this: MemoryRepository, ...args) {
        world.repository.commit('dev', { [file]: 'overtaken\n' });
        return move.apply(this, args);
      });
    overtakeOnce('a.yaml');
    expect(await world.forge.merge(one.number, one.head.sha)).toMatchObject({ kind: 'not yet' });
    overtakeOnce('b.yaml');
    expect(await world.forge.mergeBy('ada', other.number, 'squash')).toBe('merged');
    const files = world.repository.git(['ls-tree', '--name-only', 'dev']).split('\n');
    expect(files).toEqual(['a.yaml', 'app.yaml', 'b.yaml', 'other.yaml']);
  });

  it('have requests of their own, which the port lists with ours', async () => {
    draftOf({ 'other.yaml': 'new\n' }, 'fix');
    const foreign = await world.forge.openForeign('fix', 'dev', 'ada');
    const ours = await open();
    expect(await world.forge.openRequests('dev')).toMatchObject([{ number: foreign.number }, { number: ours.number }]);
    expect(await world.forge.requests()).toMatchObject([{ author: 'ada' }, { author: 'fairlead-bot', comments: [] }]);
    await expect(world.forge.openForeign('fix', 'dev', 'bob')).rejects.toThrow(/open/);
    await expect(world.forge.openForeign('nowhere', 'dev', 'bob')).rejects.toThrow(/nowhere/);
  });

  it('leave no name where they change branches with git alone', async () => {
    const { number, head } = await open();
    world.repository.setBranch('dev', head.sha);
    const found = await world.forge.pullRequest(number);
    expect(found).toMatchObject({ state: 'merged', mergeCommit: head.sha });
    expect(found).not.toHaveProperty('endedBy');
  });
});

describe('a revert at the in-memory forge', () => {
  it.each(['merge', 'squash', 'rebase'] as const)('of a %s brings back the tree of before', async (method) => {
    const before = treeOf('dev');
    const { number } = await open();
    world.repository.commit('deploy/x', { 'more.yaml': 'more\n' });
    await world.forge.mergeBy('ada', number, method);
    const { mergeCommit = '' } = await world.forge.pullRequest(number);
    const reverted = await world.forge.revertBy('bob', mergeCommit, 'dev');
    expect(world.repository.head('dev')).toBe(reverted);
    expect(treeOf('dev')).toBe(before);
    expect(world.repository.git(['log', '-1', '--format=%an %P', 'dev'])).toBe(`bob ${mergeCommit}`);
  });

  it('keeps what came since, or conflicts with it', async () => {
    const { number } = await open();
    await world.forge.mergeBy('ada', number, 'merge');
    const { mergeCommit = '' } = await world.forge.pullRequest(number);
    const later = world.repository.commit('dev', { 'other.yaml': 'new\n' });
    const reverted = await world.forge.revertBy('bob', mergeCommit, 'dev');
    expect(world.repository.git(['rev-parse', `${reverted}^@`])).toBe(later);
    expect(world.repository.git(['grep', '-h', '', 'dev']).split('\n')).toEqual(['one', 'new']);
    const last = world.repository.commit('dev', { 'app.yaml': 'three\n' });
    expect(await world.forge.revertBy('bob', mergeCommit, 'dev')).toBe('conflict');
    expect(world.repository.head('dev')).toBe(last);
  });
});

describe('the speed of the in-memory forge', () => {
  it('comes from starting no git to look, to open, to close and to merge what is ahead of its base', async () => {
    const [draft, other] = [draftOf({ 'app.yaml': 'two\n' }), draftOf({ 'other.yaml': 'new\n' }, 'deploy/y')];
    vi.stubEnv('PATH', '/nowhere');
    const { number, head } = await world.forge.openPullRequest(draft);
    await world.forge.openPullRequest(other);
    expect(await world.forge.openRequests('dev')).toHaveLength(2);
    expect(await world.forge.pullRequest(number)).toMatchObject({ state: 'open' });
    await world.forge.close(number, 'Bye');
    await expect(world.forge.mergeBy('ada', 2, 'rebase')).rejects.toThrow(/ENOENT/);
    expect(await world.forge.mergeBy('ada', 2, 'merge')).toBe('merged');
    vi.unstubAllEnvs();
    expect(await world.forge.merge(number, head.sha)).toMatchObject({ kind: 'refused' });
  });

  it('does not need loose objects and refs', async () => {
    const draft = draftOf({ 'app.yaml': 'two\n' });
    const other = draftOf({ 'other.yaml': 'new\n' }, 'deploy/y');
    world.repository.git(['gc', '--quiet', '--prune=now']);
    const { number } = await world.forge.openPullRequest(draft);
    await world.forge.openPullRequest(other);
    expect(await world.forge.mergeBy('ada', number, 'merge')).toBe('merged');
    expect(await world.forge.merge(2, other.head.sha)).toMatchObject({ kind: 'merged' });
    expect(world.repository.git(['grep', '-h', '', 'dev']).split('\n')).toEqual(['two', 'new']);
  });

  it('costs no order: calls at once are answered one after the other', async () => {
    const draft = draftOf({ 'app.yaml': 'two\n' });
    const opened = await Promise.all([1, 2, 3].map(() => world.forge.openPullRequest(draft)));
    expect(opened.map(({ number }) => number)).toEqual([1, 1, 1]);
    const results = await Promise.all([
      world.forge.mergeBy('ada', 1, 'squash'),
      world.forge.merge(1, draft.head.sha),
      world.forge.mergeBy('bob', 1, 'merge'),
    ]);
    expect(results).toEqual(['merged', { kind: 'merged', commit: world.repository.head('dev') }, 'closed']);
  });
});

describe('in-memory forges', () => {
  it.each(['https://github.com/acme/gitops', 'https://GitHub.com/acme/gitops.git/', 'git@github.com:acme/gitops.git'])(
    'are found by %s',
    (url) => {
      const forges = new MemoryForges({ 'https://github.com/acme/gitops': world.forge });
      expect(forges.for(url)).toBe(world.forge);
      expect(forges.commitUrl()).toBeUndefined();
    },
  );

  it('are told apart by path, and missed by name', () => {
    const { path } = world.repository;
    const forges = new MemoryForges({ [path]: world.forge });
    expect(forges.for(`file://${path}`)).toBe(world.forge);
    expect(() => forges.for('https://github.com/acme/gitops')).toThrow(/github\.com/);
    expect(() => forges.for('/elsewhere')).toThrow(expect.objectContaining({ type: 'InvalidConfig' }));
  });
});
