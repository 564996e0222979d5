import { describe, expect, it } from 'vitest';
import { deployments, runConcurrently } from '../../workflows/support/concurrency.ts';
import { eventually } from '../../workflows/support/eventually.ts';
import type { TestOperation } from '../../workflows/support/operation.ts';
import { World } from '../../workflows/support/world.ts';

const later = (ms: number) => new Date(Date.now() + ms).toISOString();

/** It says so when the look has ended in which the hold came, and which would have merged. */
function isKeptFromMerging(operation: TestOperation, name: string): Promise<void> {
  return eventually(async () => (await operation.environment(name)).message).toBe(
    `#1 is not merged while ${name} is held by ann (as given): load test`,
  );
}

describe.each(deployments)('A held environment, $workers', ({ deployed }) => {
  it('keeps promotions before they render, with who and why, until it is resumed', async () => {
    const world = new World([['dev']]);
    const [m1 = ''] = world.commitMains(1);
    await runConcurrently(
      world,
      async ({ promote, lane, middle }) => {
        expect(await lane('dev').hold({ by: 'bob', reason: 'load test' })).toBe(
          'dev is held until somebody resumes it: promotions wait, config changes go on',
        );
        const operation = await promote(m1);
        const held = await operation.reaches('dev', 'held');
        expect(held).toMatchObject({
          message: 'dev is held by bob (as given): load test',
          hold: { by: 'bob', reason: 'load test', config: false },
        });
        await middle();
        expect(world.at('dev').renders).toEqual([]);
        expect(await lane('dev').resume({ reason: 'done' })).toBe('dev is not held any more');
        expect((await operation.result()).state).toBe('promoted');
        expect(world.at('dev').record).toMatchObject([
          { event: 'held', by: 'bob', reason: 'load test' },
          { event: 'resumed', by: 'ann', reason: 'done' },
          { event: 'deployed', main: m1 },
          { event: 'promoted', main: m1 },
        ]);
      },
      deployed,
    );
  });

  it('does not merge an open request by itself, approved or not, until it is resumed', async () => {
    const world = new World([['dev'], ['qa']], { qa: { merge: 'approval' } });
    const [m1 = ''] = world.commitMains(1);
    const [dev, qa] = [world.at('dev'), world.at('qa')];
    dev.checksRun = true;
    qa.checksRun = true;
    await runConcurrently(
      world,
      async ({ promote, lane, middle }) => {
        const operation = await promote(m1);
        await operation.reaches('dev', 'pull request open');
        await lane('dev').hold();
        await isKeptFromMerging(operation, 'dev');
        dev.checksRun = false;
        for (let look = 0; look < 3; look += 1) await operation.handle.signal('nudge', {});
        await isKeptFromMerging(operation, 'dev');
        await middle();
        expect(dev.story).toEqual(['promotion open']);
        await lane('dev').resume();
        const { request } = await operation.reaches('qa', 'awaiting approval');
        await operation.decide('approve', { environment: 'qa', head: request?.head });
        await lane('qa').hold();
        await isKeptFromMerging(operation, 'qa');
        qa.checksRun = false;
        for (let look = 0; look < 3; look += 1) await operation.handle.signal('nudge', {});
        await isKeptFromMerging(operation, 'qa');
        expect(qa.story).toEqual(['promotion open']);
        await lane('qa').resume();
        expect((await operation.result()).state).toBe('promoted');
      },
      deployed,
    );
  });
});

describe('A hold that comes while Fairlead merges', () => {
  it('comes too late for that merge, which is not lost', async () => {
    const world = new World([['dev']]);
    const [m1 = ''] = world.commitMains(1);
    const dev = world.at('dev');
    await runConcurrently(world, async ({ promote, lane }) => {
      let letGo = () => {};
      const merging = new Promise<void>((resolve) => {
        dev.beforeMerge = () =>
          new Promise((go) => {
            letGo = go;
            resolve();
          });
      });
      const operation = await promote(m1);
      await merging;
      await lane('dev').hold();
      await eventually(async () => (await operation.environment('dev')).hold).toMatchObject({ reason: 'load test' });
      dev.beforeMerge = undefined;
      letGo();
      expect((await operation.result()).state).toBe('promoted');
      expect(dev.story).toEqual(['promotion merged']);
      expect(dev.renders).toHaveLength(1);
    });
  });
});

