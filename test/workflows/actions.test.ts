import { expect, it } from 'vitest';
import { type ConcurrencyTest, runConcurrently } from './support/concurrency.ts';
import { World } from './support/world.ts';

/** What Temporal Cloud counts as an action, as far as histories tell; a signal counts where it is taken. */
const actionEvents = {
  starts: 'workflowExecutionStartedEventAttributes',
  timers: 'timerStartedEventAttributes',
  signals: 'workflowExecutionSignaledEventAttributes',
  upserts: 'upsertWorkflowSearchAttributesEventAttributes',
  updates: 'workflowExecutionUpdateAcceptedEventAttributes',
} as const;

/** Counts the actions of all that ran: `attempts` are those of steps. */
async function countActions({ test }: ConcurrencyTest): Promise<Record<string, number>> {
  const events = (await test.histories()).flatMap(({ history }) => history.events ?? []);
  const counted = Object.entries(actionEvents).map(([name, key]) => [name, events.filter((each) => each[key]).length]);
  const attempts = events.reduce((sum, each) => sum + (each.activityTaskStartedEventAttributes?.attempt ?? 0), 0);
  return { ...Object.fromEntries(counted), attempts };
}

it('A promotion of three environments takes hardly more actions than docs/operations.md says', async () => {
  const world = new World([['dev'], ['qa'], ['prod']], { prod: { merge: 'approval' } });
  const mains = world.commitMains(2);
  await runConcurrently(world, async (concurrent) => {
    const totals: Record<string, number>[] = [];
    for (const main of mains) {
      const promotion = await concurrent.promote(main);
      const { request } = await promotion.reaches('prod', 'awaiting approval');
      await promotion.decide('approve', { environment: 'prod', head: request?.head });
      expect((await promotion.result()).state).toBe('promoted');
      for (const name of ['dev', 'qa', 'prod']) await concurrent.lane(name).isEmpty();
      totals.push(await countActions(concurrent));
    }
    const [first = {}, both = {}] = totals;
    const second = Object.fromEntries(Object.entries(both).map(([name, count]) => [name, count - (first[name] ?? 0)]));
    const sum = Object.values(second).reduce((one, other) => one + other, 0);
    if (process.env.FAIRLEAD_ACTIONS !== undefined) console.log({ first, second, sum });
    // 96; a step that is tried again on a busy machine counts, and one more for each environment is to be noticed.
    expect(sum).toBeLessThan(110);
  });
});
