import { mkdirSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createGitRunner } from '../../../src/git/process/process.ts';
import { git } from '../../support/git.ts';
import { newCommit, useBench } from './setup.ts';

describe('a file of a commit', () => {
  const bench = useBench();

  it('that is far too large is refused with its size, before it is read', async () => {
    const commit = bench.remote.commit('main', { 'fairlead.yaml': 'x'.repeat(5 * 1024 * 1024), 'a.txt': 'one' });
    const repository = bench.open();
    await expect(repository.readFile(commit, 'fairlead.yaml')).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringMatching(/^fairlead\.yaml at .* has 5 MiB, and a file that is read may have 4 MiB\./),
    });
    expect((await repository.readFile(commit, 'a.txt'))?.toString()).toBe('one');
  });
});

describe('a branch of the remote', () => {
  const bench = useBench();

  it('has no head before it exists, then each new one', async () => {
    const repository = bench.open();
    expect(await repository.branchHead('main')).toBeUndefined();
    const first = bench.remote.commit('main', { 'a.txt': 'one' });
    expect(await repository.branchHead('main')).toBe(first);
    const second = bench.remote.commit('main', { 'a.txt': 'two' });
    expect(await repository.branchHead('main')).toBe(second);
  });

  it('may become a directory of branches, and be pushed over', async () => {
    const repository = bench.open();
    const old = bench.remote.commit('deploy', { 'a.txt': 'one' });
    expect(await repository.branchHead('deploy')).toBe(old);
    bench.remote.deleteBranch('deploy');
    const nested = bench.remote.commit('deploy/dev', { 'a.txt': 'two' });
    expect(await repository.branchHead('deploy')).toBeUndefined();
    expect(await repository.branchHead('deploy/dev')).toBe(nested);
    const unrelated = bench.remote.commit('other', { 'b.txt': 'three' });
    bench.remote.setBranch('deploy/dev', unrelated);
    expect(await repository.branchHead('deploy/dev')).toBe(unrelated);
  });

  it('is listed with others by one question, without those that are missing or only look alike', async () => {
    const dev = bench.remote.commit('dev', { 'a.txt': 'one' });
    const qa = bench.remote.commit('qa', { 'a.txt': 'two' });
    bench.remote.commit('x/dev', { 'a.txt': 'three' });
    expect(await bench.open().branchHeads(['dev', 'qa', 'prod'])).toEqual(
      new Map([
        ['dev', dev],
        ['qa', qa],
      ]),
    );
    expect(await bench.open().branchHeads([])).toEqual(new Map());
  });
});

