import { describe, expect, it } from 'vitest';
import { laneSignals } from '../../../src/lane/messages.ts';
import type { LaneEntry, TrackedEntry } from '../../../src/lane/types.ts';
import { type ConcurrencyTest, runConcurrently } from '../../workflows/support/concurrency.ts';
import { eventually } from '../../workflows/support/eventually.ts';
import { source } from '../../workflows/support/promotion.ts';
import { failed, unreachable, World } from '../../workflows/support/world.ts';

describe('An entry that comes after its operation has left', () => {
  it('stands in nobody’s way: its operation says once more that it has left', async () => {
    const world = new World([['dev'], ['qa']], { qa: { merge: 'manual' } });
    const [m1 = '', m2 = ''] = world.commitMains(2);
    await runConcurrently(world, async ({ promote, lane, test }) => {
      const first = await promote(m1);
      await first.reaches('qa', 'pull request open');
      const { workflowId, runId: firstRunId } = await first.handle.describe();
      const late = { id: 'late', operation: 'promotion', main: m1, phase: 'merged', whenNewer: 'supersede' } as const;
      await enterAgain(test, world, { ...late, source, environment: 'dev', workflowId, firstRunId, since: '' });
      await lane('dev').isEmpty();
      expect((await promote(m2)).handle.workflowId).not.toBe(workflowId);
      await lane('dev').isEmpty();
    });
  });
});

