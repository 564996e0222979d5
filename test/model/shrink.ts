import fc from 'fast-check';
import { anySequence } from './events/arbitrary.ts';
import type { SequencePlan } from './events/types.ts';
import type { ModelOptions } from './options.ts';
import type { Rig } from './rig/rig.ts';
import { type Failed, runSequence } from './sequence/run-sequence.ts';

/** A sequence that failed, by its path in the seed. */
export interface FailedPath {
  readonly path: string;
  readonly failed: Failed;
}

/** The smallest sequence that fails in the same way. */
export interface Shrunk {
  readonly plan: SequencePlan;
  /** The path for `--path`. */
  readonly path: string;
  readonly failed: Failed;
  readonly tried: number;
}

/** The number of attempts of each smaller sequence; what fails depends on who is faster, too. */
const attempts = 3;

/**
 * Looks for a smaller sequence that fails in the same way, for a bounded time. It is undefined where the
 * sequence itself did not fail again.
 */
export async function shrink(
  rig: Rig,
  options: ModelOptions,
  { path, failed: before }: FailedPath,
): Promise<Shrunk | undefined> {
  let tried = 0;
  let smallest: { readonly plan: SequencePlan; readonly failed: Failed } | undefined;
  let underWay: Promise<boolean> | undefined;
  const holds = async (plan: SequencePlan): Promise<boolean> => {
    tried += 1;
    const number = tried;
    const names = Array.from(
      { length: attempts },
      (_, attempt) => `shrink${path.replaceAll(':', '-')}x${number}x${attempt}`,
    );
    const results = await Promise.all(names.map((name) => runSequence(rig, { plan, name })));
    const failed = results.find((result) => result?.invariant === before.invariant);
    if (!failed) return true;
    smallest = { plan, failed };
    return false;
  };
  const property = fc.asyncProperty(anySequence(options.mostEvents), (plan) => {
    underWay = holds(plan);
    return underWay;
  });
  const { counterexamplePath } = await fc.check(property, {
    seed: options.seed,
    path,
    numRuns: 1,
    interruptAfterTimeLimit: options.shrinkMs,
    markInterruptAsFailure: false,
  });
  // What is interrupted goes on, and would meet a rig that is taken down.
  await underWay;
  return smallest && { ...smallest, path: counterexamplePath ?? path, tried };
}
