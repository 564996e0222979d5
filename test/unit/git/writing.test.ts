import { copyFileSync, existsSync, utimesSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fastImportStream } from '../../../src/git/mirror/write.ts';
import { git } from '../../support/git.ts';
import { newCommit, useBench } from './setup.ts';

describe('a commit built in the mirror', () => {
  const bench = useBench();

  it('is the one that git commit-tree makes by hand', async () => {
    const parent = bench.remote.commit('main', { 'a.txt': 'one', 'b/c.txt': 'two', 'b/d.txt': 'three' });
    const commit = await bench
      .open()
      .writeCommit(newCommit(parent, { 'a.txt': 'changed', 'b/c.txt': null, 'n/e w': 'new' }));

    const index = { GIT_INDEX_FILE: `${bench.directory}/index` };
    const byHand = (args: readonly string[], input = '', env = {}) =>
      git(bench.remote.path, args, { input, env: { ...index, ...env } });
    byHand(['read-tree', parent]);
    const add = (path: string, content: string) =>
      byHand([
        'update-index',
        '--add',
        '--cacheinfo',
        `100644,${byHand(['hash-object', '-w', '--stdin'], content)},${path}`,
      ]);
    add('a.txt', 'changed');
    add('n/e w', 'new');
    byHand(['update-index', '--index-info'], `0 ${'0'.repeat(40)}\tb/c.txt\n`);
    const date = '2024-05-06T07:08:09Z';
    const who = ['AUTHOR', 'COMMITTER'].flatMap((role) => [
      [`GIT_${role}_NAME`, 'Fairlead'],
      [`GIT_${role}_EMAIL`, 'fairlead@example.org'],
      [`GIT_${role}_DATE`, date],
    ]);
    const tree = byHand(['write-tree']);
    expect(commit).toBe(byHand(['commit-tree', tree, '-p', parent], 'Render\n', Object.fromEntries(who)));
  });

  it('has the same id in another mirror and in another order of changes', async () => {
    const parent = bench.remote.commit('main', { 'a.txt': 'one' });
    const changes = { 'x/1': 'one', 'x/2': 'two', 'a.txt': null };
    const there = bench.open({ cacheDir: `${bench.directory}/elsewhere` });
    const reversed = Object.fromEntries(Object.entries(changes).reverse());
    const commit = await bench.open().writeCommit(newCommit(parent, changes));
    expect(await bench.open().writeCommit(newCommit(parent, changes))).toBe(commit);
    expect(await there.writeCommit(newCommit(parent, reversed))).toBe(commit);
  });

  it('leaves what is not mentioned as it was, modes, links and submodules too', async () => {
    const parent = bench.remote.commit('main', {
      run: { mode: '100755', content: '#!' },
      link: { mode: '120000', content: 'run' },
      module: { mode: '160000', content: '6'.repeat(40) },
      'dir/run': { mode: '100755', content: '#!!' },
      'dir/old': 'old',
    });
    const repository = bench.open();
    const before = await repository.listFiles(parent);
    const commit = await repository.writeCommit(newCommit(parent, { 'dir/old': 'new' }));
    const after = await repository.listFiles(commit);
    expect([...after.keys()]).toEqual([...before.keys()]);
    for (const path of ['run', 'link', 'module', 'dir/run']) expect(after.get(path)).toEqual(before.get(path));
    expect((await repository.readFile(commit, 'dir/old'))?.toString()).toBe('new');
  });

  it('lets a file take the place of a directory, and the other way round', async () => {
    const parent = bench.remote.commit('main', { 'a/b': 'nested', c: 'flat' });
    const repository = bench.open();
    const commit = await repository.writeCommit(
      newCommit(parent, { 'a/b': null, a: 'flat', c: null, 'c/d': 'nested' }),
    );
    expect([...(await repository.listFiles(commit)).keys()]).toEqual(['a', 'c/d']);
  });

  it('drops directories that become empty, and does not mind files that are gone already', async () => {
    const parent = bench.remote.commit('main', { 'a/b/c': 'x', keep: 'y' });
    const repository = bench.open();
    const commit = await repository.writeCommit(newCommit(parent, { 'a/b/c': null, 'never/was': null }));
    expect(bench.remote.git(['cat-file', '-t', parent])).toBe('commit');
    expect([...(await repository.listFiles(commit)).keys()]).toEqual(['keep']);
  });

  it('takes thousands of changes, and any bytes', async () => {
    const parent = bench.remote.commit('main', { gone: 'x' });
    const many = Array.from({ length: 5000 }, (_, i) => [`g${i % 50}/app-${i}.yaml`, `value: ${i}\n`] as const);
    const binary = Buffer.from([0, 10, 255, 100, 97, 116, 97]);
    const changes = new Map<string, string | Buffer | null>([...many, ['bin', binary], ['gone', null]]);
    const repository = bench.open();
    const commit = await repository.writeCommit({ ...newCommit(parent, {}), changes });
    const files = await repository.listFiles(commit);
    expect(files.size).toBe(5001);
    expect(await repository.readFile(commit, 'bin')).toEqual(binary);
    expect((await repository.readFile(commit, 'g7/app-57.yaml'))?.toString()).toBe('value: 57\n');
  });

  it('survives housekeeping before it is pushed', async () => {
    const parent = bench.remote.commit('main', { 'a.txt': 'one' });
    const repository = bench.open();
    const commit = await repository.writeCommit(newCommit(parent, { 'a.txt': 'never pushed' }));
    // More than enough packs for a round of it after the next fetch.
    const mirror = bench.mirror();
    const blob = git(mirror, ['hash-object', '-w', '--stdin'], { input: 'blob' });
    const pack = git(mirror, ['pack-objects', '--quiet', 'objects/pack/pack'], { input: `${blob}\n` });
    for (let i = 0; i < 60; i++) {
      const name = `${i}`.padStart(40, '0');
      for (const end of ['pack', 'idx'])
        copyFileSync(`${mirror}/objects/pack/pack-${pack}.${end}`, `${mirror}/objects/pack/pack-${name}.${end}`);
    }
    const remains = ['tmp_pack_old', 'tmp_pack_new'].map((name) => `${mirror}/objects/pack/${name}`);
    for (const path of remains) writeFileSync(path, 'x');
    utimesSync(remains[0] ?? '', 0, 0);
    const head = bench.remote.commit('main', { 'a.txt': 'next' });
    expect(await repository.branchHead('main')).toBe(head);
    expect(Number(/^packs: (\d+)$/m.exec(git(mirror, ['count-objects', '-v']))?.[1])).toBeLessThan(10);
    expect(remains.map((path) => existsSync(path))).toEqual([false, true]);
    expect((await repository.readFile(commit, 'a.txt'))?.toString()).toBe('never pushed');
    expect(await repository.push({ commit, branch: 'late', expected: null })).toEqual({ kind: 'pushed' });
    expect(bench.notices).toEqual([]);
  });
});

