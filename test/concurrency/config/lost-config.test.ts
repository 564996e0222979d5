import { defineSearchAttributeKey } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { searchAttributes } from '../../../src/temporal/attributes/search-attributes.ts';
import { holdStep } from '../../support/gate.ts';
import { answersTaken } from '../../workflows/support/answers-taken.ts';
import { runConcurrently } from '../../workflows/support/concurrency.ts';
import { eventually } from '../../workflows/support/eventually.ts';
import { testOperation } from '../../workflows/support/operation.ts';
import { sha, unreachable, World } from '../../workflows/support/world.ts';

describe('A newer config commit is not lost', () => {
  it('when the first turns out to be none of the branch', async () => {
    const world = new World([['dev']]);
    const dev = world.at('dev');
    const gone = sha('amended, and pushed away');
    const reading = holdStep('readConfig', ({ config }) => config === gone);
    Object.assign(world, reading.steps({ ...world }));
    await runConcurrently(world, async ({ configure }) => {
      const change = await configure('dev', gone);
      await reading.underWay;
      const newer = dev.commitConfig();
      await configure('dev', newer);
      await eventually(() => answersTaken(change.handle, 'readConfig')).toBe(1);
      reading.letGo();
      expect(await change.result()).toMatchObject({ state: 'configured', environments: [{ config: newer }] });
      expect((await change.status()).refusals).toMatchObject([
        { action: 'configure', reason: `${gone} is not on branch dev` },
      ]);
    });
  });

  it('when it comes while an abort is cleaned up after', async () => {
    const world = new World([['dev']], { dev: { merge: 'manual' } });
    const dev = world.at('dev');
    await runConcurrently(world, async ({ configure }) => {
      const change = await configure('dev', dev.commitConfig());
      await change.reaches('dev', 'pull request open');
      const newer = sha('newer');
      dev.beforeClose = async () => {
        dev.configs.push(newer);
        await configure('dev', newer);
        await eventually(() => answersTaken(change.handle, 'readConfig')).toBe(2);
      };
      await change.decide('abort', { environment: 'dev', reason: 'not that one' });
      await eventually(() => dev.open?.revision.config).toBe(newer);
      dev.mergeByHand('bob');
      expect((await change.result()).state).toBe('configured');
      expect(dev.story).toEqual(['config change closed', 'config change merged']);
    });
  });

  it('when it is the same once more, asked for while an abort is cleaned up after', async () => {
    const world = new World([['dev']], { dev: { merge: 'manual' } });
    const dev = world.at('dev');
    const config = dev.commitConfig();
    await runConcurrently(world, async ({ configure }) => {
      const change = await configure('dev', config);
      await change.reaches('dev', 'pull request open');
      dev.beforeClose = async () => {
        await configure('dev', config);
        await eventually(() => answersTaken(change.handle, 'readConfig')).toBe(2);
      };
      await change.decide('abort', { environment: 'dev', reason: 'a mistake' });
      await eventually(() => dev.story).toEqual(['config change closed', 'config change open']);
      dev.mergeByHand('bob');
      expect((await change.result()).state).toBe('configured');
      expect(dev.story).toEqual(['config change closed', 'config change merged']);
    });
  });

  it('and what ended before it was found has not ended for those who asked for it', async () => {
    const world = new World([['dev']]);
    const dev = world.at('dev');
    dev.unhealthy = [unreachable('dev-1')];
    const first = dev.commitConfig();
    const reading = holdStep('readConfig', ({ config }) => config !== first);
    Object.assign(world, reading.steps({ ...world }));
    await runConcurrently(world, async ({ configure }) => {
      const change = await configure('dev', first);
      await change.reaches('dev', 'rolling out');
      const second = dev.commitConfig();
      await configure('dev', second);
      await reading.underWay;
      expect((await change.status()).pendingLookups).toBe(1);
      dev.unhealthy = [];
      await change.reaches('dev', 'configured');
      expect((await change.status()).state).toBe('running');
      reading.letGo();
      expect(await change.result()).toMatchObject({ state: 'configured', environments: [{ config: second }] });
    });
  });

  it('but not begun where a person has ended everything before the first was found', async () => {
    const world = new World([['dev']]);
    const dev = world.at('dev');
    const first = dev.commitConfig();
    const reading = holdStep('readConfig', ({ config }) => config === first);
    Object.assign(world, reading.steps({ ...world }));
    await runConcurrently(world, async ({ configure }) => {
      const change = await configure('dev', first);
      await reading.underWay;
      await configure('dev', dev.commitConfig());
      await eventually(() => answersTaken(change.handle, 'readConfig')).toBe(1);
      await change.decide('abort', { reason: 'none of it' });
      reading.letGo();
      expect((await change.result()).state).toBe('aborted');
      expect(dev.requests).toEqual([]);
    });
  });

  it('and one that comes while the workflow is cancelled keeps nothing open', async () => {
    const world = new World([['dev']], { dev: { merge: 'manual' } });
    const dev = world.at('dev');
    const first = dev.commitConfig();
    const reading = holdStep('readConfig', ({ config }) => config !== first);
    Object.assign(world, reading.steps({ ...world }));
    await runConcurrently(world, async ({ configure }) => {
      const change = await configure('dev', first);
      await change.reaches('dev', 'pull request open');
      await configure('dev', dev.commitConfig());
      await reading.underWay;
      dev.beforeClose = reading.letGo;
      await change.handle.cancel();
      await expect(change.result()).rejects.toThrow();
      expect((await change.handle.describe()).status.name).toBe('CANCELLED');
      expect(dev.story).toEqual(['config change closed']);
    });
  });

  it('nor what people see of it: it is found by the commit that it carries, and continues as new between two', async () => {
    const world = new World([['dev']], { dev: { merge: 'manual' } });
    const dev = world.at('dev');
    const first = dev.commitConfig();
    await runConcurrently(world, async ({ configure, test }) => {
      const change = await configure('dev', first, { historyLimit: 60 });
      await change.reaches('dev', 'pull request open');
      dev.unhealthy = [unreachable('dev-1')];
      dev.mergeByHand('bob');
      await change.reaches('dev', 'rolling out');
      const second = dev.commitConfig();
      await configure('dev', second);
      dev.unhealthy = [];
      const next = testOperation(test.client.workflow.getHandle(change.handle.workflowId));
      await eventually(async () => (await next.status()).commit).toBe(second);
      await next.reaches('dev', 'pull request open');
      const { runId, typedSearchAttributes } = await next.handle.describe();
      expect(runId).not.toBe((await change.handle.describe()).runId);
      const { name, type } = searchAttributes.commit;
      expect(typedSearchAttributes.get(defineSearchAttributeKey(name, type))).toBe(second);
      dev.mergeByHand('bob');
      expect(await next.result()).toMatchObject({ state: 'configured', environments: [{ config: second }] });
      expect(dev.story).toEqual(['config change merged', 'config change merged']);
    });
  });

  it('nor is a request forgotten that a promotion opens after its first merge was taken back', async () => {
    const world = new World([['dev']], { dev: { merge: 'manual' } });
    const [m1 = ''] = world.commitMains(1);
    const dev = world.at('dev');
    await runConcurrently(world, async ({ promote, configure }) => {
      const promotion = await promote(m1);
      await promotion.reaches('dev', 'pull request open');
      dev.unhealthy = [unreachable('dev-1')];
      dev.mergeByHand('bob');
      await promotion.reaches('dev', 'rolling out');
      dev.deployed = { main: sha('before'), config: dev.config };
      await promotion.reaches('dev', 'needs attention');
      await promotion.decide('retry', { environment: 'dev' });
      await promotion.reaches('dev', 'pull request open');
      const config = dev.commitConfig();
      dev.alike.add(config);
      expect((await (await configure('dev', config)).result()).state).toBe('unchanged');
      await eventually(() => dev.open?.revision).toEqual({ main: m1, config });
    });
  });
});
