import { describe, expect, it } from 'vitest';
import { stillWaiting } from '../../../src/activities/still-waiting.ts';

describe('The failure of a step that waits', () => {
  it.each([
    [30_000, '#3 is open (looks again in 30 s)'],
    [90_400, '#3 is open (looks again in 90 s)'],
    [8 * 60_000, '#3 is open (looks again in 8 min)'],
    [25, '#3 is open'],
  ])('says when it looks again: in %i ms', (interval, message) => {
    expect(stillWaiting('#3 is open', interval)).toMatchObject({ message, nextRetryDelay: interval });
  });
});
