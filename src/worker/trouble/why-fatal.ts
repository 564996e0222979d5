import { TransportError } from '@temporalio/worker';
import { Failure } from '../../failure.ts';
import { temporalFailure } from '../../temporal/client.ts';
import type { WorkerConnection } from '../connection.ts';

/** How long Temporal may take to say what it has against a worker, in milliseconds. */
const answerWithinMs = 10_000;

/**
 * Makes the failure of a worker that Temporal gives no more tasks. The SDK hands on words without a code, so that Temporal is asked
 * once more. Answers what is no refusal of Temporal's as it is.
 */
export async function whyFatal(error: unknown, temporal: WorkerConnection): Promise<unknown> {
  if (!(error instanceof TransportError)) return error;
  const { connection, namespace, address, credentials } = temporal;
  try {
    await connection.withDeadline(Date.now() + answerWithinMs, () =>
      connection.workflowService.describeNamespace({ namespace }),
    );
  } catch (refusal) {
    return temporalFailure(refusal, temporal);
  }
  const words = credentials?.hide(error.message) ?? error.message;
  return new Failure(
    'Unavailable',
    `Temporal at ${address} gives this worker no more tasks (${words}). Start the worker again.`,
    { cause: error },
  );
}
