import { describe, expect, it } from 'vitest';
import { runConcurrently } from '../workflows/support/concurrency.ts';
import { eventually } from '../workflows/support/eventually.ts';
import { leftBehind } from '../workflows/support/fake-environment.ts';
import { testOperation } from '../workflows/support/operation.ts';
import { continuesAsNew, short } from '../workflows/support/renewal.ts';
import { unreachable, World } from '../workflows/support/world.ts';

const eventsOf = (world: World, name: string) => world.at(name).record.map(({ event }) => event);

describe('A promotion that continues as new while it waits for its turn', () => {
  it('keeps its place, and the approval that was given beside it, also where the lane continues as new', async () => {
    const world = new World([['us', 'eu']], { us: { merge: 'approval' } });
    world.lanes = { historyLimit: 8 };
    const [m1 = '', m2 = ''] = world.commitMains(2);
    world.at('eu').unhealthy = [unreachable('eu-1')];
    world.at('us').checksRun = true;
    await runConcurrently(world, async ({ promote, lane, test: { client } }) => {
      const older = await promote(m1);
      await older.reaches('eu', 'rolling out');
      const newer = await promote(m2, short);
      const { request } = await newer.reaches('us', 'awaiting approval');
      await newer.decide('approve', { environment: 'us', head: request?.head });
      const [queued, approved] = [await newer.reaches('eu', 'queued'), await newer.environment('us')];
      expect(approved).toMatchObject({ state: 'pull request open', approval: { by: 'ann', head: request?.head } });
      await continuesAsNew(client, newer.handle, 3);
      expect(await newer.environment('eu')).toEqual(queued);
      expect(await newer.environment('us')).toEqual(approved);
      expect(await lane('eu').waiting(1)).toEqual([m2]);
      expect((await lane('eu').status()).current).toMatchObject({ main: m1 });
      expect(world.at('eu').renders.map(({ main }) => main)).toEqual([m1]);
      world.at('us').checksRun = false;
      await newer.reaches('us', 'promoted');
      await continuesAsNew(client, newer.handle, 1);
      world.at('eu').unhealthy = [];
      expect((await older.result()).environments.map(({ state }) => state)).toEqual(['superseded', 'promoted']);
      expect((await newer.result()).environments.map(({ state }) => state)).toEqual(['promoted', 'promoted']);
      expect(world.at('us').renders.map(({ main }) => main)).toEqual([m1, m2]);
      expect(world.at('eu').story).toEqual(['promotion merged', 'promotion merged']);
      expect(eventsOf(world, 'eu')).toEqual(['deployed', 'promoted', 'deployed', 'promoted']);
      await lane('eu').isEmpty();
    });
  });

  it('gives way to a newer one, and lets in who comes after it', async () => {
    const world = new World([['dev']]);
    const [m1 = '', m2 = '', m3 = ''] = world.commitMains(3);
    world.at('dev').unhealthy = [unreachable('dev-1')];
    await runConcurrently(world, async ({ promote, lane, test: { client } }) => {
      const first = await promote(m1);
      await first.reaches('dev', 'rolling out');
      const between = await promote(m2, short);
      await between.reaches('dev', 'queued');
      await continuesAsNew(client, between.handle);
      const newest = await promote(m3, short);
      expect((await between.result()).state).toBe('superseded');
      await newest.reaches('dev', 'queued');
      await continuesAsNew(client, newest.handle);
      world.at('dev').unhealthy = [];
      expect((await first.result()).state).toBe('promoted');
      expect((await newest.result()).state).toBe('promoted');
      expect(world.at('dev').renders.map(({ main }) => main)).toEqual([m1, m3]);
      await lane('dev').isEmpty();
    });
  });

  it('is aborted as before, and leaves its place', async () => {
    const world = new World([['dev']]);
    const [m1 = '', m2 = ''] = world.commitMains(2);
    world.at('dev').unhealthy = [unreachable('dev-1')];
    await runConcurrently(world, async ({ promote, lane, test: { client } }) => {
      const first = await promote(m1);
      await first.reaches('dev', 'rolling out');
      const waiting = await promote(m2, short);
      await waiting.reaches('dev', 'queued');
      await continuesAsNew(client, waiting.handle);
      await waiting.decide('abort', { reason: 'it was something else' });
      expect((await waiting.result()).state).toBe('aborted');
      await lane('dev').waiting(0);
      world.at('dev').unhealthy = [];
      expect((await first.result()).state).toBe('promoted');
      expect(world.at('dev').deployed?.main).toBe(m1);
      await lane('dev').isEmpty();
    });
  });
});

