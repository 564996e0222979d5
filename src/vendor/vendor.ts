import { Failure } from '../failure.ts';
import { applyChanges } from './apply.ts';
import { type BasePlan, type ChartTools, planChart } from './chart.ts';
import type { VendoredBase } from './wanted.ts';

/** The means of a run, and the directory that the scope was read from. */
export interface VendorRun extends ChartTools {
  readonly directory: string;
  readonly progress: (line: string) => void;
}

/**
 * Fetches what these bases name, and writes it. If anything fails, nothing is written. Throws `Failure` with all that is
 * wrong, of the type of the first.
 */
export async function vendor(bases: readonly VendoredBase[], run: VendorRun): Promise<readonly BasePlan[]> {
  const plans: BasePlan[] = [];
  const failures: Failure[] = [];
  for (const base of bases) {
    if (base.settings === undefined) continue;
    run.progress(`${base.path || '.'}: fetching ${base.settings.chart} ${base.settings.version ?? ''}`);
    try {
      plans.push(await planChart(base, run));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failures.push(error);
    }
  }
  const [first] = failures;
  if (first) throw new Failure(first.type, failures.map(({ message }) => message).join('\n'));
  await applyChanges(run.directory, new Map(plans.flatMap(({ changes }) => [...changes])));
  return plans;
}
