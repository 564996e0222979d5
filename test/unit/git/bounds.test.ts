import { randomBytes } from 'node:crypto';
import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createGitRunner, GitFlood, GitGreed, GitTimeout } from '../../../src/git/process/process.ts';
import { createGitRepositories } from '../../../src/git/repositories.ts';
import { limits } from '../../../src/platform/limits.ts';
import { git, gitTestEnvironment } from '../../support/git.ts';
import { useBench } from './setup.ts';

describe('what others push', () => {
  const bench = useBench();

  /** A commit of some hundred bytes whose trees name each other, so that it lists 10 to the power of `levels` files. */
  function treeBomb(levels: number): string {
    const { git } = bench.remote;
    const blob = git(['hash-object', '-w', '--stdin'], 'hi');
    const ten = (entry: string) => git(['mktree'], Array.from({ length: 10 }, (_, i) => `${entry}${i}\n`).join(''));
    let tree = ten(`100644 blob ${blob}\tf`);
    for (let level = 1; level < levels; level += 1) tree = ten(`040000 tree ${tree}\td`);
    const commit = git(['commit-tree', '-m', 'bomb', tree]);
    git(['update-ref', 'refs/heads/main', commit]);
    return commit;
  }

  function note(content: string | Buffer, commits: readonly string[]): void {
    const { git } = bench.remote;
    const blob = git(['hash-object', '-w', '--stdin'], content);
    const tree = git(['mktree'], commits.map((commit) => `100644 blob ${blob}\t${commit}\n`).join(''));
    git(['update-ref', 'refs/notes/fairlead/dev', git(['commit-tree', '-m', 'notes', tree])]);
  }

  it('is listed no further than a worker can hold', async () => {
    const commit = treeBomb(9);
    await expect(bench.open().listFiles(commit)).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringMatching(/has more than 40 MiB .*ls-tree.* very many files/),
    });
  });

  it('is listed no further where there is no file in it either', async () => {
    const { git } = bench.remote;
    let tree = git(['mktree'], '');
    for (let level = 0; level < 60; level += 1)
      tree = git(['mktree'], ['a', 'b'].map((name) => `040000 tree ${tree}\t${name}\n`).join(''));
    const commit = git(['commit-tree', '-m', 'bomb', tree]);
    git(['update-ref', 'refs/heads/main', commit]);
    git(['update-ref', 'refs/notes/fairlead/dev', commit]);
    const isTooMuch = { type: 'InvalidInput', message: expect.stringMatching(/has more than 40 MiB .*ls-tree/) };
    await expect(bench.open().listFiles(commit)).rejects.toMatchObject(isTooMuch);
    await expect(bench.open().notes('fairlead/dev')).rejects.toMatchObject(isTooMuch);
  });

  it('is not read as a record where the notes are too large', async () => {
    note(Buffer.alloc(limits.recordBytes + 1, 'a'), ['1'.repeat(40)]);
    await expect(bench.open().notes('fairlead/dev')).rejects.toMatchObject({
      type: 'Refused',
      message: expect.stringMatching(/have 64 MiB, and a record may have 64 MiB\. Look who wrote them/),
    });
  });

  it('is not read as a record where the notes have too many lines, empty ones and repeated notes included', async () => {
    note('\n'.repeat(limits.recordLines + 1), ['1'.repeat(40)]);
    const read = () => bench.open().notes('fairlead/dev');
    await expect(read()).rejects.toMatchObject({
      type: 'Refused',
      message: expect.stringMatching(/have 200002 lines/),
    });
    note(
      'a\n'.repeat(limits.recordLines / 4),
      [1, 2, 3, 4, 5].map((digit) => String(digit).repeat(40)),
    );
    await expect(read()).rejects.toMatchObject({
      type: 'Refused',
      message: expect.stringMatching(/have 250005 lines/),
    });
  });

  describe('as many packs', () => {
    /** As many packs as so many fetches bring, each with a file of 200 kB that is nearly the one before. */
    function fillMirror(): void {
      const base = randomBytes(200_000);
      const packs = join(bench.mirror(), 'objects/pack/pack');
      for (let count = 0; count < 61; count += 1) {
        const blob = git(bench.mirror(), ['hash-object', '-w', '--stdin'], {
          input: Buffer.concat([Buffer.from([count]), base]),
        });
        git(bench.mirror(), ['pack-objects', '--quiet', packs], { input: `${blob}\n` });
        git(bench.mirror(), ['prune-packed']);
      }
    }
    const packs = () => readdirSync(join(bench.mirror(), 'objects/pack')).filter((name) => name.endsWith('.pack'));

    it('is put together as it came, because comparing large files takes gigabytes', async () => {
      await bench.open().ensureCommit(bench.remote.commit('main', { 'a.txt': 'one' }));
      fillMirror();
      const head = bench.remote.commit('main', { 'a.txt': 'two' });
      expect(await bench.open().ensureCommit(head)).toBe(true);
      expect(packs().length).toBeLessThan(5);
      const deltas = git(bench.mirror(), [
        'cat-file',
        '--batch-all-objects',
        '--batch-check=%(deltabase) %(objecttype)',
      ]);
      expect(deltas.split('\n').filter((line) => / blob$/.test(line) && !/^0+ /.test(line))).toEqual([]);
    });

    it('leaves none that was not written to its end, from the next fetch on', async () => {
      await bench.open().ensureCommit(bench.remote.commit('main', { 'a.txt': 'one' }));
      const directory = join(bench.mirror(), 'objects/pack');
      const anHourAgo = Date.now() / 1000 - 3_600;
      for (const name of ['tmp_pack_ended', 'tmp_pack_written']) writeFileSync(join(directory, name), 'PACK');
      utimesSync(join(directory, 'tmp_pack_ended'), anHourAgo, anHourAgo);
      await bench.open().ensureCommit('1'.repeat(40));
      expect(readdirSync(directory).filter((name) => name.startsWith('tmp_'))).toEqual(['tmp_pack_written']);
    });

    it('keeps no fetch from its end where putting it together takes too long, and is left alone then', async () => {
      const real = createGitRunner();
      let tried = 0;
      const run: typeof real = async (command) => {
        if (command.args[0] !== 'repack') return real(command);
        tried += 1;
        throw new GitTimeout('repack', command.limitMs);
      };
      const repositories = createGitRepositories({ cacheDir: bench.cacheDir, environment: gitTestEnvironment, run });
      const fetch = (text: string) =>
        repositories.open(bench.remote.path).ensureCommit(bench.remote.commit('main', { 'a.txt': text }));
      await fetch('one');
      fillMirror();
      expect(await fetch('two')).toBe(true);
      expect(await fetch('three')).toBe(true);
      expect(tried).toBe(1);
    });
  });

  it('is a commit of any date, with a subject, a name and parents of any length', async () => {
    const { git } = bench.remote;
    const tree = git(['mktree'], '');
    const write = (text: string) =>
      git(['hash-object', '-t', 'commit', '-w', '--stdin', '--literally'], `tree ${tree}\n${text}`);
    const root = write('author A <a@b> 99999999999999999999 +0000\ncommitter A <a@b> 8000000000000 +0000\n\nroot\n');
    const who = `${'A'.repeat(9_000_000)} <a@b> abc +0000`;
    const parents = `parent ${root}\n`.repeat(10_000);
    const head = write(`${parents}author ${who}\ncommitter ${who}\n\n${'é'.repeat(9_000_000)}\n`);
    git(['update-ref', 'refs/heads/main', head]);
    const repository = bench.open();
    await repository.branchHead('main');
    const last = '9999-12-31T23:59:59.000Z';
    expect(await repository.commit(root)).toMatchObject({ author: { date: last }, committer: { date: last } });
    const { subject, author, parents: kept } = await repository.commit(head);
    expect([subject, author.name]).toEqual(['é'.repeat(4_000), 'A'.repeat(500)]);
    expect(author.date).toBe('1970-01-01T00:00:00.000Z');
    expect(new Set(kept)).toEqual(new Set([root]));
    expect(kept).toHaveLength(1_000);
  });
});

