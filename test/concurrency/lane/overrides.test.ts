import { describe, expect, it } from 'vitest';
import { type ConcurrencyTest, runConcurrently } from '../../workflows/support/concurrency.ts';
import { eventually } from '../../workflows/support/eventually.ts';
import { sha, World } from '../../workflows/support/world.ts';

describe('An approval in spite of a hold', () => {
  it('is refused without override, and with it merges and is recorded', async () => {
    const world = new World([['dev']], { dev: { merge: 'approval' } });
    const [m1 = ''] = world.commitMains(1);
    await runConcurrently(world, async ({ promote, lane }) => {
      const operation = await promote(m1);
      const { request } = await operation.reaches('dev', 'awaiting approval');
      await lane('dev').hold();
      await eventually(async () => (await operation.environment('dev')).hold).toBeDefined();
      const decision = { environment: 'dev', head: request?.head };
      expect(await operation.decide('approve', decision)).toContain(
        'dev is held by ann (as given): load test. `--override',
      );
      expect(await operation.decide('approve', { ...decision, override: true })).toContain('"reason" must be a text');
      const emergency = { ...decision, override: true, reason: 'incident 4711' };
      expect(await operation.decide('approve', emergency)).toContain('it merges as soon as the forge allows it');
      const { environments } = await operation.result();
      expect(environments[0]).toMatchObject({
        state: 'promoted',
        approval: { override: true },
        override: { by: 'ann' },
      });
      await eventually(() => world.at('dev').record.filter(({ event }) => event === 'overridden')).toMatchObject([
        { by: 'ann', reason: 'incident 4711', main: m1 },
      ]);
    });
  });

  it('lets one in that waits before rendering', async () => {
    const world = new World([['dev'], ['qa']]);
    const [m1 = ''] = world.commitMains(1);
    await runConcurrently(world, async ({ promote, lane }) => {
      await lane('dev').hold();
      const operation = await promote(m1);
      await operation.reaches('dev', 'held');
      expect(await operation.decide('approve', { environment: 'dev', head: sha('any') })).toContain(
        'dev is held by ann',
      );
      expect(await operation.decide('approve', { environment: 'dev', override: true, reason: 'incident 4711' })).toBe(
        'dev is let in, in spite of what holds it',
      );
      expect((await operation.result()).state).toBe('promoted');
      await eventually(() => eventsOf(world)).toEqual(['deployed', 'held', 'overridden', 'promoted']);
      expect((await lane('dev').status()).hold).toMatchObject({ reason: 'load test' });
    });
  });

  it('counts also where the lane has lost its memory, and remembers the hold by the record', async () => {
    const world = new World([['dev']]);
    const [m1 = ''] = world.commitMains(1);
    const dev = world.at('dev');
    await runConcurrently(world, async ({ promote, lane }) => {
      await lane('dev').hold();
      await eventually(() => dev.record).toMatchObject([{ event: 'held' }]);
      const operation = await promote(m1);
      await operation.reaches('dev', 'held');
      await lane('dev').handle.terminate('a mistake');
      await operation.decide('approve', { environment: 'dev', override: true, reason: 'incident 4711' });
      expect((await operation.result()).state).toBe('promoted');
      await eventually(() => eventsOf(world)).toEqual(['deployed', 'held', 'overridden', 'promoted']);
      expect((await lane('dev').status()).hold).toMatchObject({ reason: 'load test' });
    });
  });

  it('does not count for what somebody holds the environment for afterwards', async () => {
    const world = new World([['dev']], { dev: { merge: 'approval' } });
    await runConcurrently(world, async (context) => {
      const { operation, request } = await admitByOverride(world, context);
      await context.lane('dev').hold({ by: 'eve', reason: 'incident 4712' });
      await eventually(async () => (await operation.environment('dev')).hold?.by).toBe('ann; eve');
      const refused = await operation.decide('approve', { environment: 'dev', head: request?.head });
      expect(refused).toContain('dev is held by ann (as given); eve (as given): load test; incident 4712');
    });
  });

  it('lets it in only: what it renders is approved on its own where the policy says so', async () => {
    const world = new World([['dev']], { dev: { merge: 'approval' } });
    await runConcurrently(world, async (context) => {
      const { operation, request } = await admitByOverride(world, context);
      await operation.decide('approve', { environment: 'dev', head: request?.head });
      expect((await operation.result()).state).toBe('promoted');
    });
  });
});

/** Lists the events of the record, sorted by name: the lane writes what overrides it while the operation goes on. */
function eventsOf(world: World): readonly string[] {
  return world
    .at('dev')
    .record.map(({ event }) => event)
    .sort();
}

/**
 * Starts a promotion that is held, admitted by an override, rendered, and then waits for the approval of its request.
 */
async function admitByOverride(world: World, { promote, lane }: ConcurrencyTest) {
  const [m1 = ''] = world.commitMains(1);
  await lane('dev').hold();
  const operation = await promote(m1);
  await operation.reaches('dev', 'held');
  await operation.decide('approve', { environment: 'dev', override: true, reason: 'incident 4711' });
  const { request } = await operation.reaches('dev', 'awaiting approval');
  return { operation, request };
}
