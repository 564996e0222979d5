import { describe, expect, it } from 'vitest';
import { runConcurrently } from '../../workflows/support/concurrency.ts';
import { eventually } from '../../workflows/support/eventually.ts';
import { sha, unreachable, World } from '../../workflows/support/world.ts';

describe('A promotion', () => {
  it('records the pair that its clusters run, where another config was merged on top', async () => {
    const world = new World([['dev']]);
    const [m1 = ''] = world.commitMains(1);
    const dev = world.at('dev');
    const seen = { config: sha('merged on top'), commit: sha('that merge') };
    dev.nextReport = { kind: 'healthy', seen };
    await runConcurrently(world, async ({ promote }) => {
      expect((await (await promote(m1)).result()).state).toBe('promoted');
      expect(dev.record).toMatchObject([
        { event: 'deployed', main: m1, config: sha('config') },
        { event: 'promoted', main: m1, config: seen.config },
      ]);
      expect(dev.notedOn.at(-1)).toBe(seen.commit);
    });
  });
});

describe('A config change and a promotion of one environment', () => {
  it.each(['config change', 'promotion'] as const)('both arrive, merged %s first', async (first) => {
    const world = new World([['dev']], { dev: { merge: 'manual' } });
    const [m1 = ''] = world.commitMains(1);
    const dev = world.at('dev');
    await runConcurrently(world, async ({ promote, configure }) => {
      const promotion = await promote(m1);
      await promotion.reaches('dev', 'pull request open');
      const config = dev.commitConfig();
      const change = await configure('dev', config);
      await change.reaches('dev', 'pull request open');
      expect((await promotion.environment('dev')).state).toBe('pull request open');
      const mergeOpen = (operation: string) => {
        const request = dev.requests.find((each) => each.operation === operation && each.state === 'open');
        if (!request || request.base !== dev.head) return false;
        dev.merge(request, 'bob');
        return true;
      };
      expect(mergeOpen(first)).toBe(true);
      await eventually(() => mergeOpen(first === 'promotion' ? 'config change' : 'promotion')).toBe(true);
      expect((await promotion.result()).state).toBe('promoted');
      expect((await change.result()).state).toBe('configured');
      expect(dev.deployed).toEqual({ main: m1, config });
    });
  });

  it('are both verified with what is there in the end', async () => {
    const world = new World([['dev']]);
    const [m1 = ''] = world.commitMains(1);
    const dev = world.at('dev');
    dev.unhealthy = [unreachable('dev-1')];
    await runConcurrently(world, async ({ promote, configure }) => {
      const change = await configure('dev', dev.commitConfig());
      await change.reaches('dev', 'rolling out');
      const promotion = await promote(m1);
      await promotion.reaches('dev', 'rolling out');
      await eventually(async () => (await change.environment('dev')).main).toBe(m1);
      dev.unhealthy = [];
      expect((await promotion.result()).state).toBe('promoted');
      expect((await change.result()).state).toBe('configured');
      expect(dev.story).toEqual(['config change merged', 'promotion merged']);
      expect(dev.record.find(({ event }) => event === 'configured')).toMatchObject({ main: m1, config: dev.config });
    });
  });

  it('do not disturb each other: the promotion keeps waiting for its approval', async () => {
    const world = new World([['dev']], { dev: { merge: 'approval' } });
    const [m1 = ''] = world.commitMains(1);
    const dev = world.at('dev');
    await runConcurrently(world, async ({ promote, configure }) => {
      const promotion = await promote(m1);
      const before = (await promotion.reaches('dev', 'awaiting approval')).request?.head;
      const change = await configure('dev', dev.commitConfig());
      const { request } = await change.reaches('dev', 'awaiting approval');
      expect((await promotion.environment('dev')).request?.head).toBe(before);
      await change.decide('approve', { environment: 'dev', head: request?.head });
      expect((await change.result()).state).toBe('configured');
      // What it proposed stands on what was there before: it proposes anew, and is approved anew.
      await eventually(async () => (await promotion.environment('dev')).request?.head).not.toBe(before);
      const anew = await promotion.reaches('dev', 'awaiting approval');
      await promotion.decide('approve', { environment: 'dev', head: anew.request?.head });
      expect((await promotion.result()).state).toBe('promoted');
      expect(dev.deployed).toEqual({ main: m1, config: dev.config });
    });
  });

  it('that must carry another main commit, too, are rendered again with it, once', async () => {
    const world = new World([['dev']], { dev: { merge: 'approval' } });
    const [m1 = ''] = world.commitMains(1);
    const dev = world.at('dev');
    const config = dev.commitConfig();
    await runConcurrently(world, async ({ configure }) => {
      const change = await configure('dev', config);
      await change.reaches('dev', 'awaiting approval');
      const pendingRevision = { environment: 'dev', main: m1, config, over: sha('before') };
      await change.handle.signal('rerender', pendingRevision);
      await eventually(() => dev.open?.revision).toEqual({ main: m1, config });
      await change.handle.signal('rerender', pendingRevision);
      const { request } = await change.reaches('dev', 'awaiting approval');
      await change.decide('approve', { environment: 'dev', head: request?.head });
      expect((await change.result()).state).toBe('configured');
      expect(dev.renders.map(({ main, over }) => [main, over])).toEqual([
        [sha('before'), undefined],
        [m1, sha('before')],
      ]);
    });
  });

  it('with nothing left to change for either are both recorded, and no request forgets it', async () => {
    const world = new World([['dev']], { dev: { merge: 'approval' } });
    const [m1 = ''] = world.commitMains(1);
    const dev = world.at('dev');
    dev.alike.add(m1);
    await runConcurrently(world, async ({ promote, configure }) => {
      const change = await configure('dev', dev.commitConfig());
      await change.reaches('dev', 'awaiting approval');
      dev.alike.add(dev.commitConfig());
      const promotion = await promote(m1);
      expect((await promotion.result()).environments[0]?.state).toBe('unchanged');
      expect((await change.result()).state).toBe('unchanged');
      expect(dev.story).toEqual(['config change closed']);
      expect(dev.deployed).toEqual({ main: m1, config: dev.config });
    });
  });
});

