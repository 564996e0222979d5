import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatDuration, parseDuration } from '../../../src/platform/duration.ts';

test.each([
  ['0s', 0],
  ['250ms', 250],
  ['30s', 30_000],
  ['10m', 600_000],
  ['1h30m', 5_400_000],
  ['2d', 172_800_000],
  ['1d2h3m4s5ms', 93_784_005],
  ['90m', 5_400_000],
])('%s is read as %i milliseconds', (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds);
});

test.each([
  '',
  ' ',
  '10',
  's',
  '-1s',
  '1.5h',
  '10 m',
  '30m1h',
  '1h1h',
  '10M',
  '1w',
  '10m ',
  '1e3s',
  '9999999s',
  'PT10M',
])('%j is no duration', (text) => {
  expect(parseDuration(text)).toBeUndefined();
});

test('what is formatted reads as the same duration', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 400 * 86_400_000 }), (milliseconds) => {
      expect(parseDuration(formatDuration(milliseconds))).toBe(milliseconds);
    }),
  );
});

test('durations are formatted as a person would write them', () => {
  expect([0, 600_000, 5_400_000, 90_061_000].map(formatDuration)).toEqual(['0s', '10m', '1h30m', '1d1h1m1s']);
});
