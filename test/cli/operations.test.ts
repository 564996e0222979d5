import { describe, expect, it } from 'vitest';
import { eventually } from '../workflows/support/eventually.ts';
import { failed, sha, World } from '../workflows/support/world.ts';
import { withCommandLine } from './support/command-line.ts';
import { withLanes } from './support/lanes.ts';

describe('apply-config', () => {
  it('applies a config commit to its environment, and shows it as what it is', async () => {
    const world = new World([['qa']], { qa: { merge: 'approval' } });
    const config = sha('a new value');
    world.at('qa').configs.push(config);
    await withCommandLine(world, async ({ run, platform, reaches }) => {
      const id = `configure/${platform}/qa`;
      const apply = (...args: readonly string[]) =>
        run('apply-config', '--environment', 'qa', '--commit', config, ...args);
      const begun = await apply();
      expect(begun).toMatchObject({ code: 0, err: '' });
      expect(begun.out).toContain(`The config change ${id} has started.\n`);
      expect(begun.out).toContain(`config change ${platform} ${config.slice(0, 8)} "Change a value": running\n`);
      expect(begun.out).toContain(`Follow it with: fairlead status ${id}\n`);
      await reaches('qa', 'awaiting approval', id);
      expect((await apply()).out).toContain(`The config change ${id} runs already; it has been told of the commit.`);
      const path = platform.slice(platform.indexOf('/') + 1);
      const spelled = `git@Forge.test:${path.toUpperCase()}.git`;
      expect((await apply('--source', spelled)).out).toContain(`The config change ${id} runs already;`);
      expect((await run('status', `configure/Forge.test/${path.toUpperCase()}/qa`)).out).toContain('awaiting approval');
      await eventually(async () => (await run('status')).out).toContain(`running (qa: awaiting approval)  ${id}\n`);
      expect((await run('status', config.slice(0, 9))).out).toContain('awaiting approval');
      expect((await run('approve', id, 'qa')).code).toBe(0);
      const { code, out } = await apply('--wait', '--json');
      expect(code).toBe(0);
      expect(JSON.parse(out)).toMatchObject({ id, kind: 'config change', platform });
      expect(world.at('qa').deployed).toEqual({ main: sha('before'), config });
    });
  });

  it('of what changes nothing, or has nothing to change yet, is done and says so', async () => {
    const world = new World([['dev'], ['qa']]);
    world.at('qa').deployed = undefined;
    await withCommandLine(world, async ({ run }) => {
      const apply = (environment: string) =>
        run('apply-config', '--environment', environment, '--commit', sha('config'), '--wait');
      expect(await apply('dev')).toMatchObject({ code: 0, out: expect.stringContaining(': unchanged\n') });
      expect(await apply('qa')).toMatchObject({ code: 0, out: expect.stringContaining(': nothing promoted yet\n') });
    });
  });

  it('of a commit that is not on the branch is bad input, and says so', async () => {
    await withCommandLine(new World([['qa']]), async ({ run }) => {
      const gone = await run('apply-config', '--environment', 'qa', '--commit', sha('gone'), '--wait');
      expect(gone).toMatchObject({ code: 2, out: '', err: `${sha('gone')} is not on branch qa\n` });
    });
  });
});

describe('rollback', () => {
  it('takes an environment back and leaves it held, with the reason, until it is resumed', async () => {
    const world = new World([['qa']]);
    await withLanes(world, async ({ promote, run, act, platform, lane }) => {
      expect((await promote('--wait')).code).toBe(0);
      const { code, out, err } = await run('rollback', 'qa', '--reason', 'checkout fails', '--by', 'Ada', '--wait');
      expect(code).toBe(0);
      expect(out).toContain(`rollback ${platform} ${sha('before').slice(0, 8)} "As it was": rolled back\n`);
      expect(err).toMatch(/ qa rolled back/);
      expect(world.at('qa').deployed?.main).toBe(sha('before'));
      await eventually(async () => (await run('status')).out).toContain(
        `${lane} (qa): held by Ada (as given): rolled back: checkout fails\n`,
      );
      expect((await run('status', `rollback/${platform}/qa`)).out).toContain('"As it was": rolled back\n');
      const there = await run('rollback', 'qa', '--to', sha('before'), '--reason', 'x', '--wait');
      expect(there).toMatchObject({ code: 0, out: expect.stringContaining('qa is at main') });
      expect((await act('resume')).code).toBe(0);
    });
  });

  it('that runs is not joined by another', async () => {
    const world = new World([['qa']], { qa: { merge: 'manual' } });
    world.at('qa').before = { main: sha('long ago'), config: sha('config') };
    await withCommandLine(world, async ({ run, platform, reaches }) => {
      const id = `rollback/${platform}/qa`;
      const begun = await run('rollback', 'qa', '--reason', 'checkout fails');
      expect(begun).toMatchObject({ code: 0, out: expect.stringContaining(`The rollback ${id} has started.`) });
      await reaches('qa', 'pull request open', id);
      expect(await run('rollback', 'qa', '--reason', 'again')).toMatchObject({
        code: 2,
        err: expect.stringContaining(`A rollback of qa runs already: ${id}.`),
      });
      expect((await run('abort', id, '--reason', 'mended')).code).toBe(0);
      // It runs on for a moment after qa is aborted: it gives its lane back.
      await eventually(async () => (await run('status', id)).code).toBe(1);
    });
  });

  it('to nowhere is refused', async () => {
    await withCommandLine(new World([['qa']]), async ({ run }) => {
      const refused = await run('rollback', 'qa', '--reason', 'x', '--json');
      expect(refused.code).toBe(2);
      expect(JSON.parse(refused.out)).toEqual({
        error: { type: 'Refused', message: 'nothing was recorded healthy in qa before' },
      });
    });
  });

  it('of a promotion takes back all that it reached, last first', async () => {
    const world = new World([['dev'], ['qa']]);
    world.at('qa').unhealthy = [failed('qa-1')];
    await withCommandLine(world, async ({ promote, run, commit, platform, reaches }) => {
      await promote();
      await reaches('qa', 'needs attention');
      world.at('qa').unhealthy = [];
      const back = await run('rollback', '--promotion', commit.slice(0, 9), '--reason', 'wrong release', '--wait');
      expect(back.code).toBe(0);
      expect(back.out).toContain(`rollback ${platform} ${commit.slice(0, 8)}`);
      expect([world.at('dev'), world.at('qa')].map(({ deployed }) => deployed?.main)).toEqual([
        sha('before'),
        sha('before'),
      ]);
      const none = await run('rollback', '--promotion', commit, '--reason', 'again', '--wait');
      expect(none).toMatchObject({ code: 0, out: expect.stringContaining('is deployed in no environment any more') });
      const other = await run('rollback', '--promotion', `acme/other/${commit}`, '--reason', 'x');
      expect(other).toMatchObject({ code: 2, err: expect.stringContaining('is a promotion of acme/other') });
    });
  });
});
