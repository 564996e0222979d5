import { execa } from 'execa';
import * as v from 'valibot';
import { Failure, type FailureType, failureTypes } from '../failure.ts';
import type { FindOptions } from '../programs/recipe.ts';
import { ensureVendorProgram } from './find-program.ts';
import { type ChartDependency, dependencySchema } from './lock.ts';

/** A chart to fetch. */
export interface ChartOrder {
  readonly source: string;
  readonly version: string;
  /** An empty directory, which gets the files. */
  readonly into: string;
  /** The dependencies of the last time, and the digest of the chart that had them. */
  readonly recorded: readonly ChartDependency[];
  readonly recordedDigest: string;
  /** Hosts that may be asked without TLS; this machine always may. */
  readonly plainHttp: readonly string[];
}

const chartSchema = v.object({
  name: v.string(),
  version: v.string(),
  digest: v.string(),
  dependencies: v.nullish(v.array(dependencySchema), []),
});

/** The words of a chart that was fetched. */
export type FetchedChart = v.InferOutput<typeof chartSchema>;

const failureNames = Object.keys(failureTypes) as [FailureType, ...FailureType[]];
const answerSchema = v.union([
  v.object({ chart: chartSchema }),
  v.object({ error: v.object({ type: v.picklist(failureNames), message: v.string() }) }),
]);

/** Fetches a chart. Throws `Failure` with what is wrong and what to do. */
export type FetchChart = (order: ChartOrder, signal?: AbortSignal) => Promise<FetchedChart>;

/** Makes a function that fetches charts with the program, which is found or built at the first call. */
export function createFetchChart(options: FindOptions & { readonly env: NodeJS.ProcessEnv }): FetchChart {
  let program: Promise<string> | undefined;
  return async (order, signal) => {
    program ??= ensureVendorProgram(options);
    // The order holds no secret: the program reads credentials where the user keeps them.
    const { stdout, stderr, exitCode } = await execa(await program, [], {
      input: JSON.stringify(order),
      env: options.env,
      extendEnv: false,
      reject: false,
      ...(signal && { signal }),
    });
    signal?.throwIfAborted();
    return readAnswer(stdout) ?? failed(exitCode, stderr);
  };
}

function readAnswer(text: string): FetchedChart | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { success, output } = v.safeParse(answerSchema, parsed);
  if (!success) return undefined;
  if ('error' in output) throw new Failure(output.error.type, output.error.message);
  return output.chart;
}

function failed(exitCode: number | undefined, stderr: string): never {
  throw new Failure(
    'Internal',
    `fairlead-vendor gave no answer (exit code ${exitCode ?? 'unknown'}): ${stderr.trim().split('\n').at(-1) ?? ''}`,
  );
}
