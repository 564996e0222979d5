import { clockDifference } from '../../../fleet/cluster-clock.ts';
import { type DoctorFinding, well, wrong } from '../finding.ts';

/** Compares what another machine called the time with this one's, both in milliseconds since 1970. None: it did not say. */
export function clockFindings(about: string, time: number | undefined, now: number): readonly DoctorFinding[] {
  if (time === undefined) return [];
  const difference = clockDifference(time, now);
  if (difference === undefined) return [well({ check: 'clock', about }, "as this machine's, to a minute")];
  return [wrong('clock off', { about, detail: `Its clock is ${difference} this machine's: one of the two is wrong.` })];
}
