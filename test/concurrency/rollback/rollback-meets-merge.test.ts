import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { runConcurrently } from '../../workflows/support/concurrency.ts';
import { eventually } from '../../workflows/support/eventually.ts';
import { sha, unreachable, World } from '../../workflows/support/world.ts';

const before = sha('before');

describe('A rollback whose turn comes when more has been merged', () => {
  it('goes where it was planned to go, and ends also what came meanwhile', async () => {
    const world = new World([['dev'], ['qa']], { qa: { merge: 'manual' } });
    const [m1 = '', m2 = ''] = world.commitMains(2);
    const dev = world.at('dev');
    dev.has(m1);
    await runConcurrently(world, async ({ promote, rollBack }) => {
      const promotion = await promote(m2);
      await promotion.reaches('qa', 'pull request open');
      dev.deployed = { main: m1, config: dev.config };
      dev.before = { main: before, config: dev.config };
      dev.afterPlan = () => dev.has(m2);
      expect((await (await rollBack('dev')).result()).state).toBe('rolled back');
      expect(dev.deployed.main).toBe(before);
      expect((await promotion.result()).environments.map((e) => e.state)).toEqual(['rolled back', 'aborted']);
    });
  });

  it('needs a person where somebody has gone back behind its target', async () => {
    const world = new World([['dev']]);
    const [m1 = '', m2 = ''] = world.commitMains(2);
    const dev = world.at('dev');
    dev.has(m1);
    dev.has(m2);
    await runConcurrently(world, async ({ rollBack }) => {
      dev.afterPlan = () => dev.has(before);
      const rollback = await rollBack('dev');
      expect((await rollback.reaches('dev', 'needs attention')).message).toContain('not back but forward');
      expect(dev.renders).toEqual([]);
      await rollback.decide('abort', { environment: 'dev', reason: 'done already' });
      expect((await rollback.result()).state).toBe('aborted');
    });
  });
});

describe('A rollback that meets a merge', () => {
  it('made by a person a moment before takes that back, too', async () => {
    const world = new World([['dev']], { dev: { merge: 'manual' } });
    const [m1 = '', m2 = ''] = world.commitMains(2);
    const dev = world.at('dev');
    dev.has(m1);
    await runConcurrently(world, async ({ promote, rollBack }) => {
      const promotion = await promote(m2);
      await promotion.reaches('dev', 'pull request open');
      dev.beforeClose = () => dev.mergeByHand('bob');
      const rollback = await rollBack('dev');
      await rollback.reaches('dev', 'pull request open');
      expect((await promotion.environment('dev')).state).toBe('rolling back');
      dev.mergeByHand('bob');
      expect((await rollback.result()).state).toBe('rolled back');
      expect((await promotion.result()).state).toBe('rolled back');
      expect(dev.deployed?.main).toBe(before);
      await eventually(() => dev.record.map(({ event, main }) => [event, main])).toEqual([
        ['deployed', m2],
        ['given up', m2],
        ['deployed', before],
        ['rolled back', before],
        ['held', undefined],
      ]);
    });
  });
});

describe('A rollback in whose way something was merged a moment before', () => {
  it('takes that back, too, where it was to take back another commit', async () => {
    const world = new World([['dev']], { dev: { merge: 'manual' } });
    const [m1 = '', m2 = ''] = world.commitMains(2);
    const dev = world.at('dev');
    dev.has(m1);
    await runConcurrently(world, async ({ promote, rollBack }) => {
      const promotion = await promote(m2);
      await promotion.reaches('dev', 'pull request open');
      dev.policy = { ...dev.policy, merge: 'auto' };
      dev.beforeClose = () => dev.mergeByHand('bob');
      const rollback = await rollBack('dev', { of: m1 });
      expect((await rollback.result()).state).toBe('rolled back');
      expect(dev.deployed?.main).toBe(before);
      expect((await promotion.result()).state).toBe('rolled back');
    });
  });

  it('leaves the promotion superseded where it is rejected, and says so there', async () => {
    const world = new World([['dev']], { dev: { merge: 'manual' } });
    const [m1 = '', m2 = ''] = world.commitMains(2);
    const dev = world.at('dev');
    dev.has(m1);
    await runConcurrently(world, async ({ promote, rollBack }) => {
      const promotion = await promote(m2);
      await promotion.reaches('dev', 'pull request open');
      dev.beforeClose = () => dev.mergeByHand('bob');
      const rollback = await rollBack('dev');
      await rollback.reaches('dev', 'pull request open');
      dev.close('bob');
      expect((await rollback.result()).state).toBe('rejected');
      const { state, message } = await promotion.result();
      expect(state).toBe('superseded');
      expect(message).toContain('ended as rejected');
      expect(dev.deployed?.main).toBe(m2);
    });
  });
});

describe('A rollback that takes the turn while another clears up', () => {
  it('is heard when that goes on, because it had been merged', async () => {
    const world = new World([['dev']], { dev: { merge: 'manual' } });
    const [m1 = '', m2 = ''] = world.commitMains(2);
    const dev = world.at('dev');
    dev.unhealthy = [unreachable('dev-1')];
    await runConcurrently(world, async ({ promote, lane }) => {
      const operation = await promote(m1);
      await operation.reaches('dev', 'pull request open');
      const { gitops, current } = await lane('dev').status();
      const by = {
        operation: 'rollback',
        main: before,
        workflowId: 'rollback/acme/platform/dev',
        firstRunId: randomUUID(),
        by: 'ann',
        reason: 'fails',
      };
      dev.beforeClose = async () => {
        dev.mergeByHand('bob');
        const admission = { kind: 'superseded', by };
        const from = { gitops, environment: 'dev', entry: current?.id };
        await operation.handle.signal('admission', { ...from, sequence: Date.now() + 60_000, admission });
      };
      await promote(m2);
      const { environments } = await operation.result();
      expect(environments[0]).toMatchObject({
        state: 'superseded',
        message: expect.stringMatching(
          /asked by ann \(as given\): fails.*rollback\/acme\/platform\/dev ended as unknown/,
        ),
      });
    });
  });
});
