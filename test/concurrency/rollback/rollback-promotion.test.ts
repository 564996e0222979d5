import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { shortSha } from '../../../src/short-names.ts';
import { deployments, runConcurrently } from '../../workflows/support/concurrency.ts';
import { eventually } from '../../workflows/support/eventually.ts';
import { continuesAsNew, short } from '../../workflows/support/renewal.ts';
import { failed, sha, World } from '../../workflows/support/world.ts';

const before = sha('before');

describe.each(deployments)('Taking back all that a promotion reached, $workers', ({ deployed }) => {
  it('goes from the last environment to the first, and holds each', async () => {
    const world = new World([['dev'], ['qa'], ['prod']], { qa: { merge: 'manual' } });
    const [m1 = ''] = world.commitMains(1);
    for (const name of ['dev', 'qa']) world.at(name).has(m1);
    await runConcurrently(
      world,
      async ({ takeBack, lane, middle }) => {
        const operation = await takeBack(m1);
        await eventually(() => world.at('qa').story).toEqual(['rollback open']);
        expect(world.at('dev').renders).toEqual([]);
        await middle();
        world.at('qa').mergeByHand('bob');
        const { state, environments } = await operation.result();
        expect(state).toBe('rolled back');
        expect(environments.map((e) => [e.environment, e.state])).toEqual([
          ['qa', 'rolled back'],
          ['dev', 'rolled back'],
        ]);
        for (const name of ['qa', 'dev']) {
          expect(world.at(name).deployed?.main).toBe(before);
          await eventually(async () => (await lane(name).status()).hold).toMatchObject({
            reason: 'rolled back: checkout fails',
          });
        }
        expect(world.at('prod').renders).toEqual([]);
      },
      deployed,
    );
  });
});

