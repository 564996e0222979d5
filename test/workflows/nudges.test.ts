import type { WorkflowHandle } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import { eventually } from './support/eventually.ts';
import { promoteOnDevServer } from './support/promotion.ts';
import { failed, World } from './support/world.ts';

/** Answers how often a step was begun, in all environments or in one: its summary begins with the name. */
async function begun(handle: WorkflowHandle, step: string, environment = ''): Promise<number> {
  const { events } = await handle.fetchHistory();
  return (events ?? []).filter(
    ({ activityTaskScheduledEventAttributes: scheduled, userMetadata }) =>
      scheduled?.activityType?.name === step &&
      Buffer.from(userMetadata?.summary?.data ?? [])
        .toString()
        .startsWith(`"${environment}`),
  ).length;
}

const manual = (...names: readonly string[]) => {
  const world = new World([names], Object.fromEntries(names.map((name) => [name, { merge: 'manual' as const }])));
  // Nothing is looked at again for an hour, unless something makes it so.
  return Object.assign(world, { intervalMs: 3_600_000 });
};

describe('Nudges', () => {
  it('that come within an interval are one look at its end', async () => {
    const world = manual('dev');
    await promoteOnDevServer(world, async ({ reaches, handle, result }) => {
      await reaches('dev', 'pull request open');
      await handle.signal('nudge');
      await eventually(() => begun(handle, 'awaitMerge')).toBe(2);
      for (let time = 0; time < 40; time += 1) await handle.signal('nudge', { environment: 'dev' });
      world.at('dev').mergeByHand('ann');
      expect((await result()).state).toBe('promoted');
      expect(await begun(handle, 'awaitMerge')).toBe(3);
    });
  });

  it('that name an environment leave the others alone', async () => {
    const world = manual('us', 'eu');
    await promoteOnDevServer(world, async ({ reaches, handle, decide, result }) => {
      await Promise.all([reaches('us', 'pull request open'), reaches('eu', 'pull request open')]);
      world.at('us').mergeByHand('ann');
      await handle.signal('nudge', { environment: 'eu' });
      await handle.signal('nudge', { environment: 'nowhere' });
      await eventually(() => begun(handle, 'awaitMerge', 'eu')).toBe(2);
      expect(await begun(handle, 'awaitMerge', 'us')).toBe(1);
      await handle.signal('nudge', { environment: 'us' });
      await reaches('us', 'promoted');
      await decide('abort', { reason: 'seen enough' });
      expect((await result()).environments.map(({ state }) => state)).toEqual(['promoted', 'aborted']);
    });
  });

  it('cost nothing beside their own events where nothing waits for them', async () => {
    const world = new World([['dev']]);
    world.at('dev').unhealthy = [failed('dev-1')];
    await promoteOnDevServer(world, async ({ reaches, handle, decide, result }) => {
      await reaches('dev', 'needs attention');
      const before = (await handle.fetchHistory()).events?.length ?? 0;
      for (let time = 0; time < 20; time += 1) await handle.signal('nudge', {});
      await handle.query('status');
      const after = ((await handle.fetchHistory()).events ?? []).slice(before);
      const kinds = new Set(after.map((event) => Object.keys(event).find((key) => key.endsWith('EventAttributes'))));
      expect([...kinds].filter((kind) => !kind?.startsWith('workflowTask'))).toEqual([
        'workflowExecutionSignaledEventAttributes',
      ]);
      world.at('dev').unhealthy = [];
      await decide('retry', { environment: 'dev' });
      expect((await result()).state).toBe('promoted');
    });
  });
});
