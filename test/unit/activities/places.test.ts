import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createPlaces } from '../../../src/activities/places.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

/** Eight places, and who was asked to give theirs back. */
function eight(othersRun = async (_share: string) => true) {
  const places = createPlaces({ most: 8, afterMs: 1_000, othersRun });
  const asked: string[] = [];
  const enter = (share: string, name: string) => places.enter(share, () => void asked.push(name));
  return { enter, asked };
}

it('leaves everybody alone while there is a free place', async () => {
  const { enter, asked } = eight();
  for (let index = 0; index < 7; index += 1) enter('a', `a${index}`);
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(asked).toEqual([]);
});

it('asks the youngest of whoever has more than three quarters to give theirs back', async () => {
  const { enter, asked } = eight();
  for (let index = 0; index < 8; index += 1) enter('a', `a${index}`);
  await vi.advanceTimersByTimeAsync(999);
  expect(asked).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(asked).toEqual(['a6', 'a7']);
});

it('asks again when places are taken again, and each time those that came last', async () => {
  const { enter, asked } = eight();
  const leaves = Array.from({ length: 8 }, (_, index) => enter('a', `a${index}`));
  await vi.advanceTimersByTimeAsync(1_000);
  leaves[6]?.();
  leaves[7]?.();
  enter('b', 'b0');
  await vi.advanceTimersByTimeAsync(1_500);
  enter('a', 'a8');
  await vi.advanceTimersByTimeAsync(999);
  expect(asked).toEqual(['a6', 'a7']);
  await vi.advanceTimersByTimeAsync(1);
  expect(asked).toEqual(['a6', 'a7', 'a8']);
});

it('asks nobody where no platform has more than three quarters', async () => {
  const { enter, asked } = eight();
  for (let index = 0; index < 4; index += 1) for (const share of ['a', 'b']) enter(share, `${share}${index}`);
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(asked).toEqual([]);
});

it('leaves a single place to whoever has it', async () => {
  const places = createPlaces({ most: 1, afterMs: 1_000, othersRun: async () => true });
  const giveBack = vi.fn();
  places.enter('a', giveBack);
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(giveBack).not.toHaveBeenCalled();
});

it('leaves all places to a platform while nobody else has anything under way', async () => {
  const asked: string[] = [];
  let isAlone = true;
  const { enter, asked: given } = eight(async (share) => {
    asked.push(share);
    return !isAlone;
  });
  for (let index = 0; index < 8; index += 1) enter('a', `a${index}`);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(given).toEqual([]);
  isAlone = false;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(given).toEqual(['a6', 'a7']);
  expect(new Set(asked)).toEqual(new Set(['a']));
});
