import { describe, expect, it } from 'vitest';
import { git } from '../../../support/git.ts';
import { useBench } from '../setup.ts';
import { dev, notesOf, person, record } from './notes-setup.ts';

describe('notes of others and ours', () => {
  const bench = useBench();
  const { shown, paths, elsewhere, commits } = notesOf(bench);

  /** A plain clone with the notes in it, as a person would make it. */
  function clone(): string {
    git(bench.directory, ['clone', '--quiet', bench.remote.path, 'clone']);
    const directory = `${bench.directory}/clone`;
    git(directory, ['fetch', '--quiet', 'origin', 'refs/notes/*:refs/notes/*']);
    return directory;
  }

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

  it.each([
    ['a slash in front', (commit: string) => `/${commit}`],
    ['a slash behind', (commit: string) => `${commit}/`],
    ['two slashes', (commit: string) => `${commit.slice(0, 2)}//${commit.slice(2)}`],
  ])('are no notes under a name with %s, and keep no line of ours from being added', async (_, nameOf) => {
    const [commit = ''] = commits(1);
    const blob = bench.remote.git(['hash-object', '-w', '--stdin'], 'somebody');
    const entry = Buffer.concat([Buffer.from(`100644 ${nameOf(commit)}\0`), Buffer.from(blob, 'hex')]);
    const tree = bench.remote.git(['hash-object', '-t', 'tree', '-w', '--stdin', '--literally'], entry);
    bench.remote.git(['update-ref', `refs/notes/${dev}`, bench.remote.git(['commit-tree', '-m', 'notes', tree])]);
    const repository = bench.open();
    expect((await repository.notes(dev)).lines).toEqual(new Map());
    await repository.appendNotes(dev, [{ commit, line: 'ours' }], person);
    expect((await bench.open().notes(dev)).lines).toEqual(new Map([[commit, ['ours']]]));
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
});
