import { expect, it } from 'vitest';
import { createRequestMemory } from '../../../../src/forge/memory/request-memory.ts';

const minuteMs = 60_000;
const result = { kind: 'not yet', awaiting: 'a check', byRules: true } as const;

/** What is remembered of requests, in a time that the test sets. */
function world() {
  let time = Date.parse('2030-01-01T00:00:00Z');
  const memory = createRequestMemory(() => time);
  const refuse = (number: number) => memory.noteRefusal(number, { state: 'blocked', result });
  /** The minutes until a merge is tried again that was refused just now. */
  const pauseOf = (number: number) => {
    refuse(number);
    for (let minutes = 0; ; minutes += 1, time += minuteMs)
      if (memory.refusedIn(number, 'blocked') === undefined) return minutes;
  };
  return { memory, refuse, pauseOf, pass: (minutes: number) => (time += minutes * minuteMs) };
}

it('requests that were merged after they had been refused keep no other from being tried again', () => {
  const { memory, refuse, pauseOf } = world();
  for (let number = 1; number <= 500; number += 1) {
    refuse(number);
    memory.noteMerged(number);
  }
  expect(pauseOf(1_000)).toBe(5);
});

it('requests that were refused once, and have been closed, keep no other waiting for long', () => {
  const { refuse, pauseOf, pass } = world();
  for (let number = 1; number <= 5_000; number += 1) refuse(number);
  expect(pauseOf(10_000)).toBe(60);
  pass(120);
  expect(pauseOf(10_000)).toBe(5);
});
