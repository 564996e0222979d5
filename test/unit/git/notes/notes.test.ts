import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createGitRepositories } from '../../../../src/git/repositories.ts';
import { gitTestEnvironment } from '../../../support/git.ts';
import { useBench } from '../setup.ts';
import { dev, notesOf, person, record } from './notes-setup.ts';

describe('notes on the remote', () => {
  const bench = useBench();
  const { shown, head: notesHead, elsewhere, commits } = notesOf(bench);

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