describe('A promotion whose request a person merged although a newer config had been recorded', () => {
  it('brings the newer config back before its rollout is verified', async () => {
    const world = new World([['dev']], { dev: { merge: 'manual' } });
    const [m1 = ''] = world.commitMains(1);
    const dev = world.at('dev');
    const before = dev.config;
    await runConcurrently(world, async ({ promote }) => {
      const promotion = await promote(m1);
      await promotion.reaches('dev', 'pull request open');
      const request = dev.open;
      if (!request) throw new Error('there is no request');
      const newer = dev.commitConfig();
      request.overtaken = true;
      dev.mergeByHand('bob');
      await eventually(() => dev.open?.revision).toEqual({ main: m1, config: newer });
      dev.mergeByHand('bob');
      expect((await promotion.result()).state).toBe('promoted');
      expect(dev.record.map(({ event, config }) => [event, config])).toEqual([
        ['deployed', before],
        ['deployed', newer],
        ['promoted', newer],
      ]);
    });
  });
});

describe('A config change and a rollback of one environment', () => {
  it('both arrive: what is there in the end is verified', async () => {
    const world = new World([['dev']]);
    const [m1 = ''] = world.commitMains(1);
    const dev = world.at('dev');
    dev.has(m1);
    Object.assign(dev, { unhealthy: [unreachable('dev-1')], unhealthyAt: m1 });
    await runConcurrently(world, async ({ configure, rollBack }) => {
      const change = await configure('dev', dev.commitConfig());
      await change.reaches('dev', 'rolling out');
      expect((await (await rollBack('dev')).result()).state).toBe('rolled back');
      expect((await change.result()).state).toBe('configured');
      expect(dev.deployed).toEqual({ main: sha('before'), config: dev.config });
    });
  });
});
