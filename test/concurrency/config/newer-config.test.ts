import { describe, expect, it } from 'vitest';
import { shortSha } from '../../../src/short-names.ts';
import { answersTaken } from '../../workflows/support/answers-taken.ts';
import { deployments, runConcurrently } from '../../workflows/support/concurrency.ts';
import { eventually } from '../../workflows/support/eventually.ts';
import { failed, sha, unreachable, World } from '../../workflows/support/world.ts';

describe.each(deployments)('A newer config commit, $workers', ({ deployed }) => {
  it('goes into the request that is open', async () => {
    const world = new World([['dev']], { dev: { merge: 'approval' } });
    const dev = world.at('dev');
    const first = dev.commitConfig();
    await runConcurrently(
      world,
      async ({ configure, middle }) => {
        const change = await configure('dev', first);
        const before = await change.reaches('dev', 'awaiting approval');
        await middle();
        const second = dev.commitConfig();
        await configure('dev', second);
        await eventually(() => dev.open?.revision.config).toBe(second);
        await eventually(async () => (await change.environment('dev')).request?.head).not.toBe(before.request?.head);
        expect(await change.status()).toMatchObject({ commit: second, kind: 'config change' });
        const { request } = await change.reaches('dev', 'awaiting approval');
        await change.decide('approve', { environment: 'dev', head: request?.head });
        expect((await change.result()).state).toBe('configured');
        expect(dev.story).toEqual(['config change merged']);
        expect(dev.deployed).toEqual({ main: sha('before'), config: second });
      },
      deployed,
    );
  });

  it('has its own round when the request is merged already', async () => {
    const world = new World([['dev']], { dev: { merge: 'manual' } });
    const dev = world.at('dev');
    const first = dev.commitConfig();
    await runConcurrently(
      world,
      async ({ configure, middle }) => {
        dev.unhealthy = [unreachable('dev-1')];
        const change = await configure('dev', first);
        await change.reaches('dev', 'pull request open');
        dev.mergeByHand('bob');
        await change.reaches('dev', 'rolling out');
        await middle();
        const second = dev.commitConfig();
        await configure('dev', second);
        expect(await change.environment('dev')).toMatchObject({ state: 'rolling out', config: first });
        dev.unhealthy = [];
        await eventually(() => dev.story).toEqual(['config change merged', 'config change open']);
        dev.mergeByHand('bob');
        expect(await change.result()).toMatchObject({ state: 'configured', environments: [{ config: second }] });
        expect(dev.record.map(({ event, config }) => [event, config])).toEqual([
          ['deployed', first],
          ['configured', first],
          ['deployed', second],
          ['configured', second],
        ]);
      },
      deployed,
    );
  });
});

describe('A newer config commit', () => {
  it('takes the place of one that needs a person: it may be the remedy', async () => {
    const world = new World([['dev']]);
    const dev = world.at('dev');
    dev.unhealthy = [failed('dev-1')];
    const first = dev.commitConfig();
    await runConcurrently(world, async ({ configure }) => {
      const change = await configure('dev', first);
      await change.reaches('dev', 'needs attention');
      dev.unhealthy = [];
      const second = dev.commitConfig();
      await configure('dev', second);
      expect(await change.result()).toMatchObject({ state: 'configured', environments: [{ config: second }] });
      expect(dev.story).toEqual(['config change merged', 'config change merged']);
    });
  });

  it('is what is rendered when it comes while the environment is held', async () => {
    const world = new World([['dev']]);
    const dev = world.at('dev');
    const first = dev.commitConfig();
    await runConcurrently(world, async ({ configure, lane }) => {
      await lane('dev').hold({ config: true });
      const change = await configure('dev', first);
      await change.reaches('dev', 'held');
      const second = dev.commitConfig();
      await configure('dev', second);
      await eventually(async () => (await change.status()).commit).toBe(second);
      await lane('dev').resume();
      expect((await change.result()).state).toBe('configured');
      expect(dev.renders.map(({ config }) => config)).toEqual([second]);
    });
  });

  it('is not begun when a person aborts what runs', async () => {
    const world = new World([['dev']]);
    const dev = world.at('dev');
    dev.unhealthy = [unreachable('dev-1')];
    const first = dev.commitConfig();
    await runConcurrently(world, async ({ configure }) => {
      const change = await configure('dev', first);
      await change.reaches('dev', 'rolling out');
      await configure('dev', dev.commitConfig());
      await eventually(() => answersTaken(change.handle, 'readConfig')).toBe(2);
      await change.decide('abort', { environment: 'dev', reason: 'enough' });
      expect((await change.result()).state).toBe('aborted');
      expect(dev.renders.map(({ config }) => config)).toEqual([first]);
    });
  });
});

describe('A config change that was taken back while it rolled out', () => {
  it('is not proposed again by itself', async () => {
    const world = new World([['dev']]);
    const dev = world.at('dev');
    dev.unhealthy = [unreachable('dev-1')];
    await runConcurrently(world, async ({ configure }) => {
      const change = await configure('dev', dev.commitConfig());
      await change.reaches('dev', 'rolling out');
      dev.nextReport = { kind: 'config reverted', deployed: sha('config') };
      expect((await change.reaches('dev', 'needs attention')).message).toContain(
        `somebody else took dev back to config ${shortSha(sha('config'))}. Retry to propose today's again, or abort.`,
      );
      expect(dev.story).toEqual(['config change merged']);
    });
  });
});

describe('An unchanged promotion whose record became void', () => {
  it('is rendered again', async () => {
    const world = new World([['dev']]);
    const [m1 = ''] = world.commitMains(1);
    const dev = world.at('dev');
    dev.alike.add(m1);
    dev.nextReport = { kind: 'forgotten' };
    await runConcurrently(world, async ({ promote }) => {
      expect((await (await promote(m1)).result()).state).toBe('promoted');
      expect(dev.renders).toHaveLength(2);
    });
  });
});
