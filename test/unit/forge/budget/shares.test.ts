import { expect, it } from 'vitest';
import { createBudget } from '../../../../src/forge/budget/budget.ts';

const minuteMs = 60_000;

/** The budget of a token with an hour's limit, in a time that the test sets. */
function world() {
  let time = Date.parse('2030-01-01T00:00:00Z');
  const budget = createBudget(() => time);
  const note = (remaining: number) =>
    budget.note({
      'x-ratelimit-limit': 5_000,
      'x-ratelimit-remaining': remaining,
      'x-ratelimit-reset': time / 1_000 + 3_600,
      date: new Date(time).toUTCString(),
    });
  note(5_000);
  const create = (repository: string) => budget.admit({ urgency: 'usual', isContent: true, repository });
  const look = (repository: string) => budget.admit({ urgency: 'usual', isContent: false, repository });
  /** Creates as much as it may in so many minutes. */
  const createFor = (minutes: number, repository: string) => {
    let made = 0;
    for (const end = time + minutes * minuteMs; time < end; time += minuteMs)
      while (create(repository) === 0) made += 1;
    return made;
  };
  return { budget, create, look, createFor, pass: (ms: number) => (time += ms) };
}

it('a platform that creates all that a token may leaves a quarter of it to those that create little', () => {
  const { create, look, createFor } = world();
  look('acme/small');
  expect(createFor(50, 'acme/large')).toBe(300);
  // Requests of a small one are opened at once, and it cannot take the rest by creating much itself.
  const waits = Array.from({ length: 60 }, () => create('acme/small'));
  expect(waits.slice(0, 48)).toEqual(Array.from({ length: 48 }, () => 0));
  expect(waits.at(-1)).toBeGreaterThan(0);
  expect(create('acme/another')).toBe(0);
});

it('a platform that is alone has all of it', () => {
  expect(world().createFor(50, 'acme/large')).toBe(400);
});

it('whoever waits for a minute does not wait behind those who wait for an hour', () => {
  const { budget, create, look, createFor } = world();
  look('acme/small');
  createFor(50, 'acme/large');
  expect(create('acme/large')).toBeGreaterThan(5 * minuteMs);
  expect(budget.limited(minuteMs, 'usual')).toBeLessThan(2 * minuteMs);
  expect(look('acme/small')).toBeLessThan(2 * minuteMs);
});

it('nobody waits for hours because others were told to wait again and again', () => {
  const { budget, look } = world();
  budget.limited(minuteMs, 'usual');
  const waits = Array.from({ length: 5_000 }, () => look('acme/gitops'));
  expect(Math.max(...waits)).toBeLessThan(12 * minuteMs);
  expect(new Set(waits).size).toBeGreaterThan(500);
});

it('a platform that uses up the calls of an hour leaves a part of them to others, and all keep theirs for merges', () => {
  const { budget, look, pass } = world();
  look('acme/small');
  const calls = Array.from({ length: 6_000 }, () => look('acme/large'));
  expect(calls.filter((wait) => wait === 0).length).toBeLessThan(3_800);
  expect(Array.from({ length: 240 }, () => look('acme/small')).every((wait) => wait === 0)).toBe(true);
  expect(budget.admit({ urgency: 'merge', isContent: false, repository: 'acme/large' })).toBe(0);
  pass(70 * minuteMs);
  expect(look('acme/large')).toBe(0);
});

it('a platform that is alone has all calls of an hour but those for merges', () => {
  const { look } = world();
  expect(Array.from({ length: 6_000 }, () => look('acme/large')).filter((wait) => wait === 0)).toHaveLength(4_750);
});

it('what is left of the hour is told as long as the hour lasts', () => {
  const { budget, look, pass } = world();
  expect(budget.shareLeft()).toBe(1);
  for (let index = 0; index < 1_000; index += 1) look('acme/gitops');
  expect(budget.shareLeft()).toBe(0.8);
  pass(61 * minuteMs);
  expect(budget.shareLeft()).toBeUndefined();
});
