import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createPlaces } from '../../../src/activities/places.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

/** Eight places, and who was asked to give his back. */
function eight() {
  const places = createPlaces({ most: 8, afterMs: 1_000 });
  const asked: string[] = [];
  const enter = (share: string, name: string) => places.enter(share, () => void asked.push(name));
  return { enter, asked };
}

it('leaves everybody alone while there is a free place', () => {
  const { enter, asked } = eight();
  for (let index = 0; index < 7; index += 1) enter('a', `a${index}`);
  vi.advanceTimersByTime(3_600_000);
  expect(asked).toEqual([]);
});

it('asks the youngest of whoever has more than three quarters to give theirs back', () => {
  const { enter, asked } = eight();
  for (let index = 0; index < 8; index += 1) enter('a', `a${index}`);
  vi.advanceTimersByTime(999);
  expect(asked).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(asked).toEqual(['a6', 'a7']);
});

it('asks again when places are taken again, and each time those that came last', () => {
  const { enter, asked } = eight();
  const leaves = Array.from({ length: 8 }, (_, index) => enter('a', `a${index}`));
  vi.advanceTimersByTime(1_000);
  leaves[6]?.();
  leaves[7]?.();
  enter('b', 'b0');
  vi.advanceTimersByTime(1_500);
  enter('a', 'a8');
  vi.advanceTimersByTime(999);
  expect(asked).toEqual(['a6', 'a7']);
  vi.advanceTimersByTime(1);
  expect(asked).toEqual(['a6', 'a7', 'a8']);
});

it('asks nobody where no platform has more than three quarters', () => {
  const { enter, asked } = eight();
  for (let index = 0; index < 4; index += 1) for (const share of ['a', 'b']) enter(share, `${share}${index}`);
  vi.advanceTimersByTime(3_600_000);
  expect(asked).toEqual([]);
});

it('leaves a single place to whoever has it', () => {
  const places = createPlaces({ most: 1, afterMs: 1_000 });
  const giveBack = vi.fn();
  places.enter('a', giveBack);
  vi.advanceTimersByTime(3_600_000);
  expect(giveBack).not.toHaveBeenCalled();
});
