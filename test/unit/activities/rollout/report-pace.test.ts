import { expect, it } from 'vitest';
import type { RolloutOrder } from '../../../../src/activities/rollout/contract.ts';
import { isReportDue } from '../../../../src/activities/rollout/report-pace.ts';

const second = 1_000;
const day = 86_400 * second;

/** Answers when reports come of a fleet in which something changes at each look. */
function reports(until: number): readonly number[] {
  const came: number[] = [];
  let known: RolloutOrder['known'];
  for (let now = 0; now < until; now += now < day ? 15 * second : 600 * second) {
    const report = { digest: `look at ${now}`, at: new Date(now).toISOString() };
    if (!isReportDue(30 * second, known, report)) continue;
    came.push(now);
    known = { ...report, reports: came.length };
  }
  return came;
}

it('A rollout is reported at the set pace while it is young', () => {
  expect(reports(300 * second)).toEqual([0, 30, 60, 90, 120, 150, 180, 210, 240, 270].map((at) => at * second));
});

it('A wait of a year in which something changes at each look takes less than 200 events, of which each report takes six', () => {
  expect(6 * reports(365 * day).length).toBeLessThan(200);
});

it('What has not changed is no news', () => {
  const known = { digest: 'same', at: new Date(0).toISOString(), reports: 1 };
  expect(isReportDue(30 * second, known, { digest: 'same', at: new Date(day).toISOString() })).toBe(false);
});
