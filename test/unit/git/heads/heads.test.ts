import { beforeEach, describe, expect, it } from 'vitest';
import { createGitRunner } from '../../../../src/git/process/process.ts';
import { createGitRepositories } from '../../../../src/git/repositories.ts';
import type { GitRepositories } from '../../../../src/git/repository.ts';
import { git, gitTestEnvironment } from '../../../support/git.ts';
import { newCommit, useBench } from '../setup.ts';
import { connectingRepositories } from './connecting-repositories.ts';

const bench = useBench();
const run = createGitRunner();
/** The commands that connect, in order. */
let connections: string[];
let repositories: GitRepositories;

beforeEach(() => {
  ({ repositories, connections } = connectingRepositories(bench.cacheDir));
});

/** Opens the remote as a new step does. */
function openForStep() {
  return repositories.open(bench.remote.path, new AbortController().signal);
}

describe('a step', () => {
  it('sees its branches at one moment, whatever opens the repository, until it looks again', async () => {
    const [main, dev] = [bench.remote.commit('main', { a: '1' }), bench.remote.commit('dev', { b: '1' })];
    const { signal } = new AbortController();
    const [one, other] = [repositories.open(bench.remote.path, signal), repositories.open(bench.remote.path, signal)];
    expect(await one.branchHeads(['main', 'dev'])).toEqual(new Map(Object.entries({ main, dev })));
    const moved = bench.remote.commit('main', { a: '2' });
    expect(await other.branchHeads(['main'])).toEqual(new Map([['main', main]]));
    expect(connections).toEqual(['ls-remote']);
    other.lookAgain();
    expect(await one.branchHeads(['main'])).toEqual(new Map([['main', moved]]));
  });

  it('sees what is there now, whatever another step has seen', async () => {
    bench.remote.commit('main', { a: '1' });
    await openForStep().branchHead('main');
    const moved = bench.remote.commit('main', { a: '2' });
    expect(await openForStep().branchHead('main')).toBe(moved);
  });

  it('asks for the branches that others ask for with the same connection, and fetches what is missing at once', async () => {
    bench.remote.commit('main', { a: '1' });
    bench.remote.commit('dev', { b: '1' });
    await openForStep().branchHeads(['main', 'dev']);
    connections.length = 0;
    const step = openForStep();
    await step.branchHead('main');
    await step.branchHead('dev');
    expect(connections).toEqual(['ls-remote', 'fetch']);
  });

  it('finds a branch that came, and none that went, though both were asked for otherwise before', async () => {
    bench.remote.commit('main', { a: '1' });
    bench.remote.commit('old', { b: '1' });
    await openForStep().branchHeads(['main', 'old', 'new']);
    bench.remote.deleteBranch('old');
    const came = bench.remote.commit('new', { c: '1' });
    const step = openForStep();
    expect(await step.branchHeads(['old'], { isFetched: true })).toEqual(new Map());
    expect(await step.branchHead('new')).toBe(came);
  });
});

describe('a look that a step leaves', () => {
  const withinMs = 60_000;

  it('is seen by the one step that takes it, with our pushes since', async () => {
    const [main, dev] = [bench.remote.commit('main', { a: '1' }), bench.remote.commit('dev', { b: '1' })];
    const step = openForStep();
    await step.branchHeads(['main', 'dev']);
    step.leaveLook('begin');
    await step.branchHead('dev');
    const commit = await step.writeCommit(newCommit(dev, { b: '2' }));
    await step.push({ commit, branch: 'dev', expected: dev });
    connections.length = 0;
    const [next, another] = [openForStep(), openForStep()];
    expect([next.takeLook('begin', withinMs), another.takeLook('begin', withinMs)]).toEqual([true, false]);
    expect(await next.branchHeads(['main', 'dev'])).toEqual(new Map(Object.entries({ main, dev: commit })));
    expect(connections).toEqual([]);
    await another.branchHead('main');
    expect(connections).toEqual(['ls-remote']);
  });

  it('is none where the step has not looked, its name is another, or a branch was seen elsewhere since', async () => {
    bench.remote.commit('main', { a: '1' });
    const step = openForStep();
    step.leaveLook('begin');
    expect(openForStep().takeLook('begin', withinMs)).toBe(false);
    await step.branchHead('main');
    step.leaveLook('begin');
    expect(openForStep().takeLook('end', withinMs)).toBe(false);
    bench.remote.commit('main', { a: '2' });
    await openForStep().branchHead('main');
    expect(openForStep().takeLook('begin', withinMs)).toBe(false);
  });
});

