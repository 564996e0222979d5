import { expect, it } from 'vitest';
import type { LaneStatus } from '../../../src/lane/types.ts';
import { runConcurrently } from '../../workflows/support/concurrency.ts';
import { eventually } from '../../workflows/support/eventually.ts';
import { World } from '../../workflows/support/world.ts';

/** Temporal fails a workflow task, and has it run again, when more than 100 signals come meanwhile. */
const atOnce = 80;
/** Each is recorded, many in one step. */
const holds = Number(process.env.FAIRLEAD_HOLDS ?? 2_000);

it('Two thousand holds with long reasons leave a lane that is small, and one resume ends them', async () => {
  const world = new World([['dev']]);
  world.lanes = { historyLimit: 300 };
  await runConcurrently(world, async ({ lane, test }) => {
    const { handle, ...dev } = lane('dev');
    await dev.hold({ reason: 'the first' });
    for (let sent = 0; sent < holds; sent += atOnce) {
      const numbers = Array.from({ length: Math.min(atOnce, holds - sent) }, (_, index) => sent + index + 1);
      await Promise.all(
        numbers.map((number) =>
          handle.signal('hold', { by: `person ${number}`, reason: `${number} ${'é'.repeat(990)}` }),
        ),
      );
      // Answered when all of them are handled; a busy machine may take longer than a question does.
      await eventually(async () => (await dev.status()).environment).toBe('dev');
    }
    let hold: LaneStatus['hold'];
    await eventually(async () => {
      ({ hold } = await dev.status());
      return hold?.by;
    }).toMatch(new RegExp(`^ann; …; .*person ${holds}`));
    expect(Buffer.byteLength(JSON.stringify(hold))).toBeLessThan(20_000);
    // It goes on anew when every hold is recorded.
    await eventually(async () => {
      const { runId, raw } = await handle.describe();
      return runId === raw.workflowExecutionInfo?.firstRunId;
    }).toBe(false);
    const runs = (await test.histories()).filter(({ workflowId }) => workflowId === handle.workflowId);
    const inputs = runs.map(({ history }) => history.events?.[0]?.workflowExecutionStartedEventAttributes?.input);
    const sizes = inputs.map((input) => input?.payloads?.[0]?.data?.length ?? 0);
    expect(runs.length).toBeGreaterThan(1);
    expect(Math.max(...sizes)).toBeLessThan(100_000);
    const lines = world.at('dev').record.filter(({ event }) => event === 'held');
    expect(lines.length).toBeLessThan(holds);
    expect(lines.at(-1)?.by).toMatch(new RegExp(`^ann; …; .*person ${holds}`));
    expect(await dev.resume()).toContain('dev is not held any more');
  });
}, 480_000);
