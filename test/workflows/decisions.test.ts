import { describe, expect, it } from 'vitest';
import { eventually } from './support/eventually.ts';
import { commit, promoteOnDevServer } from './support/promotion.ts';
import { failed, sha, unreachable, World } from './support/world.ts';

const approval = () => new World([['dev'], ['prod']], { prod: { merge: 'approval' } });

describe('An approval', () => {
  it('merges the request that was looked at, and is remembered', async () => {
    await promoteOnDevServer(approval(), async ({ reaches, decide, result }) => {
      const { request } = await reaches('prod', 'awaiting approval');
      const answer = await decide('approve', {
        environment: 'prod',
        head: request?.head.slice(0, 8),
        reason: 'looks good',
      });
      expect(answer).toContain('prod is approved');
      const { environments } = await result();
      expect(environments[1]).toMatchObject({ state: 'promoted', approval: { by: 'ann', reason: 'looks good' } });
    });
  });

  it('that is missing keeps the request open, however often it is looked at', async () => {
    const world = approval();
    await promoteOnDevServer(world, async ({ reaches, environment, decide, handle, result }) => {
      await reaches('prod', 'awaiting approval');
      for (let look = 0; look < 3; look += 1) await handle.signal('nudge', {});
      expect(await environment('prod')).toMatchObject({ state: 'awaiting approval', request: { open: true } });
      expect(world.at('prod').open).toBeDefined();
      await decide('abort', { environment: 'prod', reason: 'nobody came' });
      expect((await result()).environments.map((e) => e.state)).toEqual(['promoted', 'aborted']);
    });
  });

  it('must be given again after a new render, and a stale one is refused with the reason', async () => {
    const world = approval();
    await promoteOnDevServer(world, async ({ reaches, environment, decide, handle, result }) => {
      const before = (await reaches('prod', 'awaiting approval')).request?.head ?? '';
      world.at('prod').moveOn();
      await handle.signal('nudge', {});
      await eventually(async () => (await environment('prod')).request?.head).not.toBe(before);
      const refused = await decide('approve', { environment: 'prod', head: before });
      expect(refused).toContain(`the approval is for ${before.slice(0, 8)}, but request #1 of prod is now at`);
      const now = (await reaches('prod', 'awaiting approval')).request?.head;
      await decide('approve', { environment: 'prod', head: now });
      expect((await result()).state).toBe('promoted');
    });
  });

  it('is not needed when a person merges on the forge', async () => {
    const world = approval();
    await promoteOnDevServer(world, async ({ reaches, result }) => {
      await reaches('prod', 'awaiting approval');
      const { open } = world.at('prod');
      if (open) world.at('prod').merge(open, 'bob');
      expect((await result()).environments[1]).toMatchObject({ state: 'promoted', mergedBy: 'bob' });
    });
  });

  it('is asked for even under auto when a branch is taken over for the first time', async () => {
    const world = new World([['dev']]);
    world.at('dev').takesOver = true;
    world.at('dev').deployed = undefined;
    await promoteOnDevServer(world, async ({ reaches, decide, result }) => {
      const { request } = await reaches('dev', 'awaiting approval');
      await decide('approve', { environment: 'dev', head: request?.head });
      expect((await result()).state).toBe('promoted');
    });
  });

  it('sent as a signal does the same, and a refused one is recorded', async () => {
    await promoteOnDevServer(approval(), async ({ reaches, handle, status, result }) => {
      const { request } = await reaches('prod', 'awaiting approval');
      await handle.signal('approve', { environment: 'nowhere', by: 'ann', head: request?.head });
      await handle.signal('approve', 'yes');
      await eventually(async () => (await status()).refusals.map(({ reason }) => reason)).toEqual([
        'approve refused: there is no environment nowhere in this promotion; it has dev, prod',
        expect.stringContaining('approve: expected an object'),
      ]);
      await handle.signal('approve', { environment: 'prod', by: 'ann', head: request?.head });
      expect((await result()).environments[1]).toMatchObject({ state: 'promoted', approval: { by: 'ann' } });
    });
  });
});

describe('A rejection', () => {
  it('closes the request with who and why', async () => {
    const world = approval();
    await promoteOnDevServer(world, async ({ reaches, decide, result }) => {
      await reaches('prod', 'awaiting approval');
      await decide('reject', { environment: 'prod', reason: 'not on a Friday' });
      expect((await result()).state).toBe('rejected');
      expect(world.at('prod').requests[0]).toMatchObject({
        state: 'closed',
        comment: expect.stringContaining('ann (as given): not on a Friday'),
      });
    });
  });
});

