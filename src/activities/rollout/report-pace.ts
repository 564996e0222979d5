import type { RolloutOrder, RolloutReport } from './contract.ts';

/** The number of reports after which they come half as often. */
const reportsAtOnePace = 40;
const slowestMs = 10 * 60_000;

/**
 * Tells whether progress is to be reported now. Each report costs history, of which Temporal keeps a limited amount:
 * one comes when something changed, and not more often than every `progressMs`. A fleet that changes at each look
 * through a soak of days is reported ever less often, down to every 10 minutes.
 */
export function isReportDue(
  progressMs: number,
  known: RolloutOrder['known'],
  { digest, at }: Pick<RolloutReport, 'digest' | 'at'>,
): boolean {
  if (!known) return true;
  const slower = progressMs * 2 ** Math.floor((known.reports ?? 0) / reportsAtOnePace);
  const paceMs = Math.max(progressMs, Math.min(slower, slowestMs));
  return known.digest !== digest && Date.parse(at) - Date.parse(known.at) >= paceMs;
}
