import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Git } from '../../../src/git/commands.ts';
import { fetchNotes } from '../../../src/git/fetch-notes.ts';
import { createMemories } from '../../../src/git/memory.ts';
import { createMirror, type Mirror } from '../../../src/git/mirror.ts';
import { createGitRunner } from '../../../src/git/process.ts';
import { createGitRepositories } from '../../../src/git/repositories.ts';
import type { Person } from '../../../src/git/repository.ts';
import { defaultTimeouts } from '../../../src/git/settings.ts';
import { checkRepositoryUrl } from '../../../src/platform/repository-url.ts';
import { git, gitTestEnvironment } from '../../support/git.ts';
import { useBench } from './setup.ts';

const dev = 'fairlead/dev';
const person: Person = { name: 'Fairlead', email: 'fairlead@example.org', date: '2024-05-06T07:08:09.000Z' };
const record = (second: number, outcome: string) =>
  JSON.stringify({ time: `2024-05-06T07:08:${String(second).padStart(2, '0')}Z`, outcome });

describe('notes on the remote', () => {
  const bench = useBench();
  const elsewhere = (name: string) => bench.open({ cacheDir: `${bench.directory}/${name}` });
  const shown = (commit: string) => bench.remote.git(['notes', `--ref=${dev}`, 'show', commit]);
  const paths = () => bench.remote.git(['ls-tree', '-r', '--name-only', `refs/notes/${dev}`]).split('\n');
  const notesHead = () => bench.remote.git(['for-each-ref', '--format=%(objectname)', `refs/notes/${dev}`]);

  /** A history of many commits, made by one process. */
  function commits(count: number): readonly string[] {
    const who = 'Ada <ada@example.org> 1700000000 +0000';
    const one = (i: number) => `commit refs/heads/main\ncommitter ${who}\ndata 4\n${1000 + i}\n`;
    bench.remote.git(['fast-import', '--quiet'], Array.from({ length: count }, (_, i) => one(i)).join(''));
    return bench.remote.git(['rev-list', 'main']).split('\n');
  }

  /** A plain clone with the notes in it, as a person would make it. */
  function clone(): string {
    git(bench.directory, ['clone', '--quiet', bench.remote.path, 'clone']);
    const directory = `${bench.directory}/clone`;
    git(directory, ['fetch', '--quiet', 'origin', 'refs/notes/*:refs/notes/*']);
    return directory;
  }

  it('are read back as they were added, also by those who have seen nothing yet', async () => {
    const [first = '', second = ''] = commits(2);
    const repository = bench.open();
    await repository.appendNotes(dev, [{ commit: first, line: record(1, 'deployed') }], person);
    await repository.appendNotes(
      dev,
      [
        { commit: second, line: record(3, 'promoted, säker → 日本') },
        { commit: first, line: record(2, 'promoted') },
      ],
      person,
    );
    const expected = {
      head: notesHead(),
      lines: new Map([
        [first, [record(1, 'deployed'), record(2, 'promoted')]],
        [second, [record(3, 'promoted, säker → 日本')]],
      ]),
    };
    expect(await repository.notes(dev)).toEqual(expected);
    expect(await elsewhere('other').notes(dev)).toEqual(expected);
    expect(bench.remote.git(['log', '-1', '--format=%an <%ae> %aI|%cn', `refs/notes/${dev}`])).toBe(
      'Fairlead <fairlead@example.org> 2024-05-06T07:08:09+00:00|Fairlead',
    );
  });

  it('are empty where there is no such ref, and are of one name each', async () => {
    const [commit = ''] = commits(1);
    const repository = bench.open();
    const none = { head: undefined, lines: new Map() };
    expect(await repository.notes(dev)).toEqual(none);
    await repository.appendNotes('fairlead/qa', [{ commit, line: 'one' }], person);
    expect(await repository.notes(dev)).toEqual(none);
    expect((await repository.notes('fairlead/qa')).lines).toEqual(new Map([[commit, ['one']]]));
  });

  it('are shown by plain git in a plain clone', async () => {
    const [commit = ''] = commits(1);
    await bench.open().appendNotes(
      dev,
      [
        { commit, line: record(2, 'promoted') },
        { commit, line: record(1, 'deployed') },
      ],
      person,
    );
    const directory = clone();
    expect(git(directory, ['notes', `--ref=${dev}`, 'show', commit])).toBe(
      `${record(1, 'deployed')}\n${record(2, 'promoted')}`,
    );
    expect(git(directory, ['log', `--notes=${dev}`, '--format=%N', '-1']).trim()).toContain('"promoted"');
  });

  it('written by plain git are read, without their empty lines, and kept when others come', async () => {
    const [commit = '', other = ''] = commits(2);
    const directory = clone();
    const append = (message: string) => git(directory, ['notes', `--ref=${dev}`, 'append', '-m', message, commit]);
    append('zebra: looked at it\n\n  and left');
    append('a second thought');
    git(directory, ['push', '--quiet', 'origin', `refs/notes/${dev}`]);
    const repository = bench.open();
    expect((await repository.notes(dev)).lines).toEqual(
      new Map([[commit, ['zebra: looked at it', '  and left', 'a second thought']]]),
    );
    await repository.appendNotes(dev, [{ commit: other, line: 'ours' }], person);
    expect(shown(commit)).toBe('zebra: looked at it\n\n  and left\n\na second thought');
    await repository.appendNotes(dev, [{ commit, line: record(1, 'deployed') }], person);
    expect(shown(commit)).toBe(`  and left\na second thought\nzebra: looked at it\n${record(1, 'deployed')}`);
  });

  it('keep the bytes of lines that are not UTF-8', async () => {
    const [commit = ''] = commits(1);
    const theirs = Buffer.from([0x66, 0xf8, 0x72, 0x0a]);
    const blob = bench.remote.git(['hash-object', '-w', '--stdin'], theirs);
    bench.remote.git(['notes', `--ref=${dev}`, 'add', '-C', blob, commit]);
    await bench.open().appendNotes(dev, [{ commit, line: 'aå' }], person);
    const [path = ''] = paths();
    const written = bench.remote.git(['rev-parse', `refs/notes/${dev}:${path}`]);
    const both = Buffer.concat([Buffer.from('aå\n'), theirs]);
    expect(written).toBe(bench.remote.git(['hash-object', '--stdin'], both));
  });

  it('that are there already are not added again, nor is anything pushed', async () => {
    const [commit = ''] = commits(1);
    const additions = [
      { commit, line: 'one' },
      { commit, line: 'one' },
    ];
    await bench.open().appendNotes(dev, additions, person);
    const head = notesHead();
    await bench.open().appendNotes(dev, additions, person);
    await elsewhere('other').appendNotes(dev, additions, person);
    await bench.open().appendNotes(dev, [], person);
    expect(notesHead()).toBe(head);
    expect(shown(commit)).toBe('one');
  });

  it('are added again where somebody has removed them, whatever was seen before', async () => {
    const [commit = ''] = commits(1);
    const repository = bench.open();
    await repository.appendNotes(dev, [{ commit, line: 'one' }], person);
    bench.remote.git(['notes', `--ref=${dev}`, 'remove', commit]);
    expect((await repository.notes(dev)).lines).toEqual(new Map());
    await repository.appendNotes(dev, [{ commit, line: 'one' }], person);
    expect(shown(commit)).toBe('one');
    bench.remote.git(['update-ref', '-d', `refs/notes/${dev}`]);
    await repository.appendNotes(dev, [{ commit, line: 'one' }], person);
    await repository.appendNotes(dev, [{ commit, line: 'two' }], person);
    expect(shown(commit)).toBe('one\ntwo');
    bench.remote.git(['update-ref', '-d', `refs/notes/${dev}`]);
    await repository.appendNotes(dev, [{ commit, line: 'three' }], person);
    expect(shown(commit)).toBe('three');
  });

  it('of hundreds of commits come in one commit, and spread over directories', async () => {
    const all = commits(330);
    const repository = bench.open();
    const additions = all.map((commit, i) => ({ commit, line: record(i % 60, `number ${i}`) }));
    await repository.appendNotes(dev, additions, person);
    expect(bench.remote.git(['rev-list', '--count', `refs/notes/${dev}`])).toBe('1');
    expect(paths().every((path) => /^[0-9a-f]{2}\/[0-9a-f]{38}$/.test(path))).toBe(true);
    const expected = new Map(additions.map(({ commit, line }) => [commit, [line]]));
    expect((await elsewhere('other').notes(dev)).lines).toEqual(expected);
    const listed = git(clone(), ['notes', `--ref=${dev}`, 'list']).split('\n');
    expect(listed.map((line) => line.split(' ')[1]).sort()).toEqual([...all].sort());
    expect(shown(all[200] ?? '')).toBe(additions[200]?.line);
  });

  it('stay one file a commit when plain git and we write in turn', async () => {
    // So many that plain git spreads them over directories, and fewer than git fast-import would.
    const all = commits(120);
    const directory = clone();
    const [target = ''] = all;
    for (const [i, commit] of all.entries()) {
      if (i % 40 === 0) git(directory, ['notes', `--ref=${dev}`, 'add', '-m', `theirs ${i}`, commit]);
    }
    git(directory, ['push', '--quiet', 'origin', `refs/notes/${dev}`]);
    const repository = bench.open();
    const ours = all.map((commit, i) => ({ commit, line: `ours ${i}` }));
    await repository.appendNotes(dev, ours, person);
    expect(paths()).toHaveLength(120);
    git(directory, ['fetch', '--quiet', 'origin', `+refs/notes/${dev}:refs/notes/${dev}`]);
    git(directory, ['notes', `--ref=${dev}`, 'append', '-m', 'theirs again', target]);
    git(directory, ['push', '--quiet', 'origin', `refs/notes/${dev}`]);
    await repository.appendNotes(dev, [{ commit: target, line: 'ours again' }], person);
    expect(paths()).toHaveLength(120);
    expect(shown(target)).toBe('ours 0\nours again\ntheirs 0\ntheirs again');
  });

  it('of two files for one commit are one note, and become one file', async () => {
    const [commit = ''] = commits(1);
    const files = { [commit]: 'flat\n', [`${commit.slice(0, 2)}/${commit.slice(2)}`]: 'deep\n', README: 'no note\n' };
    bench.remote.git(['update-ref', `refs/notes/${dev}`, bench.remote.commit('scratch', files)]);
    const repository = bench.open();
    const { lines } = await repository.notes(dev);
    expect([...lines.keys()]).toEqual([commit]);
    expect([...(lines.get(commit) ?? [])].sort()).toEqual(['deep', 'flat']);
    await repository.appendNotes(dev, [{ commit, line: 'ours' }], person);
    expect(paths().sort()).toEqual([`${commit.slice(0, 2)}/${commit.slice(2)}`, 'README'].sort());
    expect(shown(commit)).toBe('deep\nflat\nours');
  });

  it('are not lost when two workers add many at once', async () => {
    const [commit = '', ...others] = commits(5);
    const workers = ['a', 'b'].map((name) => elsewhere(name));
    const lines = Array.from({ length: 10 }, (_, i) => `line ${i}`);
    await Promise.all(
      lines.map((line, i) =>
        workers[i % 2]?.appendNotes(
          dev,
          [
            { commit, line },
            { commit: others[i % others.length] ?? '', line },
          ],
          person,
        ),
      ),
    );
    const { lines: found } = await elsewhere('c').notes(dev);
    expect(found.get(commit)).toEqual(lines);
    expect(others.flatMap((other) => found.get(other) ?? []).sort()).toEqual(lines);
  });

  it('are refused with the name of the ref and the words of the hook', async () => {
    const [commit = ''] = commits(1);
    const hook = `${bench.remote.path}/hooks/pre-receive`;
    writeFileSync(hook, '#!/bin/sh\necho "notes are closed" >&2\nexit 1\n');
    chmodSync(hook, 0o755);
    const repository = bench.open();
    await expect(repository.appendNotes(dev, [{ commit, line: 'one' }], person)).rejects.toMatchObject({
      type: 'Refused',
      message: expect.stringMatching(/push to refs\/notes\/fairlead\/dev.*notes are closed/s),
    });
    rmSync(hook);
    await repository.appendNotes(dev, [{ commit, line: 'one' }], person);
    expect(shown(commit)).toBe('one');
  });

  it('whose ref is no commit are refused with a remedy, and the mirror is not blamed', async () => {
    const [commit = ''] = commits(1);
    bench.remote.git(['tag', '--annotate', '-m', 'no notes', 'v1', commit]);
    bench.remote.git(['update-ref', `refs/notes/${dev}`, bench.remote.git(['rev-parse', 'v1'])]);
    const refused = { type: 'Refused', message: expect.stringMatching(/refs\/notes\/fairlead\/dev.*a tag.*Delete/s) };
    await expect(bench.open().notes(dev)).rejects.toMatchObject(refused);
    await expect(bench.open().appendNotes(dev, [{ commit, line: 'one' }], person)).rejects.toMatchObject(refused);
    expect(bench.notices).toEqual([]);
  });

  it('may not be lines that git would merge into something else', async () => {
    const repository = createGitRepositories({ cacheDir: '/nowhere' }).open('/nowhere/x.git');
    const commit = 'a'.repeat(40);
    for (const line of ['a\nb', 'a\r', '', 'a\0b']) {
      await expect(repository.appendNotes(dev, [{ commit, line }], person)).rejects.toMatchObject({
        type: 'InvalidInput',
        message: expect.stringContaining(JSON.stringify(line)),
      });
    }
    for (const name of ['', '../heads/main', '-x', 'a b', 'fairlead/*']) {
      const invalid = { type: 'InvalidInput', message: expect.stringContaining(JSON.stringify(name)) };
      await expect(repository.notes(name)).rejects.toMatchObject(invalid);
      await expect(repository.heads({ branches: [], notes: name })).rejects.toMatchObject(invalid);
      await expect(repository.appendNotes(name, [], person)).rejects.toMatchObject(invalid);
    }
    await expect(repository.appendNotes(dev, [{ commit: 'main', line: 'a' }], person)).rejects.toMatchObject({
      type: 'InvalidInput',
    });
  });

  it('are written again after the mirror was damaged', async () => {
    const [commit = ''] = commits(1);
    const repository = bench.open();
    await repository.appendNotes(dev, [{ commit, line: 'one' }], person);
    rmSync(`${bench.mirror()}/objects`, { recursive: true });
    expect((await repository.notes(dev)).lines).toEqual(new Map([[commit, ['one']]]));
    await repository.appendNotes(dev, [{ commit, line: 'two' }], person);
    expect(shown(commit)).toBe('one\ntwo');
    rmSync(bench.mirror(), { recursive: true });
    await repository.appendNotes(dev, [{ commit, line: 'three' }], person);
    expect((await repository.notes(dev)).lines.get(commit)).toEqual(['one', 'three', 'two']);
  });

  it('are had from a server that gives away only what its refs point to', async () => {
    bench.remote.git(['config', 'uploadpack.allowAnySHA1InWant', 'false']);
    const [commit = ''] = commits(1);
    const home = `${bench.directory}/home`;
    mkdirSync(home);
    writeFileSync(`${home}/.gitconfig`, '[protocol]\n\tversion = 0\n');
    const environment = { ...gitTestEnvironment, HOME: home, GIT_CONFIG_GLOBAL: undefined };
    const strict = (name: string) => bench.open({ environment, cacheDir: `${bench.directory}/${name}` });
    const [a, b] = [strict('a'), strict('b')];
    for (const [i, repository] of [a, b, a, b].entries()) {
      await repository.appendNotes(dev, [{ commit, line: `line ${i}` }], person);
    }
    expect((await strict('c').notes(dev)).lines.get(commit)).toEqual(['line 0', 'line 1', 'line 2', 'line 3']);
  });
});

