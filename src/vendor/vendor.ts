import { Failure } from '../failure.ts';
import { applyChanges } from './apply.ts';
import type { BasePlan } from './base-plan.ts';
import { type ChartTools, planChart } from './chart.ts';
import { planRemotes, type RemoteTools } from './remote/plan.ts';
import type { KustomizationFile } from './remote/references.ts';
import type { VendoredBase } from './wanted.ts';

/** The means of a run, and the directory that the scope was read from. */
export interface VendorRun extends ChartTools, RemoteTools {
  readonly directory: string;
  /** Other files to write, if everything succeeds. */
  readonly also: ReadonlyMap<string, Buffer>;
  readonly progress: (line: string) => void;
}

/** What may name something to fetch. */
export interface VendorInput {
  readonly bases: readonly VendoredBase[];
  readonly kustomizations: readonly KustomizationFile[];
}

/**
 * Fetches what these bases and kustomizations name, and writes it. If anything fails, nothing is written. Throws `Failure`
 * with all that is wrong, of the type of the first.
 */
export async function vendor(input: VendorInput, run: VendorRun): Promise<readonly BasePlan[]> {
  const plans: BasePlan[] = [];
  const failures: Failure[] = [];
  for (const plan of jobsOf(input, run)) {
    try {
      plans.push(...((await plan()) ?? []));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failures.push(error);
    }
  }
  const [first] = failures;
  if (first) throw new Failure(first.type, failures.map(({ message }) => message).join('\n'));
  await applyChanges(run.directory, new Map([...run.also, ...plans.flatMap(({ changes }) => [...changes])]));
  return plans;
}

function jobsOf(
  { bases, kustomizations }: VendorInput,
  run: VendorRun,
): readonly (() => Promise<readonly BasePlan[]>)[] {
  const charts = bases.flatMap((base) => {
    const { path, settings } = base;
    if (settings === undefined) return [];
    return async () => {
      run.progress(`${path || '.'}: fetching ${settings.chart} ${settings.version ?? ''}`.trimEnd());
      return [await planChart(base, run)];
    };
  });
  const remotes = kustomizations.map((kustomization) => async () => {
    for (const { git } of kustomization.remote) run.progress(`${kustomization.path}: fetching ${git.repository}`);
    const lock = bases.find(({ path }) => path === kustomization.directory)?.lock;
    const plan = await planRemotes(kustomization, lock, run);
    return plan ? [plan] : [];
  });
  return [...charts, ...remotes];
}
