import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { rolledBackSignal } from '../../src/operation/messages.ts';
import { runConcurrently } from '../workflows/support/concurrency.ts';
import { eventually } from '../workflows/support/eventually.ts';
import type { TestOperation } from '../workflows/support/operation.ts';
import { failed, sha, unreachable, World } from '../workflows/support/world.ts';

const never = () => Promise.reject(ApplicationFailure.create({ message: 'no answer', nextRetryDelay: 20 }));
/** Nothing tells whether the server has an update that no worker has taken. */
const untilServerHasIt = 1_000;

describe('A reject', () => {
  it('of what was merged a moment before it could be closed is an abort: it is there, and given up', async () => {
    const world = new World([['dev']], { dev: { merge: 'manual' } });
    const [m1 = ''] = world.commitMains(1);
    const dev = world.at('dev');
    dev.beforeClose = () => dev.mergeByHand('bob');
    await runConcurrently(world, async ({ promote }) => {
      const operation = await promote(m1);
      await operation.reaches('dev', 'pull request open');
      await operation.decide('reject', { environment: 'dev', reason: 'not this one' });
      const { state, message } = await operation.result();
      expect([state, message]).toEqual([
        'aborted',
        expect.stringContaining('had been merged before it could be closed'),
      ]);
      expect(dev.record).toMatchObject([
        { event: 'deployed', by: 'bob' },
        { event: 'given up', by: 'ann' },
      ]);
    });
  });
});

describe('An abort', () => {
  it('of one that waits for its turn leaves the lane, and nobody else alone', async () => {
    const world = new World([['dev'], ['qa']], { dev: { merge: 'manual', whenNewer: 'wait' } });
    const [m1 = '', m2 = ''] = world.commitMains(2);
    await runConcurrently(world, async ({ promote, lane }) => {
      const first = await promote(m1);
      await first.reaches('dev', 'pull request open');
      const waiting = await promote(m2);
      await waiting.reaches('dev', 'queued');
      await waiting.decide('abort', { environment: 'dev', reason: 'not now' });
      expect((await waiting.result()).environments.map((e) => e.state)).toEqual(['aborted', 'not reached']);
      expect(await lane('dev').waiting(0)).toEqual([]);
      expect((await first.environment('dev')).state).toBe('pull request open');
    });
  });

  it('of one that is held leaves the lane', async () => {
    const world = new World([['dev']]);
    const [m1 = ''] = world.commitMains(1);
    await runConcurrently(world, async ({ promote, lane }) => {
      await lane('dev').hold();
      const operation = await promote(m1);
      await operation.reaches('dev', 'held');
      await operation.decide('abort', { reason: 'not now' });
      expect((await operation.result()).state).toBe('aborted');
      await lane('dev').isEmpty();
      expect((await lane('dev').status()).hold).toMatchObject({ reason: 'load test' });
    });
  });

  it('ends a promotion also while its platform cannot be read', async () => {
    const world = new World([['dev']]);
    world.readPlatform = never;
    await runConcurrently(world, async ({ promote }) => {
      const operation = await promote(sha('any'));
      expect(await operation.decide('abort', { reason: 'the source is down' })).toContain('aborted');
      expect(await operation.result()).toMatchObject({
        state: 'aborted',
        message: 'aborted by ann (as given): the source is down',
      });
    });
  });

  it('ends a rollback and a config change also while nothing is known of them', async () => {
    const world = new World([['dev']]);
    world.planRollback = never;
    world.readConfig = never;
    await runConcurrently(world, async ({ rollBack, configure }) => {
      for (const operation of [await rollBack('dev'), await configure('dev', sha('any'))]) {
        expect(await operation.decide('abort', { reason: 'the source is down' })).toContain('aborted');
        expect(await operation.result()).toMatchObject({
          state: 'aborted',
          message: 'aborted by ann (as given): the source is down',
        });
      }
    });
  });
});

describe('An abort that came before the first task of a config change', () => {
  const abort = { by: 'ann', reason: 'too late' };
  it.each<[string, (change: TestOperation) => Promise<void>]>([
    ['as a signal', (change) => change.handle.signal('abort', abort)],
    ['by the command line', async (change) => expect(await change.decide('abort', abort)).toContain('aborted')],
  ])('%s comes behind the commit that began it, and ends it', async (_, send) => {
    const world = new World([['dev']]);
    world.readConfig = never;
    await runConcurrently(world, async ({ configure, test: { worker } }) => {
      await worker.stop();
      const change = await configure('dev', sha('any'));
      const sent = send(change);
      await Promise.race([sent, sleep(untilServerHasIt)]);
      await worker.start();
      await sent;
      expect(await change.result()).toMatchObject({ state: 'aborted', message: 'aborted by ann (as given): too late' });
    });
  });
});

