import { describe, expect, it } from 'vitest';
import { laneSignals } from '../../../src/lane/messages.ts';
import { runConcurrently } from '../../workflows/support/concurrency.ts';
import { eventually } from '../../workflows/support/eventually.ts';
import { source } from '../../workflows/support/promotion.ts';
import { World } from '../../workflows/support/world.ts';

/** More than the steps that Temporal lets one workflow have, and fewer than the signals that one run takes. */
const flood = Number(process.env.FAIRLEAD_FLOOD ?? 2_100);
/** Entries that a lane goes through: enough to see that it pauses; some thousand took longer than a task may. */
const entries = Math.min(flood, 600);
const atOnce = 100;
/** Each message is a step or two. */
const patienceMs = 600_000;
const run = '01a219ba-f412-74f7-b213-48c772246fe7';
const sha = (number: number) => number.toString(16).padStart(40, '0');

/** Sends so many while no worker takes them, so that all of them come at once. */
async function sendAll(send: (number: number) => Promise<unknown>, count = flood): Promise<void> {
  for (let sent = 0; sent < count; sent += atOnce)
    await Promise.all(Array.from({ length: Math.min(atOnce, count - sent) }, (_, index) => send(sent + index)));
}

const entry = (number: number, more: object = {}) => ({
  ...{ id: `i${number}`, operation: 'rollback', main: sha(number), phase: 'waiting', whenNewer: 'wait' },
  ...{ source, environment: 'dev', workflowId: `nobody-${number}`, firstRunId: run, ...more },
});

describe('A lane to which thousands of messages come at once', () => {
  it(
    'goes through entries of workflows that never were, few in one task, and holds',
    async () => {
      await runConcurrently(new World([['dev']]), async ({ lane, test }) => {
        const { handle, ...dev } = lane('dev');
        await dev.hold();
        await test.worker.stop();
        await sendAll((number) => handle.signal(laneSignals.enter, entry(number)), entries);
        await test.worker.start();
        await dev.isEmpty();
        expect(await dev.resume()).toContain('dev is not held any more');
        // Of two tasks of the workflow no more lies between than it handles in one.
        const histories = await test.histories();
        const events = histories.flatMap(({ workflowId, history }) =>
          workflowId === handle.workflowId ? (history.events ?? []) : [],
        );
        const pauses = events.filter(({ timerStartedEventAttributes }) => timerStartedEventAttributes);
        expect(pauses.length).toBeGreaterThanOrEqual(Math.floor(entries / 50));
      });
    },
    patienceMs,
  );

  it(
    'asks about few of those at a time that come from elsewhere',
    async () => {
      await runConcurrently(new World([['dev']]), async ({ lane, test }) => {
        const { handle, ...dev } = lane('dev');
        await dev.hold();
        await test.worker.stop();
        const elsewhere = (number: number) => entry(number, { source: `https://forge.test/other/${number}` });
        await sendAll((number) => handle.signal(laneSignals.enter, elsewhere(number)));
        await test.worker.start();
        await eventually(async () => (await dev.resume()).includes('dev is not held any more')).toBe(true);
      });
    },
    patienceMs,
  );
});

describe('A promotion to which thousands of messages come at once', () => {
  it(
    'tells the lane few times at once, and goes on',
    async () => {
      const world = new World([['dev']], { dev: { merge: 'manual' } });
      const [main = ''] = world.commitMains(1);
      await runConcurrently(world, async ({ promote, test }) => {
        const { handle, reaches, decide, result } = await promote(main);
        await reaches('dev', 'pull request open');
        await test.worker.stop();
        await sendAll(() => handle.signal('laneBegan', { environment: 'dev' }));
        await test.worker.start();
        await reaches('dev', 'pull request open');
        await decide('abort', { environment: 'dev', reason: 'enough' });
        expect((await result()).state).toBe('aborted');
      });
    },
    patienceMs,
  );
});
