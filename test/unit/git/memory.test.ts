import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createCaches, forgetPresence } from '../../../src/git/mirror/caches.ts';
import { createGitRunner } from '../../../src/git/process/process.ts';
import { createGitRepositories } from '../../../src/git/repositories.ts';
import { createTestRepository, git, gitTestEnvironment } from '../../support/git.ts';
import { newCommit, useBench } from './setup.ts';

describe('what was read once', () => {
  const bench = useBench();

  it('is answered again without git', async () => {
    const first = bench.remote.commit('main', { 'a.txt': 'one', 'd/b.txt': 'two' });
    const head = bench.remote.commit('main', { 'a.txt': 'three' });
    const repositories = createGitRepositories({ cacheDir: bench.cacheDir, environment: gitTestEnvironment });
    const look = async () => {
      const repository = repositories.open(bench.remote.path);
      const files = await repository.listFiles(head);
      return {
        files,
        present: await repository.ensureCommit(head),
        commit: await repository.commit(head),
        contents: await repository.readBlobs([...files.values()].map(({ oid }) => oid)),
        one: await repository.readFile(first, 'a.txt'),
        none: await repository.readFile(first, 'missing'),
        older: await repository.isAncestor(first, head),
        younger: await repository.isAncestor(head, first),
        same: await repository.isAncestor(head, head),
        nothing: await repository.log(head, head, 5),
      };
    };
    const before = await look();
    expect(before).toMatchObject({ present: true, none: undefined, older: true, younger: false, same: true });
    expect(before.one?.toString()).toBe('one');
    rmSync(join(bench.mirror(), 'objects'), { recursive: true });
    rmSync(bench.remote.path, { recursive: true });
    expect(await look()).toEqual(before);
  });

  it('is read ahead of many commits with a few processes, however many they are', async () => {
    const none = bench.remote.commit('none', { 'other.txt': 'nothing here' });
    const heads = Array.from({ length: 30 }, (_, index) =>
      bench.remote.commit(`branch-${index}`, { 'fairlead.yaml': `number ${index}` }),
    );
    let processes = 0;
    const real = createGitRunner();
    const run: typeof real = (command) => {
      processes += 1;
      return real(command);
    };
    const environment = gitTestEnvironment;
    const repository = createGitRepositories({ cacheDir: bench.cacheDir, environment, run }).open(bench.remote.path);
    await repository.readAhead([...heads, none], 'fairlead.yaml');
    expect(processes).toBeLessThan(20);
    const before = processes;
    const contents = await Promise.all(heads.map((head) => repository.readFile(head, 'fairlead.yaml')));
    expect(contents.map(String)).toEqual(heads.map((_, index) => `number ${index}`));
    expect(processes).toBe(before);
    expect(await repository.readFile(none, 'fairlead.yaml')).toBeUndefined();
  });

  it('counts as present no longer when the mirror was replaced', async () => {
    const head = bench.remote.commit('main', { 'a.txt': 'one' });
    const repositories = createGitRepositories({ cacheDir: bench.cacheDir, environment: gitTestEnvironment });
    const earlier = repositories.open(bench.remote.path);
    await earlier.listFiles(head);
    rmSync(bench.mirror(), { recursive: true });
    expect(await repositories.open(bench.remote.path).ensureCommit(head)).toBe(true);
    expect(git(bench.mirror(), ['cat-file', '-t', head])).toBe('commit');
    expect(await earlier.branchHead('main')).toBe(head);
  });

  it('is fetched anew by a step under which the mirror is replaced', async () => {
    const head = bench.remote.commit('main', { 'a.txt': 'one' });
    const repository = bench.open();
    expect(await repository.ensureCommit(head)).toBe(true);
    rmSync(bench.mirror(), { recursive: true });
    expect((await repository.readFile(head, 'a.txt'))?.toString()).toBe('one');
    expect(git(bench.mirror(), ['cat-file', '-t', head])).toBe('commit');
  });

  it('is not known in another repository', async () => {
    const head = bench.remote.commit('main', { 'a.txt': 'one' });
    const other = createTestRepository(`${bench.directory}/acme/other.git`);
    other.commit('main', { 'b.txt': 'two' });
    const repositories = createGitRepositories({ cacheDir: bench.cacheDir, environment: gitTestEnvironment });
    await repositories.open(bench.remote.path).listFiles(head);
    await expect(repositories.open(other.path).listFiles(head)).rejects.toMatchObject({ type: 'NotFound' });
    expect(await repositories.open(other.path).ensureCommit(head)).toBe(false);
  });

  it('is present when this worker built it', async () => {
    const head = bench.remote.commit('main', { 'a.txt': 'one' });
    const repository = bench.open();
    const commit = await repository.writeCommit(newCommit(head, { 'a.txt': 'two' }));
    rmSync(bench.remote.path, { recursive: true });
    expect(await repository.ensureCommit(commit)).toBe(true);
    expect((await repository.readFile(commit, 'a.txt'))?.toString()).toBe('two');
  });

  it('has the contents that this worker has just written, and does not look for the commit that it pushes', async () => {
    const head = bench.remote.commit('main', { 'a.txt': 'one' });
    const asked: string[] = [];
    const real = createGitRunner();
    const run: typeof real = (command) => {
      asked.push(command.args[0] ?? '');
      return real(command);
    };
    const environment = gitTestEnvironment;
    const repository = createGitRepositories({ cacheDir: bench.cacheDir, environment, run }).open(bench.remote.path);
    expect(await repository.ensureCommit(head)).toBe(true);
    asked.length = 0;
    const commit = await repository.writeCommit(newCommit(head, { 'a.txt': 'two', 'b.txt': 'three' }));
    expect(await repository.push({ commit, branch: 'new', expected: null })).toEqual({ kind: 'pushed' });
    for (const [path, content] of [
      ['a.txt', 'two'],
      ['b.txt', 'three'],
    ] as const)
      expect((await repository.readFile(commit, path))?.toString()).toBe(content);
    expect(asked.filter((name) => name === 'cat-file')).toEqual([]);
  });

  it('is not held back from a caller who is cancelled', async () => {
    const head = bench.remote.commit('main', { 'a.txt': 'one' });
    const repositories = createGitRepositories({ cacheDir: bench.cacheDir, environment: gitTestEnvironment });
    await repositories.open(bench.remote.path).listFiles(head);
    const reason = new Error('cancelled');
    const cancelled = repositories.open(bench.remote.path, AbortSignal.abort(reason));
    await expect(cancelled.listFiles(head)).rejects.toBe(reason);
  });
});

