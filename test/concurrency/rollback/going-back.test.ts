import { describe, expect, it } from 'vitest';
import { shortSha } from '../../../src/short-names.ts';
import { runConcurrently } from '../../workflows/support/concurrency.ts';
import { eventually } from '../../workflows/support/eventually.ts';
import { failed, sha, World } from '../../workflows/support/world.ts';

const before = sha('before');

describe('A rollback', () => {
  it('to what is there already says so, and holds nothing', async () => {
    const world = new World([['dev']]);
    await runConcurrently(world, async ({ rollBack, promote }) => {
      expect(await (await rollBack('dev', { to: before })).result()).toMatchObject({
        state: 'unchanged',
        message: `dev unchanged: dev is at main ${shortSha(before)} already`,
      });
      const [m1 = ''] = world.commitMains(1);
      expect((await (await promote(m1)).result()).state).toBe('promoted');
    });
  });

  it('to the very manifests that are there says so, and holds nothing', async () => {
    const world = new World([['dev']]);
    const [m1 = ''] = world.commitMains(1);
    const dev = world.at('dev');
    dev.has(m1);
    dev.alike.add(before);
    await runConcurrently(world, async ({ rollBack, lane }) => {
      const { state, message } = await (await rollBack('dev')).result();
      expect(state).toBe('unchanged');
      expect(message).toContain('gives the very manifests that are there already');
      expect((await lane('dev').status()).hold).toBeUndefined();
    });
  });

  it('that has nowhere to go fails with the reason', async () => {
    await runConcurrently(new World([['dev']]), async ({ rollBack }) => {
      await expect((await rollBack('dev')).result()).rejects.toMatchObject({
        cause: { cause: { type: 'Refused', message: 'nothing was recorded healthy in dev before' } },
      });
    });
  });
});

describe('A rollback of one environment of a stage', () => {
  it('leaves its siblings alone, and keeps the next stage from starting', async () => {
    const world = new World([['us', 'eu'], ['rest']], { eu: { merge: 'approval' } });
    const [m1 = ''] = world.commitMains(1);
    await runConcurrently(world, async ({ promote, rollBack }) => {
      const promotion = await promote(m1);
      const [{ request }] = await Promise.all([
        promotion.reaches('eu', 'awaiting approval'),
        promotion.reaches('us', 'promoted'),
      ]);
      expect((await (await rollBack('us')).result()).state).toBe('rolled back');
      await promotion.reaches('us', 'rolled back');
      expect((await promotion.environment('eu')).state).toBe('awaiting approval');
      await promotion.decide('approve', { environment: 'eu', head: request?.head });
      const { state, environments } = await promotion.result();
      expect(state).toBe('rolled back');
      expect(environments.map((e) => e.state)).toEqual(['rolled back', 'promoted', 'not reached']);
    });
  });
});

describe('What a promotion has merged in a later stage', () => {
  it('is verified still when an earlier one is rolled back, and is not proposed again', async () => {
    const world = new World([['dev'], ['qa']]);
    const [m1 = ''] = world.commitMains(1);
    const qa = world.at('qa');
    qa.unhealthy = [failed('qa-1')];
    await runConcurrently(world, async ({ promote, rollBack }) => {
      const promotion = await promote(m1);
      await promotion.reaches('qa', 'needs attention');
      expect((await (await rollBack('dev')).result()).state).toBe('rolled back');
      expect((await promotion.environment('qa')).state).toBe('needs attention');
      qa.commitConfig();
      await promotion.decide('retry', { environment: 'qa' });
      const { environments } = await promotion.result();
      expect(environments.map((e) => e.state)).toEqual(['rolled back', 'aborted']);
      expect(qa.story).toEqual(['promotion merged']);
      expect(qa.record.at(-1)).toMatchObject({
        event: 'given up',
        reason: expect.stringContaining('dev is rolled back'),
      });
    });
  });
});

