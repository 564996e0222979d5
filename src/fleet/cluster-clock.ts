import { remedies } from '../text/remedies.ts';

/** By how much a cluster's clock may be off before people are told, in milliseconds: more than a slow answer explains. */
const tolerableMs = 60_000;

/**
 * Says that a cluster's clock is off, in sentences. `apiTime`: what its API server calls the time; `now`: Temporal's time;
 * both in milliseconds since 1970.
 */
export function clusterClockWarnings(apiTime: number | undefined, now: number): readonly string[] {
  if (apiTime === undefined || Math.abs(apiTime - now) <= tolerableMs) return [];
  const seconds = Math.round(Math.abs(apiTime - now) / 1000);
  const where = apiTime > now ? 'ahead of' : 'behind';
  return [
    `The clock of its API server is ${seconds} s ${where} Temporal's. What Flux notes there has wrong times: ${remedies.clock}.`,
  ];
}
