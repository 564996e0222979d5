import { describe, expect, it } from 'vitest';
import { shortSha } from '../../../src/short-names.ts';
import { deployments, runConcurrently } from '../../workflows/support/concurrency.ts';
import { eventually } from '../../workflows/support/eventually.ts';
import { failed, sha, unreachable, World } from '../../workflows/support/world.ts';

const before = sha('before');

describe.each(deployments)('A rollback, $workers', ({ deployed }) => {
  it('goes back, is verified and recorded, and leaves the lane held until it is resumed', async () => {
    const world = new World([['dev']]);
    const [m1 = '', m2 = ''] = world.commitMains(2);
    const dev = world.at('dev');
    await runConcurrently(
      world,
      async ({ promote, rollBack, lane, middle }) => {
        expect((await (await promote(m1)).result()).state).toBe('promoted');
        expect(await (await rollBack('dev')).result()).toMatchObject({
          state: 'rolled back',
          message: `dev rolled back: back at main ${shortSha(before)}, healthy on every cluster; asked by ann (as given): checkout fails`,
        });
        const next = await promote(m2);
        expect((await next.reaches('dev', 'held')).message).toBe(
          'dev is held by ann (as given): rolled back: checkout fails',
        );
        await middle();
        expect(dev.deployed?.main).toBe(before);
        await lane('dev').resume({ by: 'bob', reason: 'mended' });
        expect((await next.result()).state).toBe('promoted');
        expect(dev.record).toMatchObject([
          { event: 'deployed', main: m1, operation: 'promotion', request: 1 },
          { event: 'promoted', main: m1, clusters: { total: 2, healthy: 2 } },
          { event: 'deployed', main: before, operation: 'rollback', request: 2 },
          { event: 'rolled back', main: before, by: 'ann', reason: 'checkout fails', clusters: { healthy: 2 } },
          { event: 'held', by: 'ann', reason: 'rolled back: checkout fails' },
          { event: 'resumed', by: 'bob', reason: 'mended' },
          { event: 'deployed', main: m2 },
          { event: 'promoted', main: m2 },
        ]);
      },
      deployed,
    );
  });

  it('of an environment that a running promotion reached ends what comes after it', async () => {
    const world = new World([['dev'], ['qa'], ['prod']], { qa: { merge: 'approval' } });
    const [m1 = ''] = world.commitMains(1);
    await runConcurrently(
      world,
      async ({ promote, rollBack, middle }) => {
        const promotion = await promote(m1);
        await promotion.reaches('qa', 'awaiting approval');
        await middle();
        const rollback = await rollBack('dev');
        const { state, environments } = await promotion.result();
        expect(state).toBe('rolled back');
        expect(environments.map((e) => e.state)).toEqual(['rolled back', 'aborted', 'not reached']);
        expect(environments[0]?.message).toBe(
          `by ${rollback.handle.workflowId}, asked by ann (as given): checkout fails`,
        );
        expect((await rollback.result()).state).toBe('rolled back');
        expect(world.at('qa').story).toEqual(['promotion closed']);
      },
      deployed,
    );
  });

  it('takes the turn of a promotion that is not merged, which closes its own request', async () => {
    const world = new World([['dev']], { dev: { merge: 'manual' } });
    const [m1 = '', m2 = ''] = world.commitMains(2);
    const dev = world.at('dev');
    dev.has(m1);
    await runConcurrently(
      world,
      async ({ promote, rollBack, middle }) => {
        const unmerged = await promote(m2);
        await unmerged.reaches('dev', 'pull request open');
        await middle();
        const rollback = await rollBack('dev');
        expect((await unmerged.result()).message).toBe(
          `dev superseded: by the rollback to main ${shortSha(before)} (${rollback.handle.workflowId}) asked by ann (as given): checkout fails`,
        );
        expect(dev.requests[0]?.comment).toContain('Superseded by the rollback to main');
        await rollback.reaches('dev', 'pull request open');
        dev.mergeByHand('bob');
        expect((await rollback.result()).state).toBe('rolled back');
        expect(dev.story).toEqual(['promotion closed', 'rollback merged']);
      },
      deployed,
    );
  });
});

