import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createCaches } from '../../../../src/git/mirror/caches.ts';
import { createMirror } from '../../../../src/git/mirror/mirror.ts';
import { fetchNotes } from '../../../../src/git/notes/fetch-notes.ts';
import type { Git } from '../../../../src/git/process/commands.ts';
import { createGitRunner } from '../../../../src/git/process/process.ts';
import { defaultTimeouts } from '../../../../src/git/process/settings.ts';
import { checkRepositoryUrl } from '../../../../src/platform/repository/repository-url.ts';
import { git, gitTestEnvironment } from '../../../support/git.ts';
import { useBench } from '../setup.ts';
import { dev, person } from './notes-setup.ts';

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
  function strictly<T>(work: (git: Git) => Promise<T>): Promise<T> {
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
      createCaches(),
    );
    return mirror.open()(work);
  }

  it('is fetched by the name of the ref, from a server that does not give it by its id', async () => {
    const old = bench.remote.commit('scratch', { README: 'one' });
    bench.remote.git(['update-ref', `refs/notes/${dev}`, bench.remote.commit('scratch', { README: 'two' })]);
    bench.remote.deleteBranch('scratch');
    expect(await strictly((git) => fetchNotes(git, `refs/notes/${dev}`, old))).toBe(true);
    expect(git(bench.mirror(), ['cat-file', '-t', old])).toBe('commit');
  });

  it('is no answer where it is gone for good, or the ref is', async () => {
    const gone = '7'.repeat(40);
    const ask = () => strictly((git) => fetchNotes(git, `refs/notes/${dev}`, gone));
    expect(await ask()).toBe(false);
    bench.remote.git(['update-ref', `refs/notes/${dev}`, bench.remote.commit('scratch', { README: 'two' })]);
    expect(await ask()).toBe(false);
    expect(bench.notices).toEqual([]);
  });
});
