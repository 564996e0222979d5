import { describe, expect, it } from 'vitest';
import { runConcurrently, runConcurrentlySkippingTime } from '../../workflows/support/concurrency.ts';
import { eventually } from '../../workflows/support/eventually.ts';
import { World } from '../../workflows/support/world.ts';

const hour = 3_600_000;

describe('A freeze window', () => {
  it('keeps promotions until its end, with its reason, and leaves config changes alone', async () => {
    const world = new World([['dev']]);
    const [m1 = ''] = world.commitMains(1);
    const dev = world.at('dev');
    await runConcurrently(world, async ({ promote, configure, lane }) => {
      const ends = Date.now() + 10_000;
      dev.freezes = [{ begins: Date.now() - hour, ends, reason: 'weekend' }];
      const operation = await promote(m1);
      const { message, hold } = await operation.reaches('dev', 'held');
      expect(message).toBe(`dev is held by freeze until ${new Date(ends).toISOString()}: weekend`);
      expect(hold).toMatchObject({ by: 'freeze', config: false });
      expect(await lane('dev').resume()).toBe(
        `resume refused: dev is frozen until ${new Date(ends).toISOString()}: weekend`,
      );
      expect((await (await configure('dev', dev.commitConfig())).result()).state).toBe('configured');
      expect((await operation.result()).state).toBe('promoted');
      const deployed = dev.record.find(({ main, event }) => event === 'deployed' && main === m1);
      expect(Date.parse(deployed?.time ?? '')).toBeGreaterThanOrEqual(ends);
    });
  });

  it('that begins while a request is open keeps it from being merged until its end', async () => {
    const world = new World([['dev']]);
    const [m1 = ''] = world.commitMains(1);
    const dev = world.at('dev');
    dev.checksRun = true;
    await runConcurrently(world, async ({ promote }) => {
      const [begins, ends] = [Date.now() + 6_000, Date.now() + 10_000];
      dev.freezes = [{ begins, ends, reason: 'weekend' }];
      const operation = await promote(m1);
      await operation.reaches('dev', 'pull request open');
      await eventually(async () => (await operation.environment('dev')).message).toContain(
        '#1 is not merged while dev is held by freeze',
      );
      dev.checksRun = false;
      expect((await operation.result()).state).toBe('promoted');
      expect(Date.parse(dev.record[0]?.time ?? '')).toBeGreaterThanOrEqual(ends);
    });
  });

  it('adds to a hold: resumed, it is still frozen', async () => {
    const world = new World([['dev']]);
    const [m1 = ''] = world.commitMains(1);
    await runConcurrently(world, async ({ promote, lane }) => {
      world.at('dev').freezes = [{ begins: Date.now() - hour, ends: Date.now() + hour, reason: 'weekend' }];
      await lane('dev').hold({ by: 'bob', reason: 'load test' });
      const operation = await promote(m1);
      await eventually(async () => (await operation.status()).environments[0]?.message).toBe(
        'dev is held by bob (as given); freeze: load test; weekend',
      );
      expect(await lane('dev').resume()).toContain('dev is not held any more, but dev is frozen until');
      await eventually(async () => (await operation.environment('dev')).message).toContain(
        'dev is held by freeze until',
      );
      await operation.decide('approve', { environment: 'dev', override: true, reason: 'incident 4711' });
      expect((await operation.result()).state).toBe('promoted');
    });
  });
});

describe('A weekend that is frozen', () => {
  it('is waited for on a durable timer, in every environment that it concerns', async () => {
    const world = new World([['dev'], ['prod']]);
    Object.assign(world, { intervalMs: 60_000 });
    const [m1 = ''] = world.commitMains(1);
    await runConcurrentlySkippingTime(world, async ({ promote }) => {
      const begins = Date.now();
      const ends = begins + 60 * hour;
      world.at('prod').freezes = [{ begins, ends, reason: 'weekend' }];
      const { state, environments } = await (await promote(m1)).result();
      expect(state).toBe('promoted');
      expect(Date.parse(environments[1]?.since ?? '')).toBeGreaterThanOrEqual(ends);
      expect(Date.parse(environments[0]?.since ?? '')).toBeLessThan(begins + hour);
    });
  });
});