describe('Taking back all that a promotion reached', () => {
  it('stops at the first that cannot go back', async () => {
    const world = new World([['dev'], ['qa']]);
    const [m1 = ''] = world.commitMains(1);
    for (const name of ['dev', 'qa']) world.at(name).has(m1);
    world.at('qa').before = undefined;
    await runConcurrently(world, async ({ takeBack }) => {
      const { state, environments } = await (await takeBack(m1)).result();
      expect(state).toBe('aborted');
      expect(environments.map((e) => e.state)).toEqual(['aborted', 'not reached']);
      expect(environments[0]?.message).toContain('nothing was recorded healthy in qa before');
      expect(world.at('dev').deployed?.main).toBe(m1);
    });
  });

  it('asks a person where it cannot be seen how a rollback goes on, and goes on when that is mended', async () => {
    const world = new World([['dev'], ['qa']], { qa: { merge: 'manual' } });
    const [m1 = ''] = world.commitMains(1);
    for (const name of ['dev', 'qa']) world.at(name).has(m1);
    const { awaitRollback } = world;
    let isBroken = true;
    world.awaitRollback = async (ref) => {
      if (isBroken) throw ApplicationFailure.nonRetryable('Temporal refuses the question', 'InvalidInput');
      return awaitRollback(ref);
    };
    await runConcurrently(world, async ({ takeBack, test }) => {
      const { reaches, decide, handle, result } = await takeBack(m1, short);
      const { message } = await reaches('qa', 'needs attention');
      expect(message).toMatch(
        /cannot be seen how rollback\/.* goes on: Temporal refuses the question\. When it is mended: /,
      );
      await continuesAsNew(test.client, handle, 1);
      expect((await reaches('qa', 'needs attention')).message).toBe(message);
      isBroken = false;
      expect(await decide('retry', { environment: 'qa' })).toBe('qa is tried again');
      await reaches('qa', 'rolling back');
      world.at('qa').mergeByHand('bob');
      expect((await result()).state).toBe('rolled back');
      expect(world.at('qa').renders).toHaveLength(1);
    });
  });

  it('is ended by an abort where it cannot be seen how a rollback goes on', async () => {
    const world = new World([['dev']], { dev: { merge: 'manual' } });
    const [m1 = ''] = world.commitMains(1);
    world.at('dev').has(m1);
    world.awaitRollback = async () => {
      throw ApplicationFailure.nonRetryable('Temporal refuses the question', 'InvalidInput');
    };
    await runConcurrently(world, async ({ takeBack }) => {
      const { reaches, decide, result } = await takeBack(m1);
      await eventually(() => world.at('dev').story).toEqual(['rollback open']);
      await reaches('dev', 'needs attention');
      await decide('abort', { environment: 'dev', reason: 'seen enough' });
      expect(await result()).toMatchObject({ state: 'aborted', message: 'dev aborted: ann (as given): seen enough' });
      await eventually(() => world.at('dev').story).toContain('rollback closed');
    });
  });

  it('says so where it cannot be seen any more whether it is deployed elsewhere', async () => {
    const world = new World([['dev']]);
    const [m1 = ''] = world.commitMains(1);
    world.at('dev').has(m1);
    const { reachedBy } = world;
    world.reachedBy = async (ref) => {
      if (world.at('dev').deployed?.main === before)
        throw ApplicationFailure.nonRetryable('no such branch', 'NotFound');
      return reachedBy(ref);
    };
    await runConcurrently(world, async ({ takeBack }) => {
      const { state, message } = await (await takeBack(m1)).result();
      expect(state).toBe('rolled back');
      expect(message).toContain('it could not be seen whether it is deployed elsewhere: no such branch');
    });
  });

  it('says so where it is deployed nowhere any more', async () => {
    const world = new World([['dev']]);
    const [m1 = ''] = world.commitMains(1);
    await runConcurrently(world, async ({ takeBack }) => {
      expect(await (await takeBack(m1)).result()).toMatchObject({
        state: 'unchanged',
        message: `main ${shortSha(m1)} is deployed in no environment any more`,
      });
    });
  });

  it('refuses where newer commits contain it, and names them', async () => {
    const world = new World([['dev'], ['qa']]);
    const [m1 = '', m2 = ''] = world.commitMains(2);
    world.at('qa').has(m2);
    await runConcurrently(world, async ({ takeBack }) => {
      const message = `main ${shortSha(m1)} is deployed in no environment any more, but qa has main ${shortSha(m2)}, which contains it. Take that back instead.`;
      await expect((await takeBack(m1)).result()).rejects.toMatchObject({ cause: { type: 'Refused', message } });
    });
  });

  it('leaves alone, and names, where a newer commit contains it, also one that came meanwhile', async () => {
    const world = new World([['dev'], ['qa'], ['prod']], { prod: { merge: 'manual' } });
    const [m1 = '', m2 = ''] = world.commitMains(2);
    for (const name of ['dev', 'prod']) world.at(name).has(m1);
    world.at('qa').has(m2);
    await runConcurrently(world, async ({ takeBack }) => {
      const operation = await takeBack(m1);
      await eventually(() => world.at('prod').story).toEqual(['rollback open']);
      world.at('dev').has(m2);
      world.at('prod').mergeByHand('bob');
      const { state, message, environments } = await operation.result();
      expect(state).toBe('rolled back');
      expect(environments.map((e) => [e.environment, e.state])).toEqual([
        ['prod', 'rolled back'],
        ['dev', 'unchanged'],
      ]);
      expect(message).toContain(
        `dev has main ${shortSha(m2)}, and not ${shortSha(m1)} any more: nothing was taken back`,
      );
      expect(message).toContain(`qa has main ${shortSha(m2)}, which contains it`);
      expect(world.at('dev').renders).toEqual([]);
    });
  });

  it('withdraws what the promotion has open elsewhere, or takes that back, too, where it was merged a moment before', async () => {
    const world = new World([['us', 'eu', 'asia']], { eu: { merge: 'manual' }, asia: { merge: 'manual' } });
    const [m1 = ''] = world.commitMains(1);
    const asia = world.at('asia');
    asia.beforeClose = () => {
      asia.policy = { ...asia.policy, merge: 'auto' };
      asia.mergeByHand('bob');
    };
    await runConcurrently(world, async ({ promote, takeBack }) => {
      const promotion = await promote(m1);
      await Promise.all([
        promotion.reaches('us', 'promoted'),
        promotion.reaches('eu', 'pull request open'),
        promotion.reaches('asia', 'pull request open'),
      ]);
      const { state, environments } = await (await takeBack(m1)).result();
      expect(state).toBe('rolled back');
      expect(environments.map((e) => e.environment)).toEqual(['asia', 'us']);
      expect(world.at('eu').story).toEqual(['promotion closed']);
      expect(asia.deployed?.main).toBe(before);
      expect((await promotion.result()).state).toBe('rolled back');
    });
  });

  it('is ended by an abort: the rollback under way closes its request, and none further begins', async () => {
    const world = new World([['dev'], ['qa']], { qa: { merge: 'manual' } });
    const [m1 = ''] = world.commitMains(1);
    for (const name of ['dev', 'qa']) world.at(name).has(m1);
    await runConcurrently(world, async ({ takeBack }) => {
      const operation = await takeBack(m1);
      await eventually(() => world.at('qa').story).toEqual(['rollback open']);
      await operation.decide('abort', { reason: 'not that one' });
      const { state, environments } = await operation.result();
      expect(state).toBe('aborted');
      expect(environments.map((e) => [e.environment, e.state])).toEqual([
        ['qa', 'aborted'],
        ['dev', 'aborted'],
      ]);
      expect(world.at('qa').story).toEqual(['rollback closed']);
      expect(world.at('dev').renders).toEqual([]);
    });
  });

  it('keeps the promotion from proposing again what it was about to', async () => {
    const world = new World([['dev']]);
    const [m1 = ''] = world.commitMains(1);
    const dev = world.at('dev');
    dev.unhealthy = [failed('dev-1')];
    const { clearRequests, awaitWithdrawn } = world;
    const seen = { clearing: false, told: false };
    world.clearRequests = async (order) => {
      if (dev.requests.length === 1) {
        seen.clearing = true;
        while (!seen.told) await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return clearRequests(order);
    };
    world.awaitWithdrawn = (order) => {
      seen.told = true;
      return awaitWithdrawn(order);
    };
    await runConcurrently(world, async ({ promote, takeBack }) => {
      const promotion = await promote(m1);
      await promotion.reaches('dev', 'needs attention');
      dev.commitConfig();
      await promotion.decide('retry', { environment: 'dev' });
      await eventually(() => seen.clearing).toBe(true);
      dev.unhealthy = [];
      const operation = await takeBack(m1);
      expect((await promotion.result()).state).not.toBe('promoted');
      expect((await operation.result()).state).toBe('rolled back');
      expect(dev.story).toEqual(['promotion merged', 'rollback merged']);
    });
  });

  it('ends the promotion that still runs', async () => {
    const world = new World([['dev'], ['qa']], { qa: { merge: 'approval' } });
    const [m1 = ''] = world.commitMains(1);
    await runConcurrently(world, async ({ promote, takeBack }) => {
      const promotion = await promote(m1);
      await promotion.reaches('qa', 'awaiting approval');
      const operation = await takeBack(m1);
      expect((await promotion.result()).environments.map((e) => e.state)).toEqual(['rolled back', 'aborted']);
      expect((await operation.result()).state).toBe('rolled back');
      expect(world.at('qa').story).toEqual(['promotion closed']);
    });
  });
});
