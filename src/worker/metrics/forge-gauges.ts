import type { MetricMeter } from '@temporalio/common';
import type { Forges } from '../../forge/port.ts';
import { metricNames } from './metric-names.ts';

const everyMs = 15_000;

/** Sets the gauges of what forges leave of their limits, now and every fifteen seconds; it asks no forge. Answers how to stop. */
export function startForgeGauges(meter: MetricMeter, forges: Pick<Forges, 'budgetsLeft'>): () => void {
  const left = meter.createGauge(metricNames.forgeBudgetLeft, 'float');
  const look = () => {
    for (const [host, share] of forges.budgetsLeft?.() ?? []) left.set(share, { host });
  };
  look();
  const timer = setInterval(look, everyMs);
  return () => clearInterval(timer);
}