describe('the price of notes', () => {
  const bench = useBench();

  /** A program named git that writes down what it is asked. */
  function counting() {
    const bin = `${bench.directory}/bin`;
    const log = `${bench.directory}/git.log`;
    const real = execFileSync('/bin/sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
    mkdirSync(bin);
    writeFileSync(`${bin}/git`, `#!/bin/sh\necho "$1" >> ${log}\nexec ${real} "$@"\n`);
    chmodSync(`${bin}/git`, 0o755);
    const commandsOf = async (work: () => Promise<unknown>) => {
      writeFileSync(log, '');
      await work();
      return readFileSync(log, 'utf8').split('\n').filter(Boolean);
    };
    return { environment: { ...gitTestEnvironment, PATH: `${bin}:${process.env.PATH}` }, commandsOf };
  }

  it('is one question to read what has not changed, and a commit and a push to add to it', async () => {
    const commit = bench.remote.commit('main', { 'a.txt': 'one' });
    const { environment, commandsOf } = counting();
    const repository = bench.open({ environment });
    await repository.appendNotes(dev, [{ commit, line: 'one' }], person);
    const append = (line: string) => () => repository.appendNotes(dev, [{ commit, line }], person);
    expect(await commandsOf(() => repository.notes(dev))).toEqual(['ls-remote']);
    expect(await commandsOf(append('one'))).toEqual(['ls-remote']);
    expect(await commandsOf(append('two'))).toEqual(['fast-import', 'push']);
    expect(await commandsOf(() => repository.heads({ branches: ['main'], notes: dev }))).toEqual(['ls-remote']);
    await bench.open({ cacheDir: `${bench.directory}/other` }).appendNotes(dev, [{ commit, line: '3' }], person);
    const others = await commandsOf(() => repository.notes(dev));
    expect(others.filter((command) => command === 'ls-remote' || command === 'fetch')).toHaveLength(2);
    expect(others.length).toBeLessThanOrEqual(7);
  });
});

describe('a head of notes that the ref has left behind', () => {
  const bench = useBench();

  /** Runs on a mirror of the remote, with git's old protocol, in which servers give away tips only. */
  function strictly<T>(work: (mirror: Mirror, git: Git) => Promise<T>): Promise<T> {
    bench.remote.git(['config', 'uploadpack.allowAnySHA1InWant', 'false']);
    writeFileSync(`${bench.directory}/.gitconfig`, '[protocol]\n\tversion = 0\n');
    const mirror = createMirror(
      checkRepositoryUrl(bench.remote.path),
      {
        cacheDir: bench.cacheDir,
        credentials: undefined,
        timeouts: defaultTimeouts,
        environment: { PATH: process.env.PATH, HOME: bench.directory },
        notice: (sentence) => bench.notices.push(sentence),
        run: createGitRunner(),
      },
      createMemories(),
    );
    return mirror.use((git) => work(mirror, git));
  }

  it('is fetched by the name of the ref, from a server that does not give it by its id', async () => {
    const old = bench.remote.commit('scratch', { README: 'one' });
    bench.remote.git(['update-ref', `refs/notes/${dev}`, bench.remote.commit('scratch', { README: 'two' })]);
    bench.remote.deleteBranch('scratch');
    expect(await strictly((mirror, git) => fetchNotes(mirror, git, `refs/notes/${dev}`, old))).toBe(true);
    expect(git(bench.mirror(), ['cat-file', '-t', old])).toBe('commit');
  });

  it('is no answer where it is gone for good, or the ref is', async () => {
    const gone = '7'.repeat(40);
    const ask = () => strictly((mirror, git) => fetchNotes(mirror, git, `refs/notes/${dev}`, gone));
    expect(await ask()).toBe(false);
    bench.remote.git(['update-ref', `refs/notes/${dev}`, bench.remote.commit('scratch', { README: 'two' })]);
    expect(await ask()).toBe(false);
    expect(bench.notices).toEqual([]);
  });
});

describe('heads', () => {
  const bench = useBench();

  it('of branches and of notes are asked for together', async () => {
    const main = bench.remote.commit('main', { 'a.txt': 'one' });
    const repository = bench.open();
    expect(await repository.heads({ branches: ['main', 'gone'], notes: dev })).toEqual({
      branches: new Map([['main', main]]),
      notes: undefined,
    });
    await repository.appendNotes(dev, [{ commit: main, line: 'one' }], person);
    const { head } = await repository.notes(dev);
    expect(await repository.heads({ branches: ['main'], notes: dev })).toEqual({
      branches: new Map([['main', main]]),
      notes: head,
    });
    expect(await repository.heads({ branches: [], notes: dev })).toEqual({ branches: new Map(), notes: head });
    expect(await repository.heads({ branches: ['main'] })).toEqual({
      branches: new Map([['main', main]]),
      notes: undefined,
    });
  });
});
