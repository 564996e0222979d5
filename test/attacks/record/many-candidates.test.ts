import { describe, expect, it } from 'vitest';
import { createGitRunner } from '../../../src/git/process/process.ts';
import { createGitRepositories } from '../../../src/git/repositories.ts';
import { recordName } from '../../../src/record/entry.ts';
import { printEntry } from '../../../src/record/lines.ts';
import { gitTestEnvironment } from '../../support/git.ts';
import { healthy, mainOf, usePlans } from '../../unit/activities/rollback/rollback-plans.ts';

const { world, release, plan } = usePlans();
const many = 120;

/** Writes lines as whoever may push notes does. */
function forge(commit: string, lines: readonly string[]): void {
  world().gitops.git(['notes', `--ref=${recordName('qa')}`, 'append', '-F', '-', commit], lines.join('\n'));
}

/** Opens repositories that tell how often the remote was asked for what it may have. */
function openCounting() {
  const told = { fetches: 0 };
  const real = createGitRunner();
  const run: typeof real = async (command) => {
    if (command.args[0] === 'fetch') told.fetches += 1;
    return real(command);
  };
  const cacheDir = `${world().source.path}-counted`;
  return Object.assign(told, {
    repositories: createGitRepositories({ cacheDir, environment: gitTestEnvironment, run }),
  });
}

const madeUp = (index: number) => index.toString(16).padStart(40, 'd');

describe('A record with very many lines of one kind, which whoever may push notes has written,', () => {
  it('is compared with git once for each pair that a rollback is said to have brought', async () => {
    const { revision, commit } = await release('1');
    const main = world().release('2');
    const line = {
      event: 'deployed',
      operation: 'rollback',
      ...revision,
      main,
      time: '2026-01-02T00:00:00.000Z',
    } as const;
    forge(
      commit,
      Array.from({ length: many }, (_, index) => printEntry({ ...line, reason: `${index}` })),
    );
    world().planned.length = 0;
    expect(await world().deployed()).toMatchObject({
      revision,
      ignoredNotes: [expect.stringContaining('does not render')],
    });
    expect(world().planned.length).toBeLessThan(10);
  });

  it('does not have the remote asked for each commit that nobody has', async () => {
    const good = await release('1');
    const { revision, commit } = await release('2', false);
    const lines = Array.from({ length: many }, (_, index) =>
      printEntry({
        ...revision,
        ...healthy,
        time: '2026-01-02T00:00:00.000Z',
        event: 'promoted',
        operation: 'promotion',
        main: madeUp(index),
      }),
    );
    forge(commit, lines);
    const counting = openCounting();
    Object.assign(world().dependencies, { repositories: counting.repositories });
    expect(await plan()).toMatchObject({ kind: 'go', target: { main: mainOf(good) } });
    expect(counting.fetches).toBeLessThan(20);
  });
});