describe('A config change that continues as new while it waits', () => {
  it('for the end of a hold takes a newer commit meanwhile, and proposes that alone', async () => {
    const world = new World([['dev']]);
    const dev = world.at('dev');
    await runConcurrently(world, async ({ configure, lane, test: { client } }) => {
      await lane('dev').hold({ config: true });
      const change = await configure('dev', dev.commitConfig(), short);
      await change.reaches('dev', 'held');
      await continuesAsNew(client, change.handle);
      const newer = dev.commitConfig();
      await configure('dev', newer);
      const latest = testOperation(client.workflow.getHandle(change.handle.workflowId));
      await eventually(async () => (await latest.status()).commit).toBe(newer);
      await continuesAsNew(client, change.handle);
      expect(await latest.reaches('dev', 'held')).toMatchObject({ message: expect.stringContaining('load test') });
      expect(dev.story).toEqual([]);
      await lane('dev').resume();
      expect(await latest.result()).toMatchObject({ state: 'configured', environments: [{ config: newer }] });
      expect(dev.story).toEqual(['config change merged']);
      expect(eventsOf(world, 'dev')).toEqual(['held', 'resumed', 'deployed', 'configured']);
      await lane('dev').isEmpty();
    });
  });

  it('for an open request of somebody else sees its end', async () => {
    const world = new World([['dev']]);
    const dev = world.at('dev');
    const config = dev.commitConfig();
    dev.alike.add(config);
    const request = leftBehind(dev);
    await runConcurrently(world, async ({ configure, test: { client } }) => {
      const change = await configure('dev', config, short);
      const waits = { state: 'queued', message: `hannah pushed to ${request.branch}` };
      await eventually(() => change.environment('dev')).toMatchObject(waits);
      await continuesAsNew(client, change.handle);
      await eventually(() => change.environment('dev')).toMatchObject(waits);
      request.state = 'closed';
      expect((await change.result()).state).toBe('unchanged');
      expect(dev.record.map(({ event, config: which }) => [event, which])).toEqual([['deployed', config]]);
    });
  });

  it('for its clusters goes on with the commit that came meanwhile', async () => {
    const world = new World([['dev']], { dev: { merge: 'approval' } });
    const dev = world.at('dev');
    const first = dev.commitConfig();
    dev.unhealthy = [unreachable('dev-1')];
    await runConcurrently(world, async ({ configure, test: { client } }) => {
      const change = await configure('dev', first, short);
      const latest = testOperation(client.workflow.getHandle(change.handle.workflowId));
      const approve = async () => {
        const { request } = await latest.reaches('dev', 'awaiting approval');
        await latest.decide('approve', { environment: 'dev', head: request?.head });
      };
      await approve();
      await latest.reaches('dev', 'rolling out');
      const next = dev.commitConfig();
      await configure('dev', next);
      await continuesAsNew(client, change.handle);
      expect((await latest.reaches('dev', 'rolling out')).config).toBe(first);
      dev.unhealthy = [];
      await eventually(async () => (await latest.status()).commit).toBe(next);
      await approve();
      expect(await latest.result()).toMatchObject({ state: 'configured', environments: [{ config: next }] });
      expect(dev.story).toEqual(['config change merged', 'config change merged']);
    });
  });
});
