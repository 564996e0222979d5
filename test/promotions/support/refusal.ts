import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { Running } from './journeys.ts';

/** Why a journey failed that could not even begin: what the workflow, or its first step, refused. */
export async function refusal(journey: Running): Promise<ApplicationFailure> {
  const error: unknown = await journey.result().then(
    ({ state }) => new Error(`it ended as ${state}`),
    (reason: unknown) => reason,
  );
  const cause = error instanceof WorkflowFailedError ? (error.cause?.cause ?? error.cause) : undefined;
  if (cause instanceof ApplicationFailure) return cause;
  throw error;
}
