import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { runConcurrently } from '../../workflows/support/concurrency.ts';
import { World } from '../../workflows/support/world.ts';

/** How many commits come at once. With 250 of them a lane once blocked its environment: `FAIRLEAD_BURST=250`. */
const burst = Number(process.env.FAIRLEAD_BURST ?? 60);

it('of commits that come at once, the newest is promoted, the others give way to it, and none fails', async () => {
  const world = new World([['dev']]);
  const mains = world.commitMains(burst);
  const { observeLane } = world;
  const answers: { readonly entries: number; readonly bytes: number }[] = [];
  world.observeLane = async (order) => {
    // The first look lasts until all have come, so that the next one finds them at once.
    while (answers.length === 0 && world.at('dev').entries.size < burst) await pause(20);
    const answer = await observeLane(order);
    answers.push({ entries: order.entries.length, bytes: JSON.stringify(answer).length });
    return answer;
  };
  await runConcurrently(world, async ({ promote }) => {
    const promotions = await Promise.all(mains.map((main) => promote(main)));
    const results = await Promise.all(promotions.map((promotion) => promotion.result()));
    const states = results.map(({ state }) => state);
    expect(states.at(-1)).toBe('promoted');
    expect(states.filter((state) => state !== 'superseded')).toEqual(['promoted']);
    expect(world.at('dev').deployed?.main).toBe(mains.at(-1));
    expect(world.at('dev').story).toEqual(['promotion merged']);
  });
  const largest = Math.max(...answers.map(({ entries }) => entries));
  expect(largest).toBeGreaterThan(burst / 2);
  expect(Math.max(...answers.map(({ bytes }) => bytes))).toBeLessThan(150 * burst);
}, 180_000);