describe('Cancelling in the Temporal UI', () => {
  it('closes the request of a rollback, which leaves no hold', async () => {
    const world = new World([['dev']], { dev: { merge: 'manual' } });
    const [m1 = ''] = world.commitMains(1);
    world.at('dev').has(m1);
    await runConcurrently(world, async ({ rollBack, lane }) => {
      const rollback = await rollBack('dev');
      await rollback.reaches('dev', 'pull request open');
      await rollback.handle.cancel();
      await expect(rollback.result()).rejects.toThrow();
      expect(world.at('dev').story).toEqual(['rollback closed']);
      await lane('dev').isEmpty();
      expect((await lane('dev').status()).hold).toBeUndefined();
    });
  });

  it('closes the request of a config change, and begins no newer one', async () => {
    const world = new World([['dev']], { dev: { merge: 'manual' } });
    const dev = world.at('dev');
    await runConcurrently(world, async ({ configure, lane }) => {
      const change = await configure('dev', dev.commitConfig());
      await change.reaches('dev', 'pull request open');
      await change.handle.cancel();
      await expect(change.result()).rejects.toThrow();
      expect(dev.story).toEqual(['config change closed']);
      await lane('dev').isEmpty();
    });
  });

  it('ends a lane that has not begun yet, too', async () => {
    const world = new World([['dev']]);
    const [m1 = '', m2 = ''] = world.commitMains(2);
    const { announceLane } = world;
    let isAway = true;
    world.announceLane = (order) => (isAway ? never() : announceLane(order));
    await runConcurrently(world, async ({ promote, lane }) => {
      const operation = await promote(m1);
      await eventually(async () => (await operation.environment('dev')).state).toBe('queued');
      await lane('dev').handle.cancel();
      await expect(lane('dev').handle.result()).rejects.toThrow();
      isAway = false;
      expect(await (await promote(m2)).result()).toMatchObject({ state: 'promoted' });
    });
  });

  it('ends a lane, which begins again with the next comer', async () => {
    const world = new World([['dev']]);
    const [m1 = ''] = world.commitMains(1);
    await runConcurrently(world, async ({ promote, lane }) => {
      await lane('dev').hold();
      await eventually(() => world.at('dev').record).toHaveLength(1);
      await lane('dev').handle.cancel();
      await expect(lane('dev').handle.result()).rejects.toThrow();
      const operation = await promote(m1);
      await operation.reaches('dev', 'held');
      await lane('dev').resume();
      expect((await operation.result()).state).toBe('promoted');
    });
  });
});

describe('A promotion', () => {
  it('that is told of a rollback in the moment in which it gets through goes no further, whatever becomes of that', async () => {
    const world = new World([['dev'], ['qa']]);
    const [m1 = ''] = world.commitMains(1);
    world.at('dev').unhealthy = [unreachable('dev-1')];
    await runConcurrently(world, async ({ promote }) => {
      const operation = await promote(m1);
      await operation.reaches('dev', 'rolling out');
      const told = {
        environment: 'dev',
        by: 'ann',
        reason: 'checkout fails',
        rollback: 'rollback/x/dev',
        run: randomUUID(),
      };
      await operation.handle.signal(rolledBackSignal, told);
      world.at('dev').unhealthy = [];
      const { state, environments } = await operation.result();
      expect(environments.map((e) => e.state)).toEqual(['promoted', 'not reached']);
      expect(environments[0]?.message).toBe(
        'healthy on every cluster; rollback/x/dev ended as unknown: it is not known any more',
      );
      expect(state).toBe('aborted');
    });
  });

  it('whose own rollback has nowhere to go says why, and waits for a person', async () => {
    const world = new World([['dev']], { dev: { onFailure: 'rollback' } });
    const [m1 = ''] = world.commitMains(1);
    const dev = world.at('dev');
    dev.unhealthy = [failed('dev-1')];
    dev.neverHealthy = true;
    await runConcurrently(world, async ({ promote, lane }) => {
      const operation = await promote(m1);
      expect((await operation.reaches('dev', 'needs attention')).message).toContain(
        'It was not rolled back: nothing was recorded healthy in dev before',
      );
      await operation.decide('abort', { reason: 'seen enough' });
      expect((await operation.result()).state).toBe('aborted');
      expect((await lane('dev').status()).hold).toBeUndefined();
    });
  });

  it('that could not tell the lane that it came does not go on without its turn', async () => {
    const world = new World([['dev']], { dev: { whenNewer: 'wait', merge: 'manual' } });
    const [m1 = '', m2 = ''] = world.commitMains(2);
    await runConcurrently(world, async ({ promote }) => {
      const first = await promote(m1);
      await first.reaches('dev', 'pull request open');
      world.at('dev').laneIsLost = true;
      const second = await promote(m2);
      await second.reaches('dev', 'needs attention');
      world.at('dev').laneIsLost = false;
      await second.decide('retry', { environment: 'dev' });
      await second.reaches('dev', 'queued');
      world.at('dev').mergeByHand('bob');
      expect((await first.result()).state).toBe('promoted');
      await second.reaches('dev', 'pull request open');
    });
  });
});
