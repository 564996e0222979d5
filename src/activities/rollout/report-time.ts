import { hostname } from 'node:os';
import type { StepClock } from '../clock.ts';

/** By how much this machine's clock may be off before people are told. */
const tolerableSkewMs = 5_000;

/** Answers the time of an attempt, ISO 8601. */
export function timeOf(clock: Pick<StepClock, 'now'>): string {
  return new Date(clock.now()).toISOString();
}

/** Says that this machine's clock is off, in a sentence; none where it is not. */
export function clockWarnings(clock: Pick<StepClock, 'skewMs'>): readonly string[] {
  const seconds = Math.round(clock.skewMs() / 1000);
  if (Math.abs(seconds) * 1000 < tolerableSkewMs) return [];
  return [
    `The clock of a worker (${hostname()}) is ${Math.abs(seconds)} s ${seconds > 0 ? 'ahead of' : 'behind'} Temporal's: Temporal's time counts.`,
  ];
}
