import type { RolloutOrder, RolloutReport } from './contract.ts';

/** The number of reports that come at the set pace. */
const reportsAtFirstPace = 10;

/**
 * Tells whether progress is to be reported now. Each report costs six events of history, of which Temporal keeps a
 * limited amount: one comes when something changed, and not more often than every `progressMs`. After the first ten each
 * one waits twice as long as the one before, so that a wait of a year takes less than 200 events. What ends a wait is
 * reported at once; what is awaited now shows in the Temporal UI, and costs no history there.
 */
export function isReportDue(
  progressMs: number,
  known: RolloutOrder['known'],
  { digest, at }: Pick<RolloutReport, 'digest' | 'at'>,
): boolean {
  if (!known) return true;
  const paceMs = progressMs * 2 ** Math.max(0, (known.reports ?? 0) - reportsAtFirstPace);
  return known.digest !== digest && Date.parse(at) - Date.parse(known.at) >= paceMs;
}