describe('what a revision means', () => {
  const bench = useBench();

  it('is a branch, a tag, a full ref, HEAD, an id or a unique prefix', async () => {
    const first = bench.remote.commit('main', { 'a.txt': 'one' });
    const second = bench.remote.commit('main', { 'a.txt': 'two' });
    bench.remote.git(['tag', 'light', first]);
    bench.remote.git(['tag', '-a', '-m', 'Release', 'v1', first]);
    const repository = bench.open();
    for (const revision of ['main', 'HEAD', 'refs/heads/main', second, second.toUpperCase(), second.slice(0, 7)]) {
      expect([revision, await repository.resolveCommit(revision)]).toEqual([revision, second]);
    }
    const tagObject = bench.remote.git(['rev-parse', 'v1']);
    for (const revision of ['light', 'v1', 'refs/tags/v1', tagObject, first.slice(0, 10)]) {
      expect([revision, await repository.resolveCommit(revision)]).toEqual([revision, first]);
    }
  });

  it('is nothing where the remote lacks it or it is no commit', async () => {
    const commit = bench.remote.commit('main', { 'a.txt': 'one' });
    const tree = bench.remote.git(['rev-parse', `${commit}^{tree}`]);
    const repository = bench.open();
    for (const revision of ['nowhere', '0123456789', 'abcdef', '0'.repeat(39).concat('1'), tree, tree.slice(0, 9)]) {
      expect([revision, await repository.resolveCommit(revision)]).toEqual([revision, undefined]);
    }
    expect(await repository.ensureCommit('1'.repeat(40))).toBe(false);
    expect(await repository.ensureCommit(tree)).toBe(false);
  });

  it('is not a prefix of a commit that the remote does not have', async () => {
    const parent = bench.remote.commit('main', { 'a.txt': 'one' });
    const repository = bench.open();
    const unpushed = await repository.writeCommit(newCommit(parent, { 'a.txt': 'two' }));
    expect(await repository.resolveCommit(unpushed.slice(0, 12))).toBeUndefined();
  });

  it('is refused where a name is a branch and a tag at different commits', async () => {
    const first = bench.remote.commit('v2', { 'a.txt': 'one' });
    const second = bench.remote.commit('v2', { 'a.txt': 'two' });
    bench.remote.git(['tag', 'v2', first]);
    const repository = bench.open();
    await expect(repository.resolveCommit('v2')).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining('refs/heads/v2'),
    });
    expect(await repository.resolveCommit('refs/heads/v2')).toBe(second);
    bench.remote.git(['tag', '-f', 'v2', second]);
    expect(await repository.resolveCommit('v2')).toBe(second);
  });

  it('is refused where a prefix fits several commits', async () => {
    const tree = bench.remote.git(['mktree'], '');
    // The first two numbers whose commits share seven digits.
    const twins = [6181, 12104].map((number) => {
      const people = `author A <a@b> 1700000000 +0000\ncommitter A <a@b> 1700000000 +0000\n`;
      const content = `tree ${tree}\n${people}\n${number}\n`;
      return bench.remote.git(['hash-object', '-t', 'commit', '-w', '--stdin'], content);
    });
    expect(twins[0]?.slice(0, 7)).toBe(twins[1]?.slice(0, 7));
    twins.forEach((sha, i) => void bench.remote.setBranch(`twin-${i}`, sha));
    await expect(bench.open().resolveCommit(twins[0]?.slice(0, 7) ?? '')).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringMatching(new RegExp(`fits 2 commits.*${twins[1]}`)),
    });
  });
});

describe('a commit known only by its id', () => {
  const bench = useBench();

  it('is fetched when anything of it is asked for', async () => {
    const left = bench.remote.commit('main', { 'a.txt': 'left behind' });
    const now = bench.remote.commit('other', { 'a.txt': 'now' });
    bench.remote.setBranch('main', now);
    expect(await bench.open().ensureCommit(left)).toBe(true);
    expect(await bench.open({ cacheDir: `${bench.directory}/c2` }).commit(left)).toMatchObject({ sha: left });
    const fresh = bench.open({ cacheDir: `${bench.directory}/c3` });
    expect((await fresh.readFile(left, 'a.txt'))?.toString()).toBe('left behind');
  });

  it('is found below the refs of a server that gives away nothing else', async () => {
    bench.remote.git(['config', 'uploadpack.allowAnySHA1InWant', 'false']);
    const old = bench.remote.commit('main', { 'a.txt': 'one' });
    bench.remote.commit('main', { 'a.txt': 'two' });
    // It is the client that asks for the old protocol, in which servers are strict.
    const home = `${bench.directory}/home`;
    mkdirSync(home);
    writeFileSync(`${home}/.gitconfig`, '[protocol]\n\tversion = 0\n');
    const environment = { ...process.env, HOME: home };
    const repository = bench.open({ environment });
    expect(await repository.ensureCommit(old)).toBe(true);
    expect(await repository.ensureCommit('1'.repeat(40))).toBe(false);
  });

  it('is missing with a sentence that names it', async () => {
    bench.remote.commit('main', { 'a.txt': 'one' });
    const unknown = '2'.repeat(40);
    for (const ask of [
      () => bench.open().commit(unknown),
      () => bench.open().listFiles(unknown),
      () => bench.open().isAncestor(unknown, unknown),
      () => bench.open().writeCommit(newCommit(unknown, { a: 'b' })),
    ]) {
      await expect(ask()).rejects.toMatchObject({ type: 'NotFound', message: expect.stringContaining(unknown) });
    }
  });
});

