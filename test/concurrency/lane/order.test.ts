import { describe, expect, it } from 'vitest';
import { shortSha } from '../../../src/short-names.ts';
import { runConcurrently } from '../../workflows/support/concurrency.ts';
import { sha, unreachable, World } from '../../workflows/support/world.ts';

describe('A commit that has waited for its turn', () => {
  it('is rendered with the config and the policy of the day on which it has it', async () => {
    const world = new World([['dev']]);
    const [m1 = '', m2 = ''] = world.commitMains(2);
    const dev = world.at('dev');
    dev.unhealthy = [unreachable('dev-1')];
    await runConcurrently(world, async ({ promote }) => {
      const first = await promote(m1);
      await first.reaches('dev', 'rolling out');
      const waiting = await promote(m2);
      await waiting.reaches('dev', 'queued');
      const config = dev.commitConfig();
      dev.policy = { ...dev.policy, merge: 'approval' };
      dev.unhealthy = [];
      expect((await first.result()).state).toBe('promoted');
      await waiting.reaches('dev', 'awaiting approval');
      expect(dev.renders.at(-1)).toMatchObject({ main: m2, config });
    });
  });
});

describe('An older commit', () => {
  it('that arrives later is superseded at once, without a render', async () => {
    const world = new World([['dev'], ['prod']], { dev: { merge: 'approval' } });
    const [m1 = '', m2 = ''] = world.commitMains(2);
    await runConcurrently(world, async ({ promote }) => {
      const newer = await promote(m2);
      await newer.reaches('dev', 'awaiting approval');
      expect((await (await promote(m1)).result()).message).toContain(`dev superseded: by main ${shortSha(m2)}`);
      expect(world.at('dev').renders.map(({ main }) => main)).toEqual([m2]);
      expect((await newer.environment('dev')).state).toBe('awaiting approval');
      await newer.decide('abort', { reason: 'seen enough' });
      expect((await newer.result()).state).toBe('aborted');
    });
  });

  it('than what is deployed is superseded, and changes nothing', async () => {
    const world = new World([['dev']]);
    const [m1 = '', m2 = ''] = world.commitMains(2);
    await runConcurrently(world, async ({ promote }) => {
      expect((await (await promote(m2)).result()).state).toBe('promoted');
      const { state, message } = await (await promote(m1)).result();
      expect(state).toBe('superseded');
      expect(message).toContain(`the newer main commit ${shortSha(m2)} is deployed in dev already`);
      expect(world.at('dev').story).toEqual(['promotion merged']);
    });
  });
});

describe('A commit that is neither older nor newer', () => {
  it('waits, and then needs a person', async () => {
    const world = new World([['dev'], ['prod']], { dev: { merge: 'approval' } });
    const [m1 = ''] = world.commitMains(1);
    await runConcurrently(world, async ({ promote }) => {
      const first = await promote(m1);
      const { request } = await first.reaches('dev', 'awaiting approval');
      const stranger = await promote(sha('of a rewritten main'));
      await stranger.reaches('dev', 'queued');
      expect((await first.environment('dev')).state).toBe('awaiting approval');
      await first.decide('approve', { environment: 'dev', head: request?.head });
      expect((await first.result()).state).toBe('promoted');
      expect((await stranger.reaches('dev', 'needs attention')).message).toContain('main was rewritten');
      await stranger.decide('abort', { reason: 'not on main any more' });
      expect((await stranger.result()).state).toBe('aborted');
    });
  });
});