describe('A rollback', () => {
  it.each([
    ['rolling out', unreachable('dev-1')],
    ['needs attention', failed('dev-1')],
  ] as const)('of what is merged stops its verification where it is %s', async (state, cluster) => {
    const world = new World([['dev'], ['qa']]);
    const [m1 = ''] = world.commitMains(1);
    Object.assign(world.at('dev'), { unhealthy: [cluster], unhealthyAt: m1 });
    await runConcurrently(world, async ({ promote, rollBack }) => {
      const promotion = await promote(m1);
      await promotion.reaches('dev', state);
      const rollback = await rollBack('dev');
      expect((await promotion.result()).environments.map((e) => e.state)).toEqual(['rolled back', 'not reached']);
      expect((await rollback.result()).state).toBe('rolled back');
      const events = () => world.at('dev').record.map(({ event }) => event);
      await eventually(events).toEqual(['deployed', 'given up', 'deployed', 'rolled back', 'held']);
    });
  });

  it('waits behind no promotion, and those that waited are held afterwards', async () => {
    const world = new World([['dev']]);
    const [m1 = '', m2 = ''] = world.commitMains(2);
    Object.assign(world.at('dev'), { unhealthy: [unreachable('dev-1')], unhealthyAt: m1 });
    await runConcurrently(world, async ({ promote, rollBack, lane }) => {
      const first = await promote(m1);
      await first.reaches('dev', 'rolling out');
      const waiting = await promote(m2);
      await waiting.reaches('dev', 'queued');
      expect((await (await rollBack('dev')).result()).state).toBe('rolled back');
      expect((await first.result()).state).toBe('rolled back');
      await waiting.reaches('dev', 'held');
      await lane('dev').resume();
      expect((await waiting.result()).state).toBe('promoted');
    });
  });

  it('goes through although the environment is held', async () => {
    const world = new World([['dev']]);
    const [m1 = ''] = world.commitMains(1);
    world.at('dev').has(m1);
    await runConcurrently(world, async ({ rollBack, lane }) => {
      await lane('dev').hold({ by: 'bob', reason: 'load test' });
      expect((await (await rollBack('dev')).result()).state).toBe('rolled back');
      await eventually(async () => (await lane('dev').status()).hold).toMatchObject({
        by: 'bob; ann',
        reason: 'load test; rolled back: checkout fails',
      });
    });
  });

  it('may follow another: each goes back further', async () => {
    const world = new World([['dev']]);
    const [m1 = '', m2 = ''] = world.commitMains(2);
    const dev = world.at('dev');
    dev.has(m2);
    await runConcurrently(world, async ({ rollBack, lane }) => {
      expect((await (await rollBack('dev', { to: m1 })).result()).state).toBe('rolled back');
      const further = await rollBack('dev', { to: before, reason: 'still fails' });
      expect((await further.result()).state).toBe('rolled back');
      expect(dev.deployed?.main).toBe(before);
      await eventually(async () => (await lane('dev').status()).hold?.reason).toBe(
        'rolled back: checkout fails; rolled back: still fails',
      );
    });
  });

  it('needs no approval, and under manual the forge decides', async () => {
    const world = new World([['dev'], ['qa']], { dev: { merge: 'approval' }, qa: { merge: 'manual' } });
    const [m1 = ''] = world.commitMains(1);
    for (const each of world.environments.values()) each.has(m1);
    await runConcurrently(world, async ({ rollBack }) => {
      expect((await (await rollBack('dev')).result()).state).toBe('rolled back');
      const manual = await rollBack('qa');
      await manual.reaches('qa', 'pull request open');
      expect(await manual.decide('approve', { environment: 'qa', head: sha('any') })).toContain('on the forge');
      world.at('qa').mergeByHand('bob');
      expect((await manual.result()).environments[0]).toMatchObject({ state: 'rolled back', mergedBy: 'bob' });
    });
  });

  it('aborted before its merge closes its request and leaves no hold', async () => {
    const world = new World([['dev']], { dev: { merge: 'manual' } });
    const [m1 = ''] = world.commitMains(1);
    const dev = world.at('dev');
    dev.has(m1);
    await runConcurrently(world, async ({ rollBack, lane }) => {
      const rollback = await rollBack('dev');
      await rollback.reaches('dev', 'pull request open');
      await rollback.decide('abort', { environment: 'dev', reason: 'a mistake' });
      expect((await rollback.result()).state).toBe('aborted');
      expect(dev.story).toEqual(['rollback closed']);
      await lane('dev').isEmpty();
      expect((await lane('dev').status()).hold).toBeUndefined();
    });
  });

  it('aborted after its merge leaves the lane held: the fault must not come back', async () => {
    const world = new World([['dev']]);
    const [m1 = ''] = world.commitMains(1);
    const dev = world.at('dev');
    dev.has(m1);
    dev.unhealthy = [unreachable('dev-1')];
    await runConcurrently(world, async ({ rollBack, lane }) => {
      const rollback = await rollBack('dev');
      await rollback.reaches('dev', 'rolling out');
      await rollback.decide('abort', { environment: 'dev', reason: 'seen enough' });
      expect((await rollback.result()).state).toBe('aborted');
      await eventually(async () => (await lane('dev').status()).hold?.reason).toBe('rolled back: checkout fails');
    });
  });

  it('comes by itself only of what this promotion merged: not of what was broken before it, or is another’s', async () => {
    const world = new World([['dev']], { dev: { onFailure: 'rollback' } });
    const [m1 = '', m2 = ''] = world.commitMains(2);
    const dev = world.at('dev');
    dev.alike.add(m1);
    dev.unhealthy = [failed('dev-1')];
    await runConcurrently(world, async ({ promote }) => {
      const unchanged = await promote(m1);
      expect((await unchanged.reaches('dev', 'needs attention')).message).toContain('1 of 2 clusters of dev');
      dev.mayRollBack = false;
      const merged = await promote(m2);
      const { since } = await merged.reaches('dev', 'needs attention');
      dev.mayRollBack = true;
      dev.moveOn();
      await merged.decide('retry', { environment: 'dev' });
      await eventually(async () => {
        const [there] = (await merged.status()).environments;
        return there?.since !== since && there?.state;
      }).toBe('needs attention');
      expect(dev.story).toEqual(['promotion merged']);
    });
  });

  it('comes by itself after a retry, too, as long as nothing else was merged', async () => {
    const world = new World([['dev']], { dev: { onFailure: 'rollback' } });
    const [m1 = ''] = world.commitMains(1);
    const dev = world.at('dev');
    dev.unhealthy = [failed('dev-1')];
    dev.unhealthyAt = m1;
    dev.mayRollBack = false;
    await runConcurrently(world, async ({ promote }) => {
      const promotion = await promote(m1);
      await promotion.reaches('dev', 'needs attention');
      dev.mayRollBack = true;
      await promotion.decide('retry', { environment: 'dev' });
      expect((await promotion.result()).environments[0]?.state).toBe('rolled back');
      expect(dev.story).toEqual(['promotion merged', 'rollback merged']);
    });
  });

  it('that is unhealthy is never rolled back itself: a person accepts it, and it is held', async () => {
    const world = new World([['dev']], { dev: { onFailure: 'rollback' } });
    const [m1 = ''] = world.commitMains(1);
    const dev = world.at('dev');
    dev.has(m1);
    dev.unhealthy = [failed('dev-1')];
    await runConcurrently(world, async ({ rollBack }) => {
      const rollback = await rollBack('dev');
      await rollback.reaches('dev', 'needs attention');
      expect(await rollback.decide('rollback', { environment: 'dev', reason: 'x' })).toContain(
        'this is a rollback already',
      );
      await rollback.decide('accept', { environment: 'dev', reason: 'known', clusters: ['dev-1'] });
      expect((await rollback.result()).state).toBe('rolled back');
      await eventually(() => dev.record).toMatchObject([
        { event: 'deployed' },
        { event: 'rolled back', by: 'ann', reason: 'known', clusters: { total: 2, healthy: 1 } },
        { event: 'held' },
      ]);
    });
  });
});
