import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { asActivity } from '../../src/activities/as-activity.ts';
import { eventually } from '../workflows/support/eventually.ts';
import { unreachable, World } from '../workflows/support/world.ts';
import { type Releases, withReleases } from './support/releases.ts';

/** Release N, of today, and two that come after it: one whose change is patched, and one whose change is not. */
const [patched, unpatched] = ['look-before-merge-patched', 'look-before-merge'] as const;

/** Two environments side by side, then one that waits for approval; nobody gives way. */
function worldOfTwo() {
  const approval = { merge: 'approval', whenNewer: 'wait' } as const;
  const world = new World([['dev', 'qa'], ['prod']], { dev: { whenNewer: 'wait' }, qa: approval, prod: approval });
  world.at('dev').unhealthy = [unreachable('dev-1')];
  return world;
}

/** Begins a promotion that rolls out in dev, and waits for approval in qa. */
async function beginAndWait({ run, reaches }: Releases, commit: string): Promise<void> {
  expect(await run('promote', '--commit', commit)).toMatchObject({ code: 0 });
  await reaches(commit, 'dev', 'rolling out');
  await reaches(commit, 'qa', 'awaiting approval');
}

/** Asserts that whoever asks is told that the release does not fit, by whom it was carried on, and what helps. */
async function isNamed(releases: Releases, commit: string, carriedBy: string): Promise<void> {
  const { run, idOf, workflow } = releases;
  const id = idOf(commit);
  const unfit = /the worker cannot carry it on.*: what it has done does not fit the release that its worker runs/;
  // A worker that has just started may not answer in time on a busy machine, which is code 3.
  await eventually(() => run('status', commit)).toMatchObject({ code: 1, out: expect.stringMatching(unfit) });
  const shown = await run('status', commit);
  expect(shown.out).toContain(`Run workers of ${carriedBy}, which carried it on last`);
  expect(shown.out).toContain(`temporal workflow terminate --workflow-id '${id}'`);
  // The list asks nobody: it tells what has failed.
  await workflow.getHandle(id).signal('nudge');
  await eventually(async () => (await run('status')).out).toMatch(new RegExp(`^${id}: ${unfit.source}`, 'm'));
  const refuse = () => run('approve', commit, 'prod');
  await eventually(refuse).toMatchObject({ code: 1, err: expect.stringMatching(unfit) });
}

/** Asserts that a promotion gets on: it waits for a person, and nothing fails. */
async function getsOn({ run }: Releases, commit: string): Promise<void> {
  await eventually(() => run('status', commit)).toMatchObject({ code: 4, err: '' });
  expect((await run('status', commit)).out).not.toContain('cannot carry it on');
}

/** Bundles are made on the way, and workers are replaced: it takes long on a machine that is busy. */
const patience = { timeout: 300_000 };