describe('A hold', () => {
  it('lets config changes go on', async () => {
    const world = new World([['dev']]);
    const config = world.at('dev').commitConfig();
    await runConcurrently(world, async ({ configure, lane }) => {
      await lane('dev').hold();
      expect((await (await configure('dev', config)).result()).state).toBe('configured');
    });
  });

  it('with config keeps config changes before they render, too', async () => {
    const world = new World([['dev']]);
    const config = world.at('dev').commitConfig();
    await runConcurrently(world, async ({ configure, lane }) => {
      expect(await lane('dev').hold({ config: true })).toContain('promotions and config changes wait');
      const change = await configure('dev', config);
      expect((await change.reaches('dev', 'held')).message).toBe('dev is held by ann (as given): load test');
      expect(world.at('dev').renders).toEqual([]);
      await lane('dev').resume();
      expect((await change.result()).state).toBe('configured');
    });
  });

  it('ends by itself at its time', async () => {
    const world = new World([['dev']]);
    const [m1 = ''] = world.commitMains(1);
    await runConcurrently(world, async ({ promote, lane }) => {
      const until = later(5_000);
      expect(await lane('dev').hold({ until })).toContain(`dev is held until ${until}`);
      const { environments } = await (await promote(m1)).result();
      expect(environments[0]?.state).toBe('promoted');
      expect(world.at('dev').record.map(({ event }) => event)).toEqual(['held', 'deployed', 'promoted']);
      expect(world.at('dev').record[1]?.time.localeCompare(until)).toBe(1);
      expect(await lane('dev').resume()).toBe('resume refused: dev is not held');
    });
  });

  it('joins the one before: both must be over', async () => {
    const world = new World([['dev']]);
    await runConcurrently(world, async ({ lane }) => {
      await lane('dev').hold({ by: 'bob', reason: 'load test', until: later(60_000) });
      await lane('dev').hold({ by: 'eve', reason: 'incident', config: true });
      const { hold } = await lane('dev').status();
      expect(hold).toMatchObject({ by: 'bob; eve', reason: 'load test; incident', config: true });
      expect(hold?.until).toBeUndefined();
    });
  });

  it('that makes no sense is refused with the reason', async () => {
    await runConcurrently(new World([['dev']]), async ({ lane }) => {
      expect(await lane('dev').hold({ until: later(-1_000) })).toContain('which has passed');
      for (const until of ['2099-01-01T08:00:00', '9999-12-31T23:59:59-01:00', 'January 1, 2099 UTC'])
        expect(await lane('dev').hold({ until })).toContain('must be a time in ISO 8601 with Z or an offset');
      expect(await lane('dev').hold({ reason: ' ' })).toContain('"reason" must be a text');
      expect((await lane('dev').status()).hold).toBeUndefined();
    });
  });

  it('accepts what a person merges on the forge', async () => {
    const world = new World([['dev']], { dev: { merge: 'manual' } });
    const [m1 = ''] = world.commitMains(1);
    await runConcurrently(world, async ({ promote, lane }) => {
      const operation = await promote(m1);
      await operation.reaches('dev', 'pull request open');
      await lane('dev').hold();
      await eventually(async () => (await operation.environment('dev')).hold).toBeDefined();
      world.at('dev').mergeByHand('bob');
      expect((await operation.result()).environments[0]).toMatchObject({ state: 'promoted', mergedBy: 'bob' });
    });
  });

  it('keeps an unmerged promotion from being superseded, until the newer may enter', async () => {
    const world = new World([['dev']], { dev: { merge: 'manual' } });
    const [m1 = '', m2 = ''] = world.commitMains(2);
    await runConcurrently(world, async ({ promote, lane }) => {
      const older = await promote(m1);
      await older.reaches('dev', 'pull request open');
      await lane('dev').hold();
      const newer = await promote(m2);
      await newer.reaches('dev', 'held');
      expect((await older.environment('dev')).state).toBe('pull request open');
      await lane('dev').resume();
      expect((await older.result()).state).toBe('superseded');
      await newer.reaches('dev', 'pull request open');
    });
  });
});
