import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { newCommit, useBench } from './setup.ts';

describe('a push', () => {
  const bench = useBench();
  const build = async (parent: string, text: string) =>
    await bench.open().writeCommit(newCommit(parent, { 'a.txt': text }));

  it('creates, moves and rewinds a branch that is where the caller expects it', async () => {
    const parent = bench.remote.commit('main', { 'a.txt': 'one' });
    const [left, right] = [await build(parent, 'left'), await build(parent, 'right')];
    const repository = bench.open();
    expect(await repository.push({ commit: left, branch: 'deploy/x', expected: null })).toEqual({ kind: 'pushed' });
    expect(await repository.push({ commit: right, branch: 'deploy/x', expected: left })).toEqual({ kind: 'pushed' });
    expect(bench.remote.head('deploy/x')).toBe(right);
  });

  it('answers with the actual head when the branch moved, appeared or went away', async () => {
    const parent = bench.remote.commit('main', { 'a.txt': 'one' });
    const ours = await build(parent, 'ours');
    const theirs = bench.remote.commit('main', { 'a.txt': 'theirs' });
    const repository = bench.open();
    const push = (expected: string | null, branch = 'main') => repository.push({ commit: ours, branch, expected });
    expect(await push(parent)).toEqual({ kind: 'moved', actual: theirs });
    expect(await push(null)).toEqual({ kind: 'moved', actual: theirs });
    expect(await push(parent, 'nowhere')).toEqual({ kind: 'moved', actual: null });
    expect(bench.remote.head('main')).toBe(theirs);
  });

  it('that was done already is done, whatever was expected', async () => {
    const parent = bench.remote.commit('main', { 'a.txt': 'one' });
    const commit = await build(parent, 'two');
    const repository = bench.open();
    for (const expected of [parent, parent, null, '8'.repeat(40)]) {
      expect(await repository.push({ commit, branch: 'main', expected })).toEqual({ kind: 'pushed' });
    }
  });

  it('that is only asked for leaves nothing on the remote, and is refused as a push is', async () => {
    const head = bench.remote.commit('main', { 'a.txt': 'one' });
    const before = bench.remote.git(['for-each-ref']);
    await bench.open().checkPush(head);
    expect(bench.remote.git(['for-each-ref'])).toBe(before);
    const moved = bench.open({}, `${bench.remote.path}-gone`);
    await expect(moved.checkPush(head)).rejects.toMatchObject({ type: 'NotFound' });
  });

  it('has one winner among many at once', async () => {
    const parent = bench.remote.commit('main', { 'a.txt': 'one' });
    const commits = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((text) => build(parent, text)));
    const results = await Promise.all(
      commits.map((commit) =>
        bench
          .open()
          .push({ commit, branch: 'main', expected: parent })
          .catch((error) => error),
      ),
    );
    const head = bench.remote.head('main');
    const winners = commits.filter((_, i) => results[i].kind === 'pushed');
    expect(winners).toEqual([head]);
    // A loser that meets the winner's lock is told to try again; all others learn the head.
    for (const result of results.filter(({ kind }) => kind !== 'pushed')) {
      expect([{ kind: 'moved', actual: head }, expect.objectContaining({ type: 'Unavailable' })]).toContainEqual(
        result,
      );
    }
  });

  it('is refused with the words of the hook', async () => {
    const parent = bench.remote.commit('main', { 'a.txt': 'one' });
    const commit = await build(parent, 'two');
    writeFileSync(`${bench.remote.path}/hooks/pre-receive`, '#!/bin/sh\necho "GH006: needs a review" >&2\nexit 1\n');
    chmodSync(`${bench.remote.path}/hooks/pre-receive`, 0o755);
    await expect(bench.open().push({ commit, branch: 'main', expected: parent })).rejects.toMatchObject({
      type: 'Refused',
      message: expect.stringMatching(/push to main.*GH006: needs a review/s),
    });
  });

  it('of a commit that nobody has built says so', async () => {
    bench.remote.commit('main', { 'a.txt': 'one' });
    const commit = '9'.repeat(40);
    await expect(bench.open().push({ commit, branch: 'main', expected: null })).rejects.toMatchObject({
      type: 'Internal',
      message: expect.stringContaining('Build it again'),
    });
  });

  it('runs no hook of the worker', async () => {
    const parent = bench.remote.commit('main', { 'a.txt': 'one' });
    // The remote keeps its own hooks; it would find the user's too, being on this machine.
    bench.remote.git(['config', 'core.hooksPath', `${bench.remote.path}/hooks`]);
    const hooks = `${bench.directory}/hooks`;
    mkdirSync(hooks);
    for (const hook of ['pre-push', 'reference-transaction']) {
      writeFileSync(`${hooks}/${hook}`, `#!/bin/sh\ntouch ${bench.directory}/ran\nexit 1\n`);
      chmodSync(`${hooks}/${hook}`, 0o755);
    }
    writeFileSync(`${bench.directory}/.gitconfig`, `[core]\n\thooksPath = ${hooks}\n`);
    const repository = bench.open({ environment: { PATH: process.env.PATH, HOME: bench.directory } });
    expect(await repository.branchHead('main')).toBe(parent);
    const commit = await repository.writeCommit(newCommit(parent, { 'a.txt': 'two' }));
    expect(await repository.push({ commit, branch: 'main', expected: parent })).toEqual({ kind: 'pushed' });
    expect(existsSync(`${bench.directory}/ran`)).toBe(false);
  });
});

describe('deleting a branch', () => {
  const bench = useBench();

  it('works once, is gone the second time, and spares a branch that moved', async () => {
    const first = bench.remote.commit('deploy/x', { 'a.txt': 'one' });
    bench.remote.commit('main', { 'a.txt': 'one' });
    const repository = bench.open();
    expect(await repository.deleteBranch('deploy/x', first)).toEqual({ kind: 'pushed' });
    expect(bench.remote.head('deploy/x')).toBeUndefined();
    expect(await repository.deleteBranch('deploy/x', first)).toEqual({ kind: 'gone' });
    const other = bench.remote.commit('deploy/y', { 'a.txt': 'two' });
    expect(await repository.deleteBranch('deploy/y', first)).toEqual({ kind: 'moved', actual: other });
    expect(bench.remote.head('deploy/y')).toBe(other);
  });
});
