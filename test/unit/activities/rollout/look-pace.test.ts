import { describe, expect, it } from 'vitest';
import { lookPauseMs } from '../../../../src/activities/rollout/look-pace.ts';

const second = 1_000;
const quick = { since: 0, now: 0, tookMs: second, slowestMs: 15 * second };

describe('The pause between two looks at the clusters', () => {
  it.each([
    ['just after the merge', { now: 0 }, 5],
    ['half a minute later', { now: 30 * second }, 5],
    ['a minute later', { now: 60 * second }, 10],
    ['after a while', { now: 90 * second }, 15],
    ['after a day', { now: 86_400 * second }, 15],
    ["where the forge's clock is an hour ahead", { since: 3_600 * second }, 5],
    ['where a look takes long', { tookMs: 9 * second }, 9],
    ['where a look takes longer than the setting', { tookMs: 40 * second }, 15],
  ])('%s', (_, times, seconds) => {
    expect(lookPauseMs({ ...quick, ...times })).toBe(seconds * second);
  });

  it('is never longer than the setting, which may be shorter than all that', () => {
    expect(lookPauseMs({ ...quick, slowestMs: 10 })).toBe(10);
  });
});
