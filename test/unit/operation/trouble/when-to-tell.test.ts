import { expect, test } from 'vitest';
import { type FailingStep, troubleAttribute } from '../../../../src/operation/trouble/step-trouble.ts';
import { afterTelling, isWorthTelling, type Told } from '../../../../src/operation/trouble/when-to-tell.ts';

const since = '2026-03-02T10:00:00.000Z';

/** Fails so many times, at so many milliseconds between two attempts, and answers at which attempts it told. */
function toldAt(attempts: number, betweenMs: number, why: (attempt: number) => Partial<FailingStep>): number[] {
  let told: Told | undefined;
  const at: number[] = [];
  for (let failures = 1; failures <= attempts; failures += 1) {
    const failing: FailingStep = { failures, since, type: 'Unavailable', message: 'away', ...why(failures) };
    const now = failures * betweenMs;
    if (!isWorthTelling(failing, told, now)) continue;
    told = afterTelling(failing, told, now);
    at.push(failures);
  }
  return at;
}

test('A step tells its workflow from the third failure on, and less and less often: a week is a dozen messages', () => {
  const aWeek = toldAt(20_160, 30_000, () => ({}));
  expect(aWeek.slice(0, 4)).toEqual([3, 6, 12, 24]);
  expect(aWeek.length).toBeLessThan(15);
});

test('It tells when the trouble is another one, and not when only numbers in the words are', () => {
  expect(toldAt(12, 60_000, (attempt) => ({ message: attempt < 10 ? 'away' : 'full' }))).toEqual([3, 6, 10]);
  expect(toldAt(12, 60_000, (attempt) => ({ type: attempt < 5 ? 'Unavailable' : 'Internal' }))).toEqual([3, 5, 10]);
  expect(toldAt(5, 60_000, (attempt) => ({ message: `request 7f${attempt} at 10:0${attempt}` }))).toEqual([3]);
});

test('It tells at most once a minute, and fifty times in all, however often its words change', () => {
  const words = ['away', 'full', 'broken'];
  const flapping = (attempt: number) => ({ message: words[attempt % 3] ?? '' });
  expect(toldAt(60, 10_000, flapping)).toEqual([3, 9, 16, 23, 30, 37, 44, 51, 58]);
  expect(toldAt(10_000, 60_000, flapping)).toHaveLength(50);
});

test('The search attribute names the first trouble and how many there are, in a bounded length', () => {
  expect(troubleAttribute([])).toBe('');
  expect(troubleAttribute(['qa: record fails (Unavailable)'])).toBe('qa: record fails (Unavailable)');
  expect(troubleAttribute(['qa: b', 'eu: a', 'us: c'])).toBe('eu: a and 2 more');
  expect(troubleAttribute(['x'.repeat(1000), 'y']).length).toBeLessThan(255);
});