describe('An unhealthy environment', () => {
  const broken = (policy = {}) => {
    const world = new World([['dev'], ['qa'], ['prod']], { qa: policy });
    world.at('qa').unhealthy = [failed('qa-1')];
    return world;
  };

  it('waits for a person, and a retry renders and verifies again', async () => {
    const world = broken();
    await promoteOnDevServer(world, async ({ reaches, decide, result }) => {
      const { message } = await reaches('qa', 'needs attention');
      expect(message).toContain('qa-1: HealthCheckFailed: Deployment/shop is not ready');
      world.at('qa').unhealthy = [];
      await decide('retry', { environment: 'qa' });
      expect((await result()).state).toBe('promoted');
      expect(world.at('qa').renders).toHaveLength(2);
    });
  });

  it('can be accepted with all its unhealthy clusters named, and is recorded as accepted', async () => {
    const world = broken();
    world.at('qa').unhealthy = [failed('qa-1'), unreachable('qa-2')];
    await promoteOnDevServer(world, async ({ reaches, decide, result }) => {
      await reaches('qa', 'needs attention');
      const decision = { environment: 'qa', reason: 'known' };
      expect(await decide('accept', { ...decision, clusters: ['qa-1'] })).toContain('name them too: qa-2');
      expect(await decide('accept', { ...decision, clusters: ['qa-1', 'qa-2'] })).toContain('goes on with qa-1, qa-2');
      const { state, environments } = await result();
      expect(state).toBe('promoted');
      expect(environments[1]).toMatchObject({ state: 'accepted', accepted: { clusters: ['qa-1', 'qa-2'] } });
    });
  });

  it('can be rolled back to what was deployed before; no further stage starts', async () => {
    const world = broken();
    await promoteOnDevServer(world, async ({ reaches, decide, result }) => {
      await reaches('qa', 'needs attention');
      world.at('qa').unhealthy = [];
      await decide('rollback', { environment: 'qa', reason: 'too slow' });
      const { state, environments } = await result();
      expect(state).toBe('rolled back');
      expect(environments.map((e) => e.state)).toEqual(['promoted', 'rolled back', 'not reached']);
      expect(world.at('qa').deployed?.main).toBe(sha('before'));
      expect(world.at('qa').renders.at(-1)).toMatchObject({ operation: 'rollback', main: sha('before') });
    });
  });

  it('rolls back by itself under onFailure: rollback, on positive evidence only', async () => {
    const world = broken({ onFailure: 'rollback' });
    world.at('qa').unhealthyAt = commit;
    await promoteOnDevServer(world, async ({ result }) => {
      const { state, environments } = await result();
      expect(state).toBe('rolled back');
      expect(environments[1]).toMatchObject({
        state: 'rolled back',
        message: expect.stringContaining('asked by Fairlead'),
      });
      await eventually(() => world.at('qa').record.slice(-2)).toMatchObject([
        { event: 'rolled back', main: sha('before'), by: 'Fairlead', clusters: { total: 2, healthy: 2 } },
        { event: 'held', by: 'Fairlead' },
      ]);
    });
    const careful = broken({ onFailure: 'rollback' });
    careful.at('qa').mayRollBack = false;
    await promoteOnDevServer(careful, async ({ reaches, decide, result }) => {
      await reaches('qa', 'needs attention');
      await decide('abort', { environment: 'qa', reason: 'leave it' });
      expect((await result()).state).toBe('aborted');
      expect(careful.at('qa').renders.every(({ operation }) => operation === 'promotion')).toBe(true);
    });
  });

  it('can be aborted: what is merged stays, nothing further starts', async () => {
    const world = broken();
    await promoteOnDevServer(world, async ({ reaches, decide, result }) => {
      await reaches('qa', 'needs attention');
      await decide('abort', { environment: 'qa', reason: 'no time' });
      const { state, environments } = await result();
      expect(state).toBe('aborted');
      expect(environments.map((e) => e.state)).toEqual(['promoted', 'aborted', 'not reached']);
    });
  });
});

describe('An environment whose render fails', () => {
  it('says the error, and a retry renders again', async () => {
    const world = new World([['dev']]);
    world.at('dev').nextRender = new Error('west-us/apps/shop: no such patch');
    await promoteOnDevServer(world, async ({ reaches, decide, result }) => {
      expect((await reaches('dev', 'needs attention')).message).toContain(
        'west-us/apps/shop: no such patch. When it is mended: fairlead retry ',
      );
      expect(await decide('accept', { environment: 'dev', reason: 'x', clusters: ['dev-1'] })).toContain(
        'no clusters to accept',
      );
      await decide('retry', { environment: 'dev' });
      expect((await result()).state).toBe('promoted');
    });
  });
});

describe('A rollback of a finished environment', () => {
  it('takes it back and ends the promotion where it waits', async () => {
    const world = approval();
    await promoteOnDevServer(world, async ({ reaches, decide, result }) => {
      await reaches('prod', 'awaiting approval');
      await decide('rollback', { environment: 'dev', reason: 'it leaks' });
      const { state, environments } = await result();
      expect(state).toBe('rolled back');
      expect(environments.map((e) => e.state)).toEqual(['rolled back', 'aborted']);
      expect(world.at('prod').requests.map((each) => each.state)).toEqual(['closed']);
      expect(world.at('dev').deployed?.main).toBe(sha('before'));
    });
  });

  it('is refused where nothing was deployed before', async () => {
    const world = approval();
    world.at('dev').deployed = undefined;
    await promoteOnDevServer(world, async ({ reaches, decide, result }) => {
      await reaches('prod', 'awaiting approval');
      expect(await decide('rollback', { environment: 'dev', reason: 'x' })).toContain(
        'nothing was deployed in dev before',
      );
      await decide('abort', { reason: 'done' });
      expect((await result()).state).toBe('aborted');
    });
  });
});

describe('Cancelling the workflow in the Temporal UI', () => {
  it('is an abort: it closes its own request, says why, and starts nothing further', async () => {
    const world = new World([['us', 'eu'], ['rest']], { us: { merge: 'manual' }, eu: { merge: 'manual' } });
    await promoteOnDevServer(world, async ({ reaches, handle, status, result }) => {
      await Promise.all([reaches('us', 'pull request open'), reaches('eu', 'pull request open')]);
      await handle.cancel();
      await expect(result()).rejects.toThrow();
      expect((await handle.describe()).status.name).toBe('CANCELLED');
      for (const name of ['us', 'eu'])
        expect(world.at(name).requests[0]).toMatchObject({
          state: 'closed',
          comment: expect.stringContaining('the workflow was cancelled'),
        });
      expect((await status()).environments.map((e) => e.state)).toEqual(['aborted', 'aborted', 'not reached']);
    });
  });
});
