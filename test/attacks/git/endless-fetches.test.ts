import { describe, expect, it } from 'vitest';
import { endingWith } from '../../../src/activities/ending-dependencies.ts';
import { readEnvironment } from '../../../src/activities/source/read-environment.ts';
import { readPlatform } from '../../../src/activities/source/read-platform.ts';
import { createGitRunner, GitTimeout, type RunGit } from '../../../src/git/process/process.ts';
import { createGitRepositories } from '../../../src/git/repositories.ts';
import { gitTestEnvironment } from '../../support/git.ts';
import { useWorld } from '../../unit/activities/environment-world.ts';
import { useBench } from '../../unit/git/setup.ts';

const bench = useBench();
const real = createGitRunner();

/**
 * Opens the remote as steps do. What asks for the poison, by its branch or its id, takes git longer than it may: some hundred files of
 * a hundred megabytes are as many kilobytes of a pack, and must all be unpacked.
 */
function openBeside(
  poison: () => string,
  endless: (limitMs: number) => Promise<never> = tooLong,
  cacheDir = bench.cacheDir,
) {
  const fetches: string[] = [];
  const run: RunGit = async (command) => {
    const asked = command.args[0] === 'fetch' ? String(command.input) : '';
    if (asked !== '') fetches.push(asked);
    const isPoisoned = asked.includes(poison()) || asked.includes('refs/heads/dev:');
    return isPoisoned ? endless(command.limitMs) : real(command);
  };
  const timeouts = { othersMs: 0 };
  const repositories = createGitRepositories({
    cacheDir,
    environment: gitTestEnvironment,
    run,
    timeouts,
  });
  const openForStep = () => repositories.open(bench.remote.path, new AbortController().signal);
  return { repositories, openForStep, fetches };
}

async function tooLong(limitMs: number): Promise<never> {
  throw new GitTimeout('fetch', limitMs);
}

describe('A commit that takes longer to fetch than git may', () => {
  it('keeps nobody from other branches that are looked at together with its own', async () => {
    const main = bench.remote.commit('main', { a: '1' });
    bench.remote.commit('dev', { a: '1' });
    bench.remote.commit('prod', { a: '1' });
    let poison = 'none yet';
    const { openForStep, fetches } = openBeside(() => poison);
    const before = openForStep();
    await before.branchHeads(['main', 'dev', 'prod']);
    poison = bench.remote.commit('dev', { a: '2' });
    const good = bench.remote.commit('prod', { a: '3' });
    expect(await openForStep().branchHead('prod')).toBe(good);
    const step = openForStep();
    expect(await step.branchHeads(['main', 'prod'], { isFetched: true })).toEqual(
      new Map(Object.entries({ main, prod: good })),
    );
    expect(await step.ensureCommit(good)).toBe(true);
    // Whoever asks for it is told.
    await expect(openForStep().branchHead('dev')).rejects.toMatchObject({ type: 'Unavailable' });
    // It is left out of what is fetched for others from then on.
    fetches.length = 0;
    const next = bench.remote.commit('prod', { a: '4' });
    expect(await openForStep().branchHead('prod')).toBe(next);
    expect(fetches.join()).not.toContain(poison);
  });

  it('is left out, and named, where the files of all branches are read ahead', async () => {
    const good = bench.remote.commit('prod', { 'fairlead.yaml': 'kind: Environment\n' });
    const poison = bench.remote.commit('dev', { 'fairlead.yaml': 'kind: Other\n' });
    const { openForStep } = openBeside(() => poison);
    expect(await openForStep().readAhead([good, poison], 'fairlead.yaml')).toEqual(new Set([poison]));
    expect(String(await openForStep().readFile(good, 'fairlead.yaml'))).toContain('Environment');
  });

  it('keeps nobody waiting who wants something else', async () => {
    const good = bench.remote.commit('prod', { a: '1' });
    const poison = bench.remote.commit('dev', { a: '2' });
    let stop = (_: Error): void => undefined;
    const never = new Promise<never>((_, reject) => {
      stop = reject;
    });
    const { openForStep, fetches } = openBeside(
      () => poison,
      () => never,
    );
    await openForStep().ensureCommit(good);
    const stuck = openForStep().ensureCommit(poison);
    await expect.poll(() => fetches.join()).toContain(poison);
    const other = bench.remote.commit('prod', { a: '3' });
    expect(await openForStep().branchHeads(['prod'], { isFetched: true })).toEqual(new Map([['prod', other]]));
    expect(await openForStep().ensureCommit(other)).toBe(true);
    stop(new GitTimeout('fetch', 1));
    await expect(stuck).rejects.toMatchObject({ type: 'Unavailable' });
  });
});

describe('A config branch that takes longer to fetch than git may', () => {
  const world = useWorld();

  it('keeps no other environment from being read, and itself is told of', async () => {
    const { source, dependencies, place } = world();
    const stages = { 'fairlead.yaml': `${source.git(['show', 'main:fairlead.yaml'])}\n`.replace('[qa]', '[dev, qa]') };
    source.commit('main', stages);
    const poison = source.commit('dev', { 'fairlead.yaml': '# much\n' });
    const { repositories } = openBeside(() => poison, tooLong, `${bench.directory}/policies`);
    const step = () => endingWith({ ...dependencies, repositories }, new AbortController().signal);
    await readPlatform(step(), { source: source.path, commit: source.head('main') ?? '' }, 'one');
    expect(await readEnvironment(step(), place)).toMatchObject({ config: source.head('qa') });
    const dev = readEnvironment(step(), { ...place, environment: 'dev' });
    await expect(dev).rejects.toMatchObject({ type: 'Unavailable' });
  });
});