describe('the history', () => {
  const bench = useBench();

  it('tells commits apart by ancestry', async () => {
    const first = bench.remote.commit('main', { 'a.txt': 'one' });
    const second = bench.remote.commit('main', { 'a.txt': 'two' });
    const stranger = bench.remote.commit('other', { 'b.txt': 'x' });
    const repository = bench.open();
    expect(await repository.isAncestor(first, second)).toBe(true);
    expect(await repository.isAncestor(second, second)).toBe(true);
    expect(await repository.isAncestor(second, first)).toBe(false);
    expect(await repository.isAncestor(stranger, second)).toBe(false);
    expect(await repository.isAncestor('3'.repeat(40), second)).toBe(false);
  });

  it('tells of many commits at once which are behind which, through merges, too', async () => {
    const { remote } = bench;
    const root = remote.commit('main', { 'a.txt': 'root' });
    const left = remote.commit('main', { 'a.txt': 'left' });
    remote.setBranch('side', root);
    const right = remote.commit('side', { 'b.txt': 'right' });
    const merge = remote.git(['commit-tree', `${left}^{tree}`, '-p', left, '-p', right, '-m', 'Merge']);
    remote.setBranch('main', merge);
    const last = remote.commit('main', { 'a.txt': 'last' });
    const stranger = remote.commit('other', { 'c.txt': 'x' });
    const unknown = '3'.repeat(40);
    const among = async (...commits: readonly string[]) =>
      [...(await bench.open().ancestorsAmong(commits))].map(([sha, behind]) => [sha, [...behind].toSorted()]);
    const sorted = (...commits: readonly string[]) => commits.toSorted();
    expect(await among(left, last, root, unknown, right)).toEqual([
      [left, [root]],
      [last, sorted(left, root, right)],
      [root, []],
      [unknown, []],
      [right, [root]],
    ]);
    expect(await among(last, stranger, left)).toEqual([
      [last, [left]],
      [stranger, []],
      [left, []],
    ]);
    expect(await among(last)).toEqual([[last, []]]);
    expect(await among()).toEqual([]);
  });

  it('is asked for fifty commits at once with the processes that three need', async () => {
    const commits = Array.from({ length: 50 }, (_, index) => bench.remote.commit('main', { 'a.txt': `${index}` }));
    const real = createGitRunner();
    const processes = async (some: readonly string[]) => {
      let count = 0;
      const run: typeof real = (command) => {
        count += 1;
        return real(command);
      };
      const repository = bench.open({ run });
      await repository.branchHead('main');
      const before = count;
      const behind = await repository.ancestorsAmong(some);
      expect(some.map((sha) => behind.get(sha)?.size)).toEqual(some.map((_, index) => index));
      return count - before;
    };
    expect(await processes(commits)).toBe(await processes(commits.slice(0, 3)));
  });

  it('is asked for where commits name very many parents, while others go on', async () => {
    const { git } = bench.remote;
    const tree = git(['mktree'], '');
    const who = 'a <a@example.org> 1 +0000';
    const child = (parent: string, times: number) =>
      git(
        ['hash-object', '-t', 'commit', '-w', '--stdin'],
        `tree ${tree}\n${`parent ${parent}\n`.repeat(times)}author ${who}\ncommitter ${who}\n\nx\n`,
      );
    const first = bench.remote.commit('main', { 'a.txt': 'one' });
    let last = first;
    for (let count = 0; count < 25; count += 1) last = child(last, 100_000);
    bench.remote.setBranch('main', last);
    const repository = bench.open();
    await repository.branchHead('main');
    const delay = monitorEventLoopDelay({ resolution: 10 });
    delay.enable();
    const behind = await repository.ancestorsAmong([first, last]);
    await sleep(50);
    delay.disable();
    expect([...(behind.get(last) ?? [])]).toEqual([first]);
    expect(delay.max / 1e6).toBeLessThan(600);
  });

  it('is listed newest first, bounded, with the whole count', async () => {
    const shas = ['one', 'two', 'three', 'four'].map((text, i) =>
      bench.remote.commit(
        'main',
        { 'a.txt': text },
        { message: `Say ${text}\n\nBody`, date: `2024-01-0${i + 1}T12:00:00+02:00` },
      ),
    );
    const [first = '', second = '', third = '', fourth = ''] = shas;
    const { commits, total } = await bench.open().log(first, fourth, 2);
    expect(total).toBe(3);
    expect(commits).toEqual([
      {
        sha: fourth,
        parents: [third],
        tree: bench.remote.git(['rev-parse', `${fourth}^{tree}`]),
        subject: 'Say four',
        author: { name: 'Ada Lovelace', email: 'ada@example.org', date: '2024-01-04T10:00:00.000Z' },
        committer: { name: 'Ada Lovelace', email: 'ada@example.org', date: '2024-01-04T10:00:00.000Z' },
      },
      expect.objectContaining({ sha: third, parents: [second] }),
    ]);
    expect(await bench.open().log(undefined, fourth, 1)).toMatchObject({ total: 4, commits: [{ sha: fourth }] });
    expect(await bench.open().log(fourth, first, 10)).toEqual({ commits: [], total: 0 });
  });

  it('of a shallow clone is refused, with the remedy', async () => {
    bench.remote.commit('main', { 'a.txt': 'one' });
    const head = bench.remote.commit('main', { 'a.txt': 'two' });
    git(bench.directory, ['clone', '--quiet', '--bare', '--depth=1', `file://${bench.remote.path}`, 'shallow.git']);
    const shallow = bench.open({}, `${bench.directory}/shallow.git`);
    await expect(shallow.branchHead('main')).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining('--unshallow'),
    });
    expect(head).toMatch(/^[0-9a-f]{40}$/);
  });
});

