import { ApplicationFailure } from '@temporalio/common';
import { expect, it } from 'vitest';
import type { Activities } from '../../src/activities/contract.ts';
import { createLatch } from '../support/gate.ts';
import { runOnDevServer } from '../support/temporal.ts';
import { commit, startPromotion } from './support/promotion.ts';
import { World } from './support/world.ts';

const others = ['a', 'b', 'c'];

it('Everything else goes on while as many renders wait as a worker has places for steps', async () => {
  const world = new World([['prod', ...others]], { prod: { merge: 'approval' } });
  const { opened: released, open: release } = createLatch();
  const render: Activities['renderEnvironment'] = world.renderEnvironment;
  let waiting = 0;
  world.renderEnvironment = async (order) => {
    if (order.environment === 'prod') return render(order);
    waiting += 1;
    await released;
    return render(order);
  };
  const worker = { maxConcurrentActivityTaskExecutions: others.length };
  await runOnDevServer({ activities: world, worker }, async (test) => {
    const { reaches, decide, result } = await startPromotion(world, test, { commit });
    const { request } = await reaches('prod', 'awaiting approval');
    await expect.poll(() => waiting).toBe(others.length);
    await decide('approve', { environment: 'prod', head: request?.head });
    await reaches('prod', 'promoted');
    expect(world.at('prod').story).toEqual(['promotion merged']);
    release();
    expect((await result()).state).toBe('promoted');
  });
});

it('What is approved is merged while other steps have all places of a worker', async () => {
  const world = new World([['prod', ...others]], { prod: { merge: 'approval' } });
  const { opened: released, open: release } = createLatch();
  const open: Activities['openPullRequest'] = world.openPullRequest;
  let prodWaits = false;
  let waiting = 0;
  world.openPullRequest = async (order) => {
    if (order.environment === 'prod') return open(order);
    if (!prodWaits) throw ApplicationFailure.create({ message: 'not yet', nextRetryDelay: 100 });
    waiting += 1;
    await released;
    return open(order);
  };
  const worker = { maxConcurrentActivityTaskExecutions: others.length };
  await runOnDevServer({ activities: world, worker }, async (test) => {
    const { reaches, decide, result } = await startPromotion(world, test, { commit });
    const { request } = await reaches('prod', 'awaiting approval');
    prodWaits = true;
    await expect.poll(() => waiting, { timeout: 20_000 }).toBe(others.length);
    await decide('approve', { environment: 'prod', head: request?.head });
    await expect.poll(() => world.at('prod').story, { timeout: 20_000 }).toEqual(['promotion merged']);
    release();
    expect((await result()).state).toBe('promoted');
  });
});