describe('An upgrade in the middle of promotions, taken back', patience, () => {
  it('with a change that is patched: what has passed it is named, the rest goes on', async () => {
    const world = worldOfTwo();
    await withReleases(world, async (releases) => {
      const { whileRunning, run, reaches, laneOf, buildOf, commits } = releases;
      const [m1, m2] = commits;
      await whileRunning('N', () => beginAndWait(releases, m1));
      await whileRunning(patched, async () => {
        await getsOn(releases, m1);
        await run('promote', '--commit', m2);
        await reaches(m2, 'qa', 'queued');
      });
      await whileRunning('N', async () => {
        await getsOn(releases, m1);
        expect((await run('status', laneOf('qa'))).out).toMatch(/has its turn: .*\n +waits: /);
        expect((await run('approve', m1, 'qa')).code).toBe(0);
        world.at('dev').unhealthy = [];
        await reaches(m1, 'prod', 'awaiting approval');
        await reaches(m2, 'qa', 'awaiting approval');
      });
      await whileRunning(patched, async () => {
        expect((await run('approve', m1, 'prod')).code).toBe(0);
        await reaches(m1, 'prod', 'promoted');
        expect((await run('approve', m2, 'qa')).code).toBe(0);
        await reaches(m2, 'prod', 'awaiting approval');
      });
      await whileRunning('N', async () => {
        await isNamed(releases, m2, await buildOf(patched));
        expect((await run('status', laneOf('prod'))).out).toContain('has its turn');
        expect((await run('status', m1)).code).toBe(0);
      });
      await whileRunning(patched, async () => {
        await getsOn(releases, m2);
        expect((await run('approve', m2, 'prod')).code).toBe(0);
        await reaches(m2, 'prod', 'promoted');
      });
    });
  });

  it('with a patch that was switched off, everything goes on', async () => {
    const world = worldOfTwo();
    world.at('dev').unhealthy = [];
    await withReleases(world, async (releases) => {
      const { whileRunning, run, reaches, commits } = releases;
      const [m1, m2] = commits;
      const off = ['look-before-merge'];
      await whileRunning('N', async () => {
        await run('promote', '--commit', m1);
        await reaches(m1, 'qa', 'awaiting approval');
      });
      await whileRunning(
        patched,
        async () => {
          expect((await run('approve', m1, 'qa')).code).toBe(0);
          await reaches(m1, 'prod', 'awaiting approval');
          await run('promote', '--commit', m2);
          await reaches(m2, 'qa', 'awaiting approval');
        },
        off,
      );
      await whileRunning('N', async () => {
        await getsOn(releases, m1);
        await getsOn(releases, m2);
      });
      await whileRunning(patched, async () => {
        expect((await run('approve', m1, 'prod')).code).toBe(0);
        await reaches(m1, 'prod', 'promoted');
        expect((await run('approve', m2, 'qa')).code).toBe(0);
        await reaches(m2, 'prod', 'awaiting approval');
      });
      // What has taken the patch on keeps it, also where it is switched off again.
      await whileRunning(patched, () => getsOn(releases, m2), off);
      await whileRunning('N', async () => {
        expect((await run('status', m2)).code).toBe(1);
      });
    });
  });

  it('with a change that is not patched: all that waits is named, and goes on where it is taken back', async () => {
    const world = worldOfTwo();
    await withReleases(world, async (releases) => {
      const { whileRunning, run, reaches, laneOf, buildOf, commits } = releases;
      const [m1] = commits;
      await whileRunning('N', () => beginAndWait(releases, m1));
      await whileRunning(unpatched, async () => {
        await isNamed(releases, m1, await buildOf('N'));
        expect((await run('status', laneOf('qa'))).out).toContain('has its turn');
      });
      await whileRunning('N', async () => {
        await getsOn(releases, m1);
        world.at('dev').unhealthy = [];
        expect((await run('approve', m1, 'qa')).code).toBe(0);
        await reaches(m1, 'prod', 'awaiting approval');
        expect((await run('approve', m1, 'prod')).code).toBe(0);
        await reaches(m1, 'prod', 'promoted');
      });
    });
  });
});

describe('A step that fails for a reason of one worker', patience, () => {
  it('names that worker, and the other one that may do it', async () => {
    const world = new World([['dev']]);
    world.readPlatform = asActivity(async () => {
      throw Object.assign(new Error('no space, write'), { code: 'ENOSPC', syscall: 'write' });
    });
    await withReleases(world, async ({ whileRunning, run, commits: [commit] }) => {
      const [one, two] = [1, 2].map((process) => `${process}@${hostname()}`);
      const said = new RegExp(
        `disk is full\\. .* \\(no space, write\\)\\. Worker (${one} says so; worker ${two}|${two} says so; worker ${one}) may do it\\.`,
      );
      await whileRunning('N', () =>
        whileRunning(patched, async () => {
          await run('promote', '--commit', commit);
          await eventually(() => run('status', commit)).toMatchObject({ code: 3, out: expect.stringMatching(said) });
        }),
      );
    });
  });
});
