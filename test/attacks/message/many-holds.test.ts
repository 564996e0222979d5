import { expect, it } from 'vitest';
import { runConcurrently } from '../../workflows/support/concurrency.ts';
import { eventually } from '../../workflows/support/eventually.ts';
import { World } from '../../workflows/support/world.ts';

/** Temporal fails a workflow task, and has it run again, when more than 100 signals come meanwhile. */
const atOnce = 80;
/** Each is recorded, many in one step; `FAIRLEAD_HOLDS=2000` is a flood. */
const holds = Number(process.env.FAIRLEAD_HOLDS ?? 400);

it('Hundreds of holds with long reasons leave a lane that is small, and one resume ends them', async () => {
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
      await dev.status();
    }
    await eventually(async () => (await dev.status()).hold?.by).toMatch(new RegExp(`^ann; …; .*person ${holds}`));
    const { hold } = await dev.status();
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
});