describe('the stream for fast-import', () => {
  const parent = '7'.repeat(40);
  const person = { name: 'A', email: 'a@b', date: '2024-01-01T00:00:00Z' };
  const stream = (change: object) =>
    fastImportStream({ ...newCommit(parent, { a: 'b' }), ...change }, 'refs/x').toString();

  it('cannot be taken over by a path', () => {
    for (const path of ['a\nD b', 'a\0b', '/etc/passwd', 'a//b', '../x', 'a/./b', '.git/config', 'x/.GIT/hooks', '']) {
      expect(() => stream({ changes: new Map([[path, 'x']]) })).toThrow(
        expect.objectContaining({ type: 'InvalidInput' }),
      );
    }
    expect(stream({ changes: new Map([['a "b" \\c', 'x']]) })).toContain('inline "a \\"b\\" \\\\c"\n');
  });

  it('refuses people and dates that no commit can hold', () => {
    for (const wrong of [{ name: 'A\nB' }, { email: 'a>b' }, { date: 'yesterday' }, { date: '1950-01-01' }]) {
      expect(() => stream({ person: { ...person, ...wrong } })).toThrow(
        expect.objectContaining({ type: 'InvalidInput' }),
      );
    }
    expect(() => stream({ parent: 'main' })).toThrow(expect.objectContaining({ type: 'InvalidInput' }));
  });
});
