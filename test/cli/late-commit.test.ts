import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { asActivity } from '../../src/activities/as-activity.ts';
import type { Activities } from '../../src/activities/contract.ts';
import { readPlatform } from '../../src/activities/source/read-platform.ts';
import { createGitRepositories } from '../../src/git/repositories.ts';
import { gitTestEnvironment, temporaryDirectory } from '../support/git.ts';
import { platformRepository } from '../unit/cli/platform-repository.ts';
import { eventually } from '../workflows/support/eventually.ts';
import { World } from '../workflows/support/world.ts';
import { withCommandLine } from './support/command-line.ts';

/** Reads a source in git, and looks for a commit that it does not have for so long; `onLook` is told of each look. */
function worldOf(directory: string, commitPatienceMs: number, onLook: (look: number) => void): World {
  const repositories = createGitRepositories({ cacheDir: join(directory, 'cache'), environment: gitTestEnvironment });
  const intervals = { mergePollMs: 0, healthPollMs: 0, progressMs: 0, clusterTimeoutMs: 0, clusterConcurrency: 1 };
  const allowed = { sources: undefined, gitops: [], local: true };
  const world = new World([['dev'], ['qa']]);
  let looks = 0;
  world.readPlatform = asActivity(async (ref: Parameters<Activities['readPlatform']>[0]) => {
    onLook(++looks);
    return readPlatform({ repositories, allowed, intervals: { ...intervals, commitPatienceMs } }, ref);
  });
  return world;
}

async function inDirectory(body: (directory: string) => Promise<void>): Promise<void> {
  const { path, remove } = temporaryDirectory('late-commit');
  try {
    await body(path);
  } finally {
    remove();
  }
}

describe('A full commit id that git does not have yet', () => {
  it('is promoted when it comes within the patience of the worker', () =>
    inDirectory(async (directory) => {
      const source = platformRepository(join(directory, 'platform.git'));
      const change = ['main', { 'README.md': 'A new release.\n' }] as const;
      // The same commit again gets the same id.
      const commit = platformRepository(join(directory, 'twin.git')).commit(...change);
      const looks: (string | undefined)[] = [];
      const world = worldOf(directory, 200_000, () => {
        looks.push(source.head('main'));
        if (looks.length === 1) setTimeout(() => source.commit(...change), 1_000);
      });
      await withCommandLine(world, async ({ run }) => {
        const ran = await run('promote', '--source', source.path, '--commit', commit, '--wait');
        expect(ran).toMatchObject({ code: 0, out: expect.stringContaining(`${commit.slice(0, 8)} `) });
        expect([looks[0] === commit, looks.at(-1) === commit]).toEqual([false, true]);
      });
    }));

  it('ends the workflow when it does not, which says so', () =>
    inDirectory(async (directory) => {
      const source = platformRepository(join(directory, 'platform.git'));
      let looks = 0;
      const world = worldOf(directory, 10_000, (look) => {
        looks = look;
      });
      const commit = 'd'.repeat(40);
      await withCommandLine(world, async ({ run }) => {
        const words = `has no commit ${commit}. Push it to main, or check the id.`;
        const asked = run('promote', '--source', source.path, '--commit', commit);
        await eventually(async () => (await run('status', commit)).out).toMatch(
          /has no commit d{40}\. Push it to main, or check the id\. It is looked for until \d{4}-[^ ]+Z\.\n/,
        );
        const ran = await asked;
        expect(ran).toMatchObject({ code: 2, out: '', err: expect.stringContaining(words) });
        expect(looks).toBeGreaterThan(1);
        const later = await run('status', commit);
        expect(later).toMatchObject({ code: 2, out: expect.stringContaining(words) });
      });
    }));
});
