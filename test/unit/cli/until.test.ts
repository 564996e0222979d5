import { describe, expect, it } from 'vitest';
import { untilFrom } from '../../../src/cli/until.ts';

const now = new Date('2026-12-23T12:00:00Z');

describe('The end of a hold', () => {
  it.each([
    ['4h', '2026-12-23T16:00:00.000Z'],
    ['1d12h', '2026-12-25T00:00:00.000Z'],
    ['2026-12-24T08:00+01:00', '2026-12-24T07:00:00.000Z'],
    ['2026-12-24 08:00:30Z', '2026-12-24T08:00:30.000Z'],
    ['2026-12-24T08:00+01:00[Europe/Oslo]', '2026-12-24T07:00:00.000Z'],
  ])('%s is %s', (text, instant) => {
    expect(untilFrom(text, now)).toBe(instant);
  });

  it.each([
    ['2026-12-24 08:00', 'Write 2026-12-24T08:00Z or 2026-12-24T08:00+01:00, whichever is meant'],
    ['2026-12-24', 'has no time zone'],
    ['tomorrow', 'is not a time. Write it with its zone'],
    ['2026-13-24T08:00Z', 'is not a time'],
    ['2026-12-23T12:00:00Z', 'is not in the future: it is 2026-12-23T12:00:00.000Z now'],
    ['0s', 'is not in the future'],
  ])('%s is refused: %s', (text, because) => {
    expect(() => untilFrom(text, now)).toThrow(because);
  });
});