describe('A lane that was terminated', () => {
  it('calls those who are there before it lets anybody in: an older one gives way as ever', async () => {
    const world = new World([['dev']], { dev: { merge: 'approval' } });
    const [m1 = '', m2 = ''] = world.commitMains(2);
    await runConcurrently(world, async ({ promote, lane }) => {
      const first = await promote(m1);
      await first.reaches('dev', 'awaiting approval');
      await lane('dev').handle.terminate('a mistake');
      const newer = await promote(m2);
      expect((await first.result()).state).toBe('superseded');
      const { request } = await newer.reaches('dev', 'awaiting approval');
      expect(world.at('dev').story).toEqual(['promotion closed', 'promotion open']);
      await newer.decide('approve', { environment: 'dev', head: request?.head });
      expect((await newer.result()).state).toBe('promoted');
    });
  });

  it('does not know whom it could not call: a newer one needs a person, who is told which request it is', async () => {
    const world = new World([['dev']], { dev: { merge: 'approval' } });
    const [m1 = '', m2 = ''] = world.commitMains(2);
    await runConcurrently(world, async ({ promote, lane }) => {
      const first = await promote(m1);
      const { request } = await first.reaches('dev', 'awaiting approval');
      await lane('dev').handle.terminate('a mistake');
      world.at('dev').entries.clear();
      const newer = await promote(m2);
      expect((await newer.reaches('dev', 'needs attention')).message).toContain(
        `${first.handle.workflowId} still runs`,
      );
      await first.decide('approve', { environment: 'dev', head: request?.head });
      expect((await first.result()).state).toBe('promoted');
      await newer.decide('retry', { environment: 'dev' });
      const next = await newer.reaches('dev', 'awaiting approval');
      await newer.decide('approve', { environment: 'dev', head: next.request?.head });
      expect((await newer.result()).state).toBe('promoted');
    });
  });

  it('takes over whoever was let in before, and makes others wait for it', async () => {
    const world = new World([['dev']]);
    const [m1 = '', m2 = ''] = world.commitMains(2);
    const dev = world.at('dev');
    dev.unhealthy = [unreachable('dev-1')];
    await runConcurrently(world, async ({ promote, lane }) => {
      const first = await promote(m1);
      await first.reaches('dev', 'rolling out');
      const waiting = await promote(m2);
      await waiting.reaches('dev', 'queued');
      await lane('dev').handle.terminate('a mistake');
      // Whoever speaks to it begins it.
      await lane('dev').hold();
      await lane('dev').resume();
      expect(await lane('dev').waiting(1)).toEqual([m2]);
      expect((await lane('dev').status()).current).toMatchObject({ main: m1, phase: 'merged' });
      expect((await waiting.environment('dev')).state).toBe('queued');
      dev.unhealthy = [];
      expect((await first.result()).state).toBe('promoted');
      expect((await waiting.result()).state).toBe('promoted');
      expect(dev.renders.map(({ main }) => main)).toEqual([m1, m2]);
    });
  });

  it('keeps what waits for its turn again from being merged, whatever held it before', async () => {
    const world = new World([['dev']], { dev: { merge: 'approval' } });
    const [m1 = ''] = world.commitMains(1);
    const dev = world.at('dev');
    await runConcurrently(world, async ({ promote, lane }) => {
      const operation = await promote(m1);
      await operation.reaches('dev', 'awaiting approval');
      await lane('dev').hold();
      await eventually(async () => (await operation.environment('dev')).hold?.reason).toBe('load test');
      const { gitops, current } = await lane('dev').status();
      const behind = { ...current, operation: 'rollback', by: 'ann', reason: 'x' };
      const message = { gitops, environment: 'dev', entry: current?.id, admission: { kind: 'waiting', behind } };
      await operation.handle.signal('admission', { ...message, sequence: Date.now() + 60_000 });
      expect(await operation.environment('dev')).toMatchObject({ hold: { reason: 'load test' } });
      const { request } = await operation.environment('dev');
      await operation.decide('approve', { environment: 'dev', head: request?.head, override: true, reason: 'now' });
      await eventually(async () => (await operation.environment('dev')).message).toContain(
        'is not merged before its turn',
      );
      expect(dev.story).toEqual(['promotion open']);
    });
  });

  it('lets a newer commit in when the one that was let in before says that its rollout has failed', async () => {
    const world = new World([['dev']]);
    const [m1 = '', m2 = ''] = world.commitMains(2);
    const dev = world.at('dev');
    dev.unhealthy = [unreachable('dev-1')];
    dev.unhealthyAt = m1;
    await runConcurrently(world, async ({ promote, lane }) => {
      const first = await promote(m1);
      await first.reaches('dev', 'rolling out');
      await lane('dev').handle.terminate('a mistake');
      dev.unhealthy = [failed('dev-1')];
      await first.reaches('dev', 'needs attention');
      expect((await (await promote(m2)).result()).state).toBe('promoted');
      expect((await first.result()).state).toBe('superseded');
    });
  });

  it('remembers by the record that it is held', async () => {
    const world = new World([['dev']]);
    const [m1 = ''] = world.commitMains(1);
    await runConcurrently(world, async ({ promote, lane }) => {
      await lane('dev').hold({ reason: 'load test' });
      await eventually(() => world.at('dev').record).toMatchObject([{ event: 'held' }]);
      await lane('dev').handle.terminate('a mistake');
      const operation = await promote(m1);
      expect((await operation.reaches('dev', 'held')).message).toContain('dev is held by ann (as given): load test');
      expect(await lane('dev').resume()).toBe('dev is not held any more');
      expect((await operation.result()).state).toBe('promoted');
    });
  });
});

/** Sends an entry that the lane knew, as whoever it is would. */
async function enterAgain(
  { client, taskQueue }: ConcurrencyTest['test'],
  world: World,
  tracked: TrackedEntry | undefined,
) {
  if (!tracked) throw new Error('nobody is there');
  const { since: _, relations: __, admission: ___, ...entry } = tracked;
  const { gitops } = await world.readEnvironment({ source: '', environment: 'dev' });
  await client.workflow.signalWithStart('EnvironmentLane', {
    workflowId: `lane/${taskQueue}/dev`,
    taskQueue,
    args: [{ gitops, source: 'https://forge.test/acme/platform', environment: 'dev' }],
    signal: laneSignals.enter,
    signalArgs: [entry satisfies LaneEntry],
  });
}
