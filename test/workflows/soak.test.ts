import { describe, expect, it } from 'vitest';
import { eventually } from './support/eventually.ts';
import { promoteOnDevServer, promoteTimeSkipping } from './support/promotion.ts';
import { failed, unreachable, World } from './support/world.ts';

const hour = 3_600_000;

describe('The soak', () => {
  it('lasts as long as the policy says before the next stage starts', async () => {
    const world = new World([['dev'], ['qa']], { dev: { soakMs: 2 * hour } });
    Object.assign(world, { intervalMs: 60_000 });
    await promoteTimeSkipping(world, async ({ result, status }) => {
      const { environments } = await result();
      const { startedAt } = await status();
      expect(environments.map((e) => e.state)).toEqual(['promoted', 'promoted']);
      for (const { since } of environments)
        expect(Date.parse(since) - Date.parse(startedAt)).toBeGreaterThanOrEqual(2 * hour);
    });
  });

  it('asks Flux to look again at its end', async () => {
    const world = new World([['dev']], { dev: { soakMs: 300 } });
    await promoteOnDevServer(world, async ({ result }) => {
      expect((await result()).state).toBe('promoted');
      expect(world.reconciliations).toEqual(['dev', 'dev']);
    });
  });

  it('ends in needs attention when a cluster regresses', async () => {
    const world = new World([['dev']], { dev: { soakMs: hour } });
    await promoteOnDevServer(world, async ({ reaches, decide, result }) => {
      await reaches('dev', 'soaking');
      world.at('dev').unhealthy = [failed('dev-2')];
      expect((await reaches('dev', 'needs attention')).message).toContain('dev-2: HealthCheckFailed');
      await decide('abort', { reason: 'seen enough' });
      expect((await result()).state).toBe('aborted');
    });
  });
});

describe('A cluster that cannot be reached', () => {
  it('at the end of the soak is waited for, and the status says that the soak is over', async () => {
    const world = new World([['dev']], { dev: { soakMs: 5_000 } });
    await promoteOnDevServer(world, async ({ reaches, environment, result }) => {
      await reaches('dev', 'soaking');
      world.at('dev').unhealthy = [unreachable('dev-2')];
      await eventually(async () => (await environment('dev')).message).toContain('the soak is over');
      await eventually(async () => (await environment('dev')).fleet?.others).toMatchObject([{ name: 'dev-2' }]);
      world.at('dev').unhealthy = [];
      expect((await result()).state).toBe('promoted');
    });
  });

  it('is never green and never red: past the deadline a person is asked', async () => {
    const world = new World([['dev']], { dev: { rolloutTimeoutMs: 500 } });
    world.at('dev').unhealthy = [unreachable('dev-2')];
    await promoteOnDevServer(world, async ({ reaches, decide, result }) => {
      const { message, fleet } = await reaches('dev', 'needs attention');
      expect(message).toContain('not every cluster could be seen');
      expect(fleet).toMatchObject({ healthy: 1, total: 2 });
      world.at('dev').unhealthy = [];
      await decide('retry', { environment: 'dev' });
      expect((await result()).state).toBe('promoted');
    });
  });
});

describe('A long wait', () => {
  // Of a year's reports, test/unit/activities/rollout/report-pace.test.ts counts less than 33.
  it('in which something changes at each look takes six events a report', async () => {
    const world = new World([['dev']], { dev: { rolloutTimeoutMs: 12 * hour } });
    const dev = Object.assign(world.at('dev'), { restless: true, unhealthy: [unreachable('dev-2')] });
    await promoteTimeSkipping(world, async ({ handle, test, result }) => {
      await test.sleep(60_000);
      const [events, reports] = [(await handle.describe()).historyLength, dev.reports];
      await test.sleep(6 * hour);
      expect(dev.reports - reports).toBeGreaterThan(10);
      expect((await handle.describe()).historyLength - events).toBeLessThanOrEqual(6 * (dev.reports - reports) + 3);
      Object.assign(dev, { restless: false, unhealthy: [] });
      expect((await result()).state).toBe('promoted');
    });
  });
});

describe('A cluster that maxUnavailable leaves out', () => {
  it('is named in the outcome and in the record', async () => {
    const world = new World([['dev']]);
    const fleet = { total: 2, healthy: 1, others: [unreachable('dev-2')], warnings: [], leftOut: ['dev-2'] };
    world.at('dev').nextReport = { kind: 'healthy', fleet };
    await promoteOnDevServer(world, async ({ result }) => {
      const [dev] = (await result()).environments;
      expect(dev).toMatchObject({
        state: 'promoted',
        message: 'healthy on every cluster except dev-2 (maxUnavailable)',
        fleet,
      });
      const promoted = world.at('dev').record.find(({ event }) => event === 'promoted');
      expect(promoted).toMatchObject({ clusters: { total: 2, healthy: 1 }, leftOut: ['dev-2'] });
    });
  });
});
