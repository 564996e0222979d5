import { describe, expect, it } from 'vitest';
import { shortSha } from '../../../src/short-names.ts';
import { runConcurrently } from '../../workflows/support/concurrency.ts';
import { eventually } from '../../workflows/support/eventually.ts';
import { leftBehind } from '../../workflows/support/fake-environment.ts';
import { failed, sha, World } from '../../workflows/support/world.ts';

describe('A config commit', () => {
  it('is rendered with the main commit that is deployed, verified and recorded', async () => {
    const world = new World([['dev'], ['qa']]);
    const dev = world.at('dev');
    const config = dev.commitConfig();
    await runConcurrently(world, async ({ configure, lane }) => {
      const change = await configure('dev', config);
      expect(await change.result()).toMatchObject({
        state: 'configured',
        message: 'dev configured: healthy on every cluster',
      });
      expect(dev.renders).toMatchObject([{ operation: 'config change', main: sha('before'), config }]);
      expect(dev.record).toMatchObject([
        { event: 'deployed', operation: 'config change', main: sha('before'), config, request: 1 },
        { event: 'configured', main: sha('before'), config, request: 1, clusters: { total: 2, healthy: 2 } },
      ]);
      expect(world.at('qa').renders).toEqual([]);
      await lane('dev').isEmpty();
    });
  });

  it('waits for the first promotion where nothing is promoted yet', async () => {
    const world = new World([['dev']]);
    world.at('dev').deployed = undefined;
    await runConcurrently(world, async ({ configure }) => {
      const { state, message } = await (await configure('dev', world.at('dev').commitConfig())).result();
      expect(state).toBe('nothing promoted yet');
      expect(message).toContain('these values take effect with the first promotion');
      expect(world.at('dev').record).toEqual([]);
    });
  });

  it('that changes no manifest is recorded and ends at once', async () => {
    const world = new World([['dev']]);
    const dev = world.at('dev');
    const config = dev.commitConfig();
    dev.alike.add(config);
    dev.unhealthy = [failed('dev-1')];
    await runConcurrently(world, async ({ configure }) => {
      const { state, message } = await (await configure('dev', config)).result();
      expect(state).toBe('unchanged');
      expect(message).toContain(`main ${shortSha(sha('before'))} is the same with config ${shortSha(config)}`);
      expect(dev.requests).toEqual([]);
      expect(dev.record.map(({ event, config: which }) => [event, which])).toEqual([['deployed', config]]);
    });
  });

  it('that changes no manifest says which open request it waits for, and goes on when that is closed', async () => {
    const world = new World([['dev']]);
    const dev = world.at('dev');
    const config = dev.commitConfig();
    dev.alike.add(config);
    const request = leftBehind(dev);
    await runConcurrently(world, async ({ configure }) => {
      const change = await configure('dev', config);
      const words = { state: 'queued', message: `hannah pushed to ${request.branch}` };
      await eventually(() => change.environment('dev')).toMatchObject(words);
      request.state = 'closed';
      expect((await change.result()).state).toBe('unchanged');
      expect(dev.record.map(({ event, config: which }) => [event, which])).toEqual([['deployed', config]]);
    });
  });

  it('that waits for an open request gives way to a newer one', async () => {
    const world = new World([['dev']]);
    const dev = world.at('dev');
    const config = dev.commitConfig();
    dev.alike.add(config);
    leftBehind(dev);
    await runConcurrently(world, async ({ configure }) => {
      const change = await configure('dev', config);
      await eventually(async () => (await change.environment('dev')).message).toContain('hannah pushed to');
      const newer = dev.commitConfig();
      await configure('dev', newer);
      expect((await change.result()).state).toBe('configured');
      expect(dev.story.at(-1)).toBe('config change merged');
      expect(dev.deployed?.config).toBe(newer);
    });
  });

  it('that is not on the branch fails, with the reason', async () => {
    await runConcurrently(new World([['dev']]), async ({ configure }) => {
      const change = await configure('dev', sha('elsewhere'));
      await expect(change.result()).rejects.toMatchObject({
        cause: { cause: { type: 'InvalidInput', message: expect.stringContaining('is not on branch dev') } },
      });
    });
  });

  it('that is not on the branch is refused while another runs, and disturbs nothing', async () => {
    const world = new World([['dev']], { dev: { merge: 'manual' } });
    const dev = world.at('dev');
    await runConcurrently(world, async ({ configure }) => {
      const change = await configure('dev', dev.commitConfig());
      const { request } = await change.reaches('dev', 'pull request open');
      await configure('dev', sha('elsewhere'));
      await change.handle.signal('configure', { commit: 'main' });
      await eventually(async () => (await change.status()).refusals.map(({ reason }) => reason).toSorted()).toEqual([
        expect.stringContaining(`${sha('elsewhere')} is not on branch dev`),
        expect.stringContaining('expected an object such as'),
      ]);
      expect((await change.environment('dev')).request).toEqual(request);
      expect(dev.renders).toHaveLength(1);
      dev.mergeByHand('bob');
      expect((await change.result()).state).toBe('configured');
    });
  });

  it('applied twice is one', async () => {
    const world = new World([['dev']], { dev: { merge: 'manual' } });
    const dev = world.at('dev');
    const config = dev.commitConfig();
    await runConcurrently(world, async ({ configure }) => {
      const change = await configure('dev', config);
      await change.reaches('dev', 'pull request open');
      await configure('dev', config);
      dev.mergeByHand('bob');
      expect(await change.result()).toMatchObject({ state: 'configured', environments: [{ mergedBy: 'bob' }] });
      expect(dev.story).toEqual(['config change merged']);
    });
  });

  it('needs a person when it is unhealthy, who retries or accepts', async () => {
    const world = new World([['dev']]);
    const dev = world.at('dev');
    dev.unhealthy = [failed('dev-1')];
    await runConcurrently(world, async ({ configure, lane }) => {
      const change = await configure('dev', dev.commitConfig());
      await change.reaches('dev', 'needs attention');
      expect(await change.decide('rollback', { environment: 'dev', reason: 'x' })).toContain(
        'revert the commit on the',
      );
      await change.decide('retry', { environment: 'dev' });
      await eventually(() => dev.renders.length).toBe(2);
      await change.reaches('dev', 'needs attention');
      await change.decide('accept', { environment: 'dev', reason: 'known', clusters: ['dev-1'] });
      expect((await change.result()).state).toBe('accepted');
      expect(dev.record.at(-1)).toMatchObject({
        event: 'accepted',
        by: 'ann',
        reason: 'known',
        operation: 'config change',
      });
      await lane('dev').isEmpty();
    });
  });

  it('that a person rejects closes its request', async () => {
    const world = new World([['dev']], { dev: { merge: 'approval' } });
    const dev = world.at('dev');
    await runConcurrently(world, async ({ configure }) => {
      const change = await configure('dev', dev.commitConfig());
      await change.reaches('dev', 'awaiting approval');
      await change.decide('reject', { environment: 'dev', reason: 'too many replicas' });
      expect((await change.result()).state).toBe('rejected');
      expect(dev.story).toEqual(['config change closed']);
      expect(dev.record).toMatchObject([{ event: 'rejected', reason: expect.stringContaining('too many replicas') }]);
    });
  });
});