describe('the files of a commit', () => {
  const bench = useBench();

  it('keep mode, size, order and odd names', async () => {
    const submodule = '4'.repeat(40);
    const commit = bench.remote.commit('main', {
      'z.txt': 'last',
      'bin/run': { mode: '100755', content: '#!/bin/sh\n' },
      'bin/link': { mode: '120000', content: 'run' },
      vendored: { mode: '160000', content: submodule },
      'with space/ü "quoted" \\.yaml': 'odd',
      empty: '',
    });
    const files = await bench.open().listFiles(commit);
    expect([...files].map(([path, { mode, size }]) => [path, mode, size])).toEqual([
      ['bin/link', '120000', 3],
      ['bin/run', '100755', 10],
      ['empty', '100644', 0],
      ['vendored', '160000', 0],
      ['with space/ü "quoted" \\.yaml', '100644', 3],
      ['z.txt', '100644', 4],
    ]);
    expect(files.get('vendored')?.oid).toBe(submodule);
  });

  it('are read many at a time, each as it is', async () => {
    const binary = Buffer.from([0, 10, 255, 13, 10, 0]);
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`d${i % 7}/f${i}`, `content ${i}\n`]));
    const commit = bench.remote.commit('main', { ...many, 'bin.dat': binary, empty: '', same: 'content 3\n' });
    const repository = bench.open();
    const files = await repository.listFiles(commit);
    const blobs = await repository.readBlobs([...files.values()].map(({ oid }) => oid));
    const content = (path: string) => blobs.get(files.get(path)?.oid ?? '');
    expect(content('bin.dat')).toEqual(binary);
    expect(content('empty')?.length).toBe(0);
    expect(Object.keys(many).map((path) => content(path)?.toString())).toEqual(Object.values(many));
    expect(await repository.readBlobs([])).toEqual(new Map());
  });

  it('are one by one found or not', async () => {
    const commit = bench.remote.commit('main', {
      'b/c.txt': 'two',
      '*.yaml': 'star',
      module: { mode: '160000', content: '5'.repeat(40) },
    });
    const repository = bench.open();
    expect((await repository.readFile(commit, 'b/c.txt'))?.toString()).toBe('two');
    expect((await repository.readFile(commit, '*.yaml'))?.toString()).toBe('star');
    for (const path of ['b', 'b/', 'c.txt', 'b/c.txt/d', 'module', 'B/C.txt', '?.yaml'].filter(
      (p) => !p.endsWith('/'),
    )) {
      expect([path, await repository.readFile(commit, path)]).toEqual([path, undefined]);
    }
  });
});
