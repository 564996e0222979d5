import { Failure } from '../../failure.ts';
import { patienceEnd } from '../late/patience.ts';
import { type ReportingDependencies, type ReportPlace, tellMain } from './send.ts';

/** The order of a step, as far as it says of which environment and main commit it is. */
type FailingOrder = Omit<ReportPlace, 'main'> &
  ({ readonly main: string } | { readonly revision: { readonly main: string } });

/** Does a step, and tells at the main commit of a failure by which it ends: a person must decide. What is tried again is not told. */
export async function tellingFailure<T>(
  dependencies: ReportingDependencies,
  order: FailingOrder,
  step: () => Promise<T>,
): Promise<T> {
  try {
    return await step();
  } catch (error) {
    const isOver = error instanceof Failure && !error.retryable && patienceEnd(error) === undefined;
    const main = 'main' in order ? order.main : order.revision.main;
    if (isOver)
      await tellMain(
        dependencies,
        { ...order, main },
        { state: 'failure', description: error.message, weight: 'last' },
      );
    throw error;
  }
}
