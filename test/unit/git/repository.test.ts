import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createGitRepositories } from '../../../src/git/repositories.ts';
import type { GitRepository } from '../../../src/git/repository.ts';
import { createTestRepository, type TestRepository, temporaryDirectory } from '../../support/git.ts';

const person = { name: 'Fairlead', email: 'fairlead@example.org', date: '2024-05-06T07:08:09.000Z' };

describe('a repository seen through its mirror', () => {
  let directory: ReturnType<typeof temporaryDirectory>;
  let remote: TestRepository;
  let repository: GitRepository;

  beforeEach(() => {
    directory = temporaryDirectory('git');
    remote = createTestRepository(`${directory.path}/remote.git`);
    repository = createGitRepositories({ cacheDir: `${directory.path}/cache` }).open(remote.path);
  });
  afterEach(() => directory.remove());

  it('follows a branch', async () => {
    expect(await repository.branchHead('main')).toBeUndefined();
    const first = remote.commit('main', { 'a.txt': 'one' });
    expect(await repository.branchHead('main')).toBe(first);
    const second = remote.commit('main', { 'b/c.txt': 'two' });
    expect(await repository.branchHead('main')).toBe(second);
    expect([...(await repository.listFiles(second)).keys()]).toEqual(['a.txt', 'b/c.txt']);
    expect((await repository.readFile(second, 'b/c.txt'))?.toString()).toBe('two');
    expect(await repository.readFile(second, 'b')).toBeUndefined();
  });

  it('builds a commit and pushes it', async () => {
    const parent = remote.commit('main', { 'a.txt': 'one', 'b.txt': 'gone' });
    const commit = await repository.writeCommit({
      parent,
      changes: new Map([
        ['a.txt', 'two'],
        ['b.txt', null],
      ]),
      message: 'Build',
      person,
    });
    expect(await repository.push({ commit, branch: 'x/y', expected: null })).toEqual({ kind: 'pushed' });
    expect(remote.head('x/y')).toBe(commit);
    expect(remote.git(['ls-tree', '-r', '--name-only', commit])).toBe('a.txt');
    expect(await repository.log(parent, commit, 5)).toMatchObject({ total: 1, commits: [{ sha: commit }] });
  });
});
