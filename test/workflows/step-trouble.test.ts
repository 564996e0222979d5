import { fileURLToPath } from 'node:url';
import type { WorkflowHandle } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { asActivity } from '../../src/activities/as-activity.ts';
import { stillWaiting } from '../../src/activities/still-waiting.ts';
import { Failure } from '../../src/failure.ts';
import { stepTroubleSignal } from '../../src/operation/trouble/step-trouble.ts';
import type { Flapping } from '../support/fixtures/flapping.ts';
import { runTimeSkipping } from '../support/temporal.ts';
import { eventually } from './support/eventually.ts';
import { promoteOnDevServer, promoteTimeSkipping } from './support/promotion.ts';
import { World } from './support/world.ts';

const flapping = fileURLToPath(new URL('../support/fixtures/flapping.ts', import.meta.url));

/** Lists what the search attribute was set to in a run, and when; undefined: it was unset. */
async function attributeChanges(handle: WorkflowHandle): Promise<{ value: string | undefined; at: number }[]> {
  const { events = [] } = await handle.fetchHistory();
  return (events ?? []).flatMap((event) => {
    const { FairleadTrouble: payload } =
      event.upsertWorkflowSearchAttributesEventAttributes?.searchAttributes?.indexedFields ?? {};
    if (!payload) return [];
    const value = payload.data?.length ? defaultPayloadConverter.fromPayload<string | null>(payload) : undefined;
    return [{ value: value ?? undefined, at: Number(event.eventTime?.seconds) }];
  });
}

async function detailsOf(handle: WorkflowHandle): Promise<string> {
  const { currentDetails } = await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
  return currentDetails;
}

describe('A step that fails again and again', () => {
  it('is told by its workflow in the details and to searches, until it gets through', async () => {
    const world = new World([['qa']], { qa: { merge: 'approval' } });
    const { openPullRequest } = world;
    let isDown = true;
    world.openPullRequest = asActivity(async (order) => {
      if (isDown) throw new Failure('Unavailable', 'forge.test answers 503.', { retryAfterMs: 50 });
      return openPullRequest(order);
    }, world.workflows);
    await promoteOnDevServer(world, async ({ handle, reaches, decide, result }) => {
      await eventually(async () => (await handle.describe()).searchAttributes.FairleadTrouble).toEqual([
        'qa: openPullRequest fails (Unavailable)',
      ]);
      expect(await detailsOf(handle)).toMatch(
        /\*\*does not get on\*\*: qa: could not open the pull request, 3 times since 2\S+: forge.test answers 503/,
      );
      isDown = false;
      const { request } = await reaches('qa', 'awaiting approval');
      expect(await detailsOf(handle)).not.toContain('does not get on');
      await decide('approve', { environment: 'qa', head: request?.head });
      expect((await result()).state).toBe('promoted');
      expect((await attributeChanges(handle)).map(({ value }) => value)).toEqual([
        'qa: openPullRequest fails (Unavailable)',
        undefined,
      ]);
      const { events } = await handle.fetchHistory();
      const signals = (events ?? []).filter(
        ({ workflowExecutionSignaledEventAttributes: signal }) => signal?.signalName === stepTroubleSignal,
      );
      expect(signals).toHaveLength(1);
    });
  });

  it('and then only waits is no trouble any more, a minute after it was one', async () => {
    const world = new World([['qa']], { qa: { soakMs: 0 } });
    const { awaitRollout } = world;
    let looks = 0;
    world.awaitRollout = asActivity(async (order) => {
      looks += 1;
      if (looks <= 4) throw new Failure('Unavailable', 'the cluster is away', { retryAfterMs: 100 });
      if (looks <= 20) throw stillWaiting('not yet healthy', 60_000);
      return awaitRollout(order);
    }, world.workflows);
    await promoteTimeSkipping(world, async ({ handle, result }) => {
      expect((await result()).state).toBe('promoted');
      const [set, unset, ...more] = await attributeChanges(handle);
      expect([set?.value, unset?.value, more.length]).toEqual(['qa: awaitRollout fails (Unavailable)', undefined, 0]);
      expect((unset?.at ?? 0) - (set?.at ?? 0)).toBeGreaterThanOrEqual(60);
      const { closeTime } = await handle.describe();
      expect(Number(closeTime) / 1000 - (unset?.at ?? 0)).toBeGreaterThan(300);
    });
  });
});

describe('An environment that needs a person', () => {
  it('is told to searches, until the promotion goes on or ends', async () => {
    const world = new World([['qa']]);
    world.renderEnvironment = asActivity(async () => {
      throw new Failure('RenderFailed', 'base/web: no such file');
    }, world.workflows);
    await promoteOnDevServer(world, async ({ handle, reaches, decide, result }) => {
      await reaches('qa', 'needs attention');
      await decide('abort', { environment: 'qa', reason: 'seen' });
      await result();
      expect((await attributeChanges(handle)).map(({ value }) => value)).toEqual([
        'qa: a person must decide',
        undefined,
      ]);
    });
  });
});

describe('Trouble that comes and goes', () => {
  it('changes the search attribute at most once a minute and fifty times a run, and does not stay', async () => {
    await runTimeSkipping({ workflowsPath: flapping, activities: {} }, async ({ start }) => {
      const handle = await start<typeof Flapping>('Flapping', { args: [1_000] });
      await handle.result();
      const changes = await attributeChanges(handle);
      expect(changes.length).toBeGreaterThan(40);
      expect(changes.length).toBeLessThanOrEqual(50);
      expect(changes.at(-1)?.value).toBeUndefined();
      const pauses = changes.slice(1).map(({ at }, index) => at - (changes[index]?.at ?? 0));
      // Times of events are read in whole seconds, and a task of a busy machine takes some.
      expect(Math.min(...pauses)).toBeGreaterThanOrEqual(50);
    });
  });
});
