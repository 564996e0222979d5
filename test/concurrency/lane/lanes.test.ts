import { describe, expect, it } from 'vitest';
import { deployments, runConcurrently, runConcurrentlySkippingTime } from '../../workflows/support/concurrency.ts';
import { eventually } from '../../workflows/support/eventually.ts';
import { unreachable, World } from '../../workflows/support/world.ts';

describe.each(deployments)('Fifty commits in a burst, $workers', ({ deployed }) => {
  it('end as superseded but for the newest, which the environment sees', async () => {
    const world = new World([['dev']], { dev: { merge: 'manual' } });
    const commits = world.commitMains(50);
    const dev = world.at('dev');
    await runConcurrently(
      world,
      async ({ promote, middle, lane }) => {
        const operations = await Promise.all(commits.map((main) => promote(main)));
        await middle();
        const older = await Promise.all(operations.slice(0, -1).map(({ result }) => result()));
        expect(new Set(older.map(({ state }) => state))).toEqual(new Set(['superseded']));
        await operations.at(-1)?.reaches('dev', 'pull request open');
        expect(dev.requests.filter(({ state }) => state === 'open')).toHaveLength(1);
        dev.mergeByHand('bob');
        expect((await operations.at(-1)?.result())?.state).toBe('promoted');
        expect(dev.deployed?.main).toBe(commits.at(-1));
        await lane('dev').isEmpty();
      },
      deployed,
    );
  });
});

describe('A promotion that was terminated', () => {
  it('is not waited for: the next comer gets the lane, and closes what it left open', async () => {
    const world = new World([['dev']], { dev: { merge: 'approval', whenNewer: 'wait' } });
    const [m1 = '', m2 = ''] = world.commitMains(2);
    await runConcurrently(world, async ({ promote }) => {
      const gone = await promote(m1);
      await gone.reaches('dev', 'awaiting approval');
      await gone.handle.terminate('a mistake');
      const next = await promote(m2);
      const { request } = await next.reaches('dev', 'awaiting approval');
      expect(world.at('dev').story).toEqual(['promotion closed', 'promotion open']);
      expect(world.at('dev').requests[0]?.comment).toContain('what opened this does not run any more');
      await next.decide('approve', { environment: 'dev', head: request?.head });
      expect((await next.result()).state).toBe('promoted');
    });
  });

  it('lets those in who waited before, when somebody else comes', async () => {
    const world = new World([['dev']]);
    const [m1 = '', m2 = '', m3 = ''] = world.commitMains(3);
    world.at('dev').unhealthy = [unreachable('dev-1')];
    await runConcurrently(world, async ({ promote, lane }) => {
      const gone = await promote(m1);
      await gone.reaches('dev', 'rolling out');
      const waiting = await promote(m3);
      await waiting.reaches('dev', 'queued');
      await gone.handle.terminate('a mistake');
      world.at('dev').unhealthy = [];
      expect((await (await promote(m2)).result()).state).toBe('superseded');
      expect((await waiting.result()).state).toBe('promoted');
      await lane('dev').isEmpty();
    });
  });

  it('is noticed by the lane itself, which looks now and then while somebody waits', async () => {
    const world = new World([['dev']]);
    const [m1 = '', m2 = ''] = world.commitMains(2);
    Object.assign(world, { intervalMs: 60_000 });
    world.at('dev').unhealthy = [unreachable('dev-1')];
    await runConcurrentlySkippingTime(world, async ({ promote }) => {
      const gone = await promote(m1);
      await gone.reaches('dev', 'rolling out');
      const waiting = await promote(m2);
      await waiting.reaches('dev', 'queued');
      await gone.handle.terminate('a mistake');
      world.at('dev').unhealthy = [];
      expect((await waiting.result()).state).toBe('promoted');
    });
  });

  it('can be started again, and takes the place of its earlier entry', async () => {
    const world = new World([['dev']], { dev: { merge: 'approval' } });
    const [m1 = ''] = world.commitMains(1);
    await runConcurrently(world, async ({ promote }) => {
      const gone = await promote(m1);
      await gone.reaches('dev', 'awaiting approval');
      await gone.handle.terminate('a mistake');
      const again = await promote(m1);
      const { request } = await again.reaches('dev', 'awaiting approval');
      expect(world.at('dev').story).toEqual(['promotion open']);
      await again.decide('approve', { environment: 'dev', head: request?.head });
      expect((await again.result()).state).toBe('promoted');
    });
  });
});

describe('A lane that cannot see the world', () => {
  it('lets nobody in, looks again, and goes on', async () => {
    const world = new World([['dev']]);
    const [m1 = ''] = world.commitMains(1);
    world.at('dev').failingObservations = 2;
    await runConcurrentlySkippingTime(world, async ({ promote }) => {
      const { state, environments } = await (await promote(m1)).result();
      expect(state).toBe('promoted');
      expect(Date.parse(environments[0]?.since ?? '')).toBeGreaterThan(Date.now() + 80_000);
    });
  });

  it('says why, to whoever waits and in its own status', async () => {
    const world = new World([['dev']]);
    const [m1 = ''] = world.commitMains(1);
    world.at('dev').failingObservations = 1;
    await runConcurrently(world, async ({ promote, lane }) => {
      const operation = await promote(m1);
      const why = 'it cannot see the world. its config cannot be read';
      await eventually(async () => (await operation.environment('dev')).message).toBe(
        `the lane of dev lets nobody in: ${why}`,
      );
      expect((await lane('dev').status()).trouble).toBe(`Lets nobody in: ${why}`);
    });
  });

  it('lets nobody in before its record could be read: it may be held', async () => {
    const world = new World([['dev']]);
    const [m1 = ''] = world.commitMains(1);
    const dev = world.at('dev');
    dev.record = [{ time: new Date().toISOString(), event: 'held', by: 'bob', reason: 'an incident' }];
    dev.recordUnreadable = 'Bad credentials. Set a valid token.';
    await runConcurrently(world, async ({ promote, lane }) => {
      const operation = await promote(m1);
      await eventually(async () => (await operation.environment('dev')).message).toContain(
        'the lane of dev lets nobody in: its record cannot be read. Bad credentials.',
      );
      expect(await lane('dev').hold()).toContain('does not know yet what holds it. Lets nobody in: its record');
      expect(dev.renders).toEqual([]);
    });
  });

  it('reads its record again, and finds what holds it', async () => {
    const world = new World([['dev']]);
    const [m1 = ''] = world.commitMains(1);
    const dev = world.at('dev');
    dev.record = [{ time: new Date().toISOString(), event: 'held', by: 'bob', reason: 'an incident' }];
    dev.recordUnreadable = 'Bad credentials.';
    await runConcurrentlySkippingTime(world, async ({ promote, test }) => {
      const operation = await promote(m1);
      await eventually(async () => (await operation.environment('dev')).message).toContain('Bad credentials');
      dev.recordUnreadable = undefined;
      await test.sleep(60_000);
      await eventually(() => operation.environment('dev')).toMatchObject({
        state: 'held',
        message: 'dev is held by bob (as given): an incident',
      });
      expect(dev.renders).toEqual([]);
    });
  });
});
