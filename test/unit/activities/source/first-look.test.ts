import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { endingWith } from '../../../../src/activities/ending-dependencies.ts';
import { firstLookMs } from '../../../../src/activities/source/first-look.ts';
import { readEnvironment } from '../../../../src/activities/source/read-environment.ts';
import { readPlatform } from '../../../../src/activities/source/read-platform.ts';
import type { Dependencies } from '../../../../src/dependencies.ts';
import { temporaryDirectory } from '../../../support/git.ts';
import { connectingRepositories } from '../../git/heads/connecting-repositories.ts';
import { useWorld } from '../environment-world.ts';

const world = useWorld();
/** The commands that connect, in order. */
let connections: string[];
let repositories: Dependencies['repositories'];
let cache: ReturnType<typeof temporaryDirectory>;

beforeEach(() => {
  cache = temporaryDirectory('first-look');
  ({ repositories, connections } = connectingRepositories(cache.path));
});

afterEach(() => {
  vi.restoreAllMocks();
  cache.remove();
});

/** The parts of one more step of this worker. */
function stepParts(): Dependencies {
  return endingWith({ ...world().dependencies, repositories }, new AbortController().signal);
}

/** Begins a promotion of main's head, and forgets what that cost. */
async function begin(runId: string): Promise<void> {
  const commit = world().source.head('main') ?? '';
  await readPlatform(stepParts(), { source: world().source.path, commit }, runId);
  connections = [];
}

const readPolicy = (runId?: string) => readEnvironment(stepParts(), world().place, runId);

const brokenFile = { 'fairlead.yaml': 'apiVersion: fairlead.dev/v1\nkind: Environment\nclusters: none\nsoap: 1\n' };

describe('The first policy of a promotion', () => {
  it('is read as the promotion has just seen the branches, without a connection', async () => {
    await begin('one');
    const seen = world().config;
    world().configure('3');
    expect(await readPolicy('one')).toMatchObject({ config: seen });
    expect(connections).toEqual([]);
  });

  it('is seen so once: after a wait or a retry it is read as of then', async () => {
    await begin('one');
    await readPolicy('one');
    const config = world().configure('3');
    expect(await readPolicy('one')).toMatchObject({ config });
  });

  it.each(['two', undefined])('is as of now for any other operation (%s)', async (other) => {
    await begin('one');
    const config = world().configure('3');
    expect(await readPolicy(other)).toMatchObject({ config });
  });

  it('is as of now where the promotion looked longer ago', async () => {
    await begin('one');
    const config = world().configure('3');
    const now = performance.now();
    vi.spyOn(performance, 'now').mockImplementation(() => now + firstLookMs + 1);
    expect(await readPolicy('one')).toMatchObject({ config });
  });

  it('is as of now where this worker has seen one of the branches elsewhere since', async () => {
    await begin('one');
    const config = world().configure('3');
    await repositories.open(world().source.path).branchHead('qa');
    expect(await readPolicy('one')).toMatchObject({ config });
  });

  it('is wrong only where it still is', async () => {
    world().source.commit('qa', brokenFile);
    await begin('one');
    const config = world().source.commit('qa', {
      'fairlead.yaml': brokenFile['fairlead.yaml'].replace('soap: 1\n', ''),
    });
    expect(await readPolicy('one')).toMatchObject({ config });
    world().source.commit('qa', brokenFile);
    await begin('two');
    await expect(readPolicy('two')).rejects.toMatchObject({ type: 'InvalidConfig' });
  });
});