describe('An abort of a promotion', () => {
  it('leaves alone what a rollback is taking back: that ends as the rollback does', async () => {
    const world = new World([['dev'], ['qa']], { qa: { merge: 'manual' } });
    const [m1 = ''] = world.commitMains(1);
    const dev = world.at('dev');
    await runConcurrently(world, async ({ promote, rollBack }) => {
      const promotion = await promote(m1);
      await promotion.reaches('qa', 'pull request open');
      dev.policy = { ...dev.policy, merge: 'manual' };
      const rollback = await rollBack('dev');
      await rollback.reaches('dev', 'pull request open');
      await promotion.reaches('dev', 'rolling back');
      await promotion.decide('abort', { reason: 'the whole release is wrong' });
      expect((await promotion.environment('dev')).state).toBe('rolling back');
      dev.mergeByHand('bob');
      expect((await rollback.result()).state).toBe('rolled back');
      expect((await promotion.result()).environments.map((e) => e.state)).toEqual(['rolled back', 'aborted']);
    });
  });
});

describe('A rollback that comes to nothing', () => {
  it('is said so in the promotion that it was to take back, which goes no further all the same', async () => {
    const world = new World([['dev'], ['qa']], { qa: { merge: 'manual' } });
    const [m1 = ''] = world.commitMains(1);
    await runConcurrently(world, async ({ promote, rollBack }) => {
      const promotion = await promote(m1);
      await promotion.reaches('qa', 'pull request open');
      world.at('dev').policy = { ...world.at('dev').policy, merge: 'manual' };
      const rollback = await rollBack('dev');
      await rollback.reaches('dev', 'pull request open');
      const { workflowId } = rollback.handle;
      expect(await promotion.environment('dev')).toMatchObject({
        state: 'rolling back',
        message: `by ${workflowId}, asked by ann (as given): checkout fails`,
      });
      world.at('dev').close('bob');
      expect((await rollback.result()).state).toBe('rejected');
      const { state, environments } = await promotion.result();
      expect(state).toBe('aborted');
      expect(environments.map((e) => e.state)).toEqual(['promoted', 'aborted']);
      expect(environments[0]?.message).toContain(`${workflowId} ended as rejected`);
      expect(world.at('dev').deployed?.main).toBe(m1);
    });
  });

  it('is refused where a newer commit than what is to be taken back is there, and nothing further starts', async () => {
    const world = new World([['dev'], ['qa']], { qa: { merge: 'manual' } });
    const [m1 = '', m2 = ''] = world.commitMains(2);
    await runConcurrently(world, async ({ promote }) => {
      const promotion = await promote(m1);
      await promotion.reaches('qa', 'pull request open');
      world.at('dev').has(m2);
      await promotion.decide('rollback', { environment: 'dev', reason: 'it leaks' });
      const { state, environments } = await promotion.result();
      expect([state, ...environments.map((e) => e.state)]).toEqual(['aborted', 'promoted', 'aborted']);
      expect((await promotion.status()).refusals.map(({ reason }) => reason)).toEqual([
        `dev unchanged: dev has main ${shortSha(m2)}, and not ${shortSha(m1)} any more: nothing was taken back`,
      ]);
      expect(world.at('dev').deployed?.main).toBe(m2);
    });
  });
});

describe('A rollback to a recorded pair', () => {
  it('takes config back, too, and holds config changes until it is resumed', async () => {
    const world = new World([['dev']]);
    const [m1 = ''] = world.commitMains(1);
    const dev = world.at('dev');
    const old = dev.config;
    dev.commitConfig();
    dev.has(m1);
    await runConcurrently(world, async ({ rollBack, configure, lane }) => {
      expect((await (await rollBack('dev', { config: 'recorded' })).result()).state).toBe('rolled back');
      expect(dev.deployed).toEqual({ main: before, config: old });
      await eventually(() => dev.record.at(-1)).toMatchObject({ event: 'held', configHeld: true });
      const change = await configure('dev', dev.commitConfig());
      await change.reaches('dev', 'held');
      await lane('dev').resume();
      expect((await change.result()).state).toBe('configured');
      expect(dev.deployed).toEqual({ main: before, config: dev.config });
    });
  });
});