describe('the memory of a worker', () => {
  it('is bounded over all mirrors, and keeps what is youngest', () => {
    const memories = createCaches();
    const content = Buffer.alloc(1000 * 1024);
    const keys = Array.from({ length: 100 }, (_, i) => `${i}`);
    for (const key of keys) memories(`mirror ${Number(key) % 3}`).blobs.set(key, content);
    const kept = keys.filter((key) => memories(`mirror ${Number(key) % 3}`).blobs.get(key) !== undefined);
    expect(kept.length).toBeGreaterThan(50);
    expect(kept.length * content.length).toBeLessThanOrEqual(64 * 1024 * 1024);
    expect(kept).toEqual(keys.slice(-kept.length));
  });

  it('leaves out what is very large', () => {
    const { blobs } = createCaches()('mirror');
    blobs.set('large', Buffer.alloc(2 * 1024 * 1024));
    expect(blobs.get('large')).toBeUndefined();
  });

  it('forgets that something is present, and keeps what it said', () => {
    const memory = createCaches()('mirror');
    memory.present.set('a', true);
    memory.ancestry.set('a b', false);
    forgetPresence(memory, ['a']);
    expect(memory.present.get('a')).toBeUndefined();
    expect(memory.ancestry.get('a b')).toBe(false);
  });

  it('has nothing of a mirror without identity', () => {
    const memories = createCaches();
    memories(undefined).present.set('a', true);
    expect(memories(undefined).present.get('a')).toBeUndefined();
  });
});