describe('git', () => {
  it('is ended when it prints more than it may', async () => {
    const run = createGitRunner();
    const command = { args: ['help', '--all'], env: gitTestEnvironment as Record<string, string>, limitMs: 60_000 };
    await expect(run({ ...command, mostBytes: 100 })).rejects.toThrow(GitFlood);
    expect((await run(command)).exitCode).toBe(0);
  });

  it.runIf(process.platform === 'linux')('is ended when it takes more memory than it may', async () => {
    const run = createGitRunner();
    // What has no line is kept whole by what looks for the last ones.
    const args = ['-c', 'alias.greedy=!(head -c 200000000 /dev/zero; sleep 10) | tail | wc -c', 'greedy'];
    const command = { args, env: gitTestEnvironment as Record<string, string>, limitMs: 60_000 };
    await expect(run({ ...command, mostMemory: 100_000_000 })).rejects.toThrow(GitGreed);
  });

  it('lets others go first where it gives way', async () => {
    const run = createGitRunner();
    const args = ['-c', 'alias.pace=!nice', 'pace'];
    const command = { args, env: gitTestEnvironment as Record<string, string>, limitMs: 60_000 };
    const niceness = async (givesWay: boolean) => Number((await run({ ...command, givesWay })).stdout.toString());
    const own = getPriority();
    expect(await niceness(false)).toBe(own);
    // It is told after it was started, and may have started what it runs before that.
    await expect.poll(() => niceness(true)).toBe(Math.max(own, 5));
  });
});
