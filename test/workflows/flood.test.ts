import type { WorkflowHandle } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import { runConcurrently } from './support/concurrency.ts';
import { commit } from './support/promotion.ts';
import { World } from './support/world.ts';

/** How many nudges are sent; docs/testing.md names the commands that send more. */
const nudges = Number(process.env.FAIRLEAD_NUDGES ?? 3_000);
const badSignals = Math.round(nudges * 0.15);
/** Temporal ends a run at 51,200 events, and takes 10,000 signals. */
const most = { events: 10_000, signals: 9_000 } as const;
/** Temporal fails a workflow task, and has it run again, when more than 100 signals come meanwhile. */
const atOnce = 80;

/** Sends signals as fast as the workflow takes them. */
async function flood(handle: WorkflowHandle): Promise<void> {
  const total = nudges + badSignals;
  const each = Math.ceil(total / badSignals);
  for (let sent = 0; sent < total; sent += atOnce) {
    const numbers = Array.from({ length: Math.min(atOnce, total - sent) }, (_, index) => sent + index);
    await Promise.all(
      numbers.map((number) =>
        number % each === 0 ? handle.signal('approve', { by: 'nobody' }) : handle.signal('nudge', {}),
      ),
    );
    await handle.query('status');
  }
}

describe('A promotion that is flooded with signals', () => {
  it(
    'stays below the limits in every run, is not merged while it is held, and is approved at the end',
    async () => {
      const world = new World([['dev'], ['qa']], { qa: { merge: 'approval' } });
      await runConcurrently(world, async ({ promote, lane, test }) => {
        const { reaches, environment, handle, decide, result } = await promote(commit);
        const { request } = await reaches('qa', 'awaiting approval');
        await flood(handle);
        await reaches('qa', 'awaiting approval');
        await lane('qa').hold({ reason: 'weekend' });
        await expect.poll(async () => (await environment('qa')).hold, { timeout: 20_000 }).toBeDefined();
        expect(await decide('approve', { environment: 'qa', head: request?.head })).toContain('qa is held by ann');
        await lane('qa').resume();
        await expect.poll(async () => (await environment('qa')).hold, { timeout: 20_000 }).toBeUndefined();
        expect(await decide('approve', { environment: 'qa', head: request?.head })).toContain('qa is approved');
        expect((await result()).state).toBe('promoted');
        expect(world.at('qa').story).toEqual(['promotion merged']);
        const events = world.at('qa').record.map(({ event }) => event);
        expect(events).toEqual(['held', 'resumed', 'deployed', 'promoted']);

        const runs = (await test.histories()).filter(({ workflowId }) => workflowId === handle.workflowId);
        const lengths = runs.map(({ history }) => history.events?.length ?? 0);
        const signals = runs.map(
          ({ history }) =>
            (history.events ?? []).filter((event) => event.workflowExecutionSignaledEventAttributes).length,
        );
        if (process.env.FAIRLEAD_NUDGES !== undefined) console.log({ runs: runs.length, events: lengths, signals });
        expect(runs.length).toBeGreaterThan(2);
        expect(Math.max(...lengths)).toBeLessThan(most.events);
        expect(Math.max(...signals)).toBeLessThan(most.signals);
        expect(signals.reduce((sum, each) => sum + each, 0)).toBeGreaterThanOrEqual(nudges + badSignals);
      });
    },
    Math.max(120_000, nudges * 20),
  );
});
