import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { Running } from './operations.ts';

/** Answers why an operation failed that could not even begin: what the workflow, or its first step, refused. */
export async function refusal(operation: Running): Promise<ApplicationFailure> {
  const error: unknown = await operation.result().then(
    ({ state }) => new Error(`it ended as ${state}`),
    (reason: unknown) => reason,
  );
  const cause = error instanceof WorkflowFailedError ? (error.cause?.cause ?? error.cause) : undefined;
  if (cause instanceof ApplicationFailure) return cause;
  throw error;
}
