import { expect, it } from 'vitest';
import { decide, emptyLane } from '../../../src/lane/decide.ts';
import { isFull } from '../../../src/lane/memory.ts';
import type { LaneEntry, LaneState } from '../../../src/lane/types.ts';

const now = '2026-01-01T00:00:00.000Z';

function promotion(number: number, more: Partial<LaneEntry> = {}): LaneEntry {
  const place = { source: 'https://forge.test/acme/platform', environment: 'dev' };
  const main = number.toString(16).padStart(40, '0');
  const run = { workflowId: `promote/${number}`, firstRunId: '01a219ba-f412-74f7-b213-48c772246fe7' };
  return {
    id: `i${number}`,
    operation: 'promotion',
    main,
    phase: 'waiting',
    whenNewer: 'supersede',
    ...place,
    ...run,
    ...more,
  };
}

/** Each look took seconds: every promotion was set against every other one. */
it('Thousands of promotions of commits that have nothing to do with each other are gone through again and again', () => {
  const waiting = Array.from({ length: 2_500 }, (_, number) => ({ ...promotion(number), since: now, relations: {} }));
  let state: LaneState = { ...emptyLane, waiting, observedAt: now, calendar: {} };
  for (let tick = 0; tick < 50; tick += 1) state = decide(state, { kind: 'tick' }, now).state;
  expect([state.current?.id, state.waiting.length]).toEqual(['i0', 2_499]);
});

it('A lane is full by bytes, which is what Temporal takes', () => {
  const state = (id: string): LaneState => ({
    ...emptyLane,
    waiting: Array.from({ length: 1_000 }, (_, number) => ({ ...promotion(number), id: `${number}${id}`, since: now })),
  });
  expect(isFull(state('x'.repeat(300)))).toBe(false);
  expect(isFull(state('名'.repeat(300)))).toBe(true);
});
