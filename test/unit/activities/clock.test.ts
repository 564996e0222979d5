import { describe, expect, test } from 'vitest';
import { attemptClock } from '../../../src/activities/clock.ts';

const scheduled = Date.parse('2026-03-01T12:00:00Z');
const hour = 3_600_000;

/** The clock of an attempt whose worker is off by `off` milliseconds; `pass` lets time go by. */
function clockOff(off: number) {
  let passed = 0;
  const clock = attemptClock(scheduled, { wall: () => scheduled + off + passed, monotonic: () => 77 + passed });
  return { ...clock, pass: (ms: number) => (passed += ms) };
}

describe('the time of an attempt', () => {
  test("is the worker's, where that may be right", () => {
    const clock = clockOff(4_000);
    expect(clock.now()).toBe(scheduled + 4_000);
    clock.pass(10_000);
    expect(clock.now()).toBe(scheduled + 14_000);
    expect(clock.skewMs()).toBe(0);
  });

  test('is never before the attempt was scheduled', () => {
    const clock = clockOff(-hour);
    clock.pass(1_000);
    expect(clock.now()).toBe(scheduled + 1_000);
    expect(clock.skewMs()).toBe(-hour);
  });

  test('is at most a minute more than what has passed since, though the worker is an hour fast', () => {
    const clock = clockOff(hour);
    clock.pass(1_000);
    expect(clock.now()).toBe(scheduled + 61_000);
    expect(clock.skewMs()).toBe(hour - 60_000);
  });
});