describe('heads that are fetched', () => {
  it('come with their commits, with one connection', async () => {
    const dev = bench.remote.commit('dev', { a: '1' });
    const notes = bench.remote.commit('side', { n: '1' });
    git(bench.remote.path, ['update-ref', 'refs/notes/record', notes]);
    const step = openForStep();
    const heads = await step.heads({ branches: ['dev'], notes: 'record', isFetched: true });
    expect(heads).toEqual({ branches: new Map([['dev', dev]]), notes });
    expect((await step.readFile(dev, 'a'))?.toString()).toBe('1');
    expect(connections).toEqual(['fetch']);
  });

  it('need not be looked for again in the mirror', async () => {
    const dev = bench.remote.commit('dev', { a: '1' });
    const commands: string[] = [];
    const counting = createGitRepositories({
      cacheDir: bench.cacheDir,
      environment: gitTestEnvironment,
      run: (command) => {
        commands.push(command.args[0] ?? '');
        return run(command);
      },
    });
    const step = counting.open(bench.remote.path, new AbortController().signal);
    await step.heads({ branches: ['dev'], isFetched: true });
    commands.length = 0;
    expect(await step.ensureCommit(dev)).toBe(true);
    expect(commands).toEqual([]);
  });

  it('are found where one of them is not there', async () => {
    const dev = bench.remote.commit('dev', { a: '1' });
    const heads = await openForStep().heads({ branches: ['dev', 'gone'], notes: 'record', isFetched: true });
    expect(heads).toEqual({ branches: new Map([['dev', dev]]), notes: undefined });
  });

  it('are as they are now, also where they went back', async () => {
    const first = bench.remote.commit('dev', { a: '1' });
    bench.remote.commit('dev', { a: '2' });
    const ask = () => openForStep().heads({ branches: ['dev'], isFetched: true });
    await ask();
    bench.remote.setBranch('dev', first);
    expect((await ask()).branches.get('dev')).toBe(first);
  });
});

describe('what was seen just now', () => {
  const wanted = { branches: ['dev', 'deploy/1'], notes: 'record' };
  const withinMs = 60_000;
  const person = { name: 'Fairlead', email: 'fairlead@example.org', date: '2024-05-06T07:08:09.000Z' };

  it('is good enough for those who say so, with our pushes since', async () => {
    const dev = bench.remote.commit('dev', { a: '1' });
    const step = openForStep();
    await step.heads(wanted);
    await step.branchHead('dev');
    const commit = await step.writeCommit(newCommit(dev, { a: '2' }));
    await step.push({ commit, branch: 'deploy/1', expected: null });
    await step.appendNotes('record', [{ commit, line: 'one' }], person);
    connections.length = 0;
    const seen = await openForStep().heads({ ...wanted, withinMs });
    expect(connections).toEqual([]);
    expect(seen).toEqual(await openForStep().heads(wanted));
    await step.deleteBranch('deploy/1', commit);
    connections.length = 0;
    expect((await openForStep().heads({ ...wanted, withinMs })).branches).toEqual(new Map([['dev', dev]]));
    expect(connections).toEqual([]);
  });

  it('is not mixed from two moments, and not older than they say', async () => {
    bench.remote.commit('dev', { a: '1' });
    await openForStep().heads({ branches: ['dev'] });
    await openForStep().heads({ branches: [], notes: 'record' });
    const moved = bench.remote.commit('dev', { a: '2' });
    expect((await openForStep().heads({ branches: ['dev'], notes: 'record', withinMs })).branches.get('dev')).toBe(
      moved,
    );
    const again = bench.remote.commit('dev', { a: '3' });
    expect((await openForStep().heads({ branches: ['dev'], notes: 'record', withinMs: 0 })).branches.get('dev')).toBe(
      again,
    );
  });

  it('is forgotten once one of its branches was seen elsewhere', async () => {
    const [dev, side] = [bench.remote.commit('dev', { a: '1' }), bench.remote.commit('side', { a: '1' })];
    const both = { branches: ['dev', 'side'], withinMs } as const;
    await openForStep().heads({ branches: ['dev', 'side'] });
    expect((await openForStep().heads(both)).branches).toEqual(new Map(Object.entries({ dev, side })));
    const moved = bench.remote.commit('dev', { a: '2' });
    await openForStep().heads({ branches: ['dev'] });
    expect((await openForStep().heads(both)).branches).toEqual(new Map(Object.entries({ dev: moved, side })));
  });

  it('is forgotten when a push finds a branch elsewhere, and a look that our push did not start from', async () => {
    const dev = bench.remote.commit('dev', { a: '1' });
    const step = openForStep();
    await step.heads({ branches: ['dev'] });
    await step.branchHead('dev');
    const moved = bench.remote.commit('dev', { a: '2' });
    const commit = await step.writeCommit(newCommit(dev, { a: '3' }));
    expect(await step.push({ commit, branch: 'dev', expected: dev })).toEqual({ kind: 'moved', actual: moved });
    expect((await openForStep().heads({ branches: ['dev'], withinMs })).branches.get('dev')).toBe(moved);
    bench.remote.setBranch('dev', dev);
    await step.push({ commit, branch: 'dev', expected: dev });
    connections.length = 0;
    expect((await openForStep().heads({ branches: ['dev'], withinMs })).branches.get('dev')).toBe(commit);
    expect(connections).toEqual(['ls-remote']);
  });
});
