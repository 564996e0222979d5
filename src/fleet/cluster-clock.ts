import { remedies } from '../text/remedies.ts';

/** By how much a cluster's clock may be off before people are told, in milliseconds: more than a slow answer explains. */
const tolerableMs = 60_000;

/** Says by how much a clock is off another one's time, `90 s ahead of`; undefined: no more than a slow answer explains. */
export function clockDifference(time: number | undefined, now: number): string | undefined {
  if (time === undefined || Math.abs(time - now) <= tolerableMs) return undefined;
  return `${Math.round(Math.abs(time - now) / 1000)} s ${time > now ? 'ahead of' : 'behind'}`;
}

/**
 * Says that a cluster's clock is off, in sentences. `apiTime`: what its API server calls the time; `now`: Temporal's time;
 * both in milliseconds since 1970.
 */
export function clusterClockWarnings(apiTime: number | undefined, now: number): readonly string[] {
  const difference = clockDifference(apiTime, now);
  if (difference === undefined) return [];
  return [
    `The clock of its API server is ${difference} Temporal's. What Flux notes there has wrong times: ${remedies.clock}.`,
  ];
}
