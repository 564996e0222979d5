import { type ActivityOptions, proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../../activities/contract.ts';
import { cut } from '../../cut.ts';

/**
 * Failures that the world mends by itself are retried for ever; those that need a person are marked
 * non-retryable by the activity. A step that waits sets the next delay itself (worker settings).
 * The heartbeat lets a killed worker's step start elsewhere after half a minute.
 */
const options: ActivityOptions = {
  startToCloseTimeout: '15 minutes',
  heartbeatTimeout: '30 seconds',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds' },
};

/** Steps whose attempts change the world: each is seen to its end, even when nobody waits for its answer any more. */
const changing: readonly (keyof Activities)[] = ['awaitMerge'];

/** Answers the activity of this name; `summary` says in the Temporal UI what this call is about. */
export function step<Name extends keyof Activities>(name: Name, summary: string): Activities[Name] {
  const cancellationType = changing.includes(name) ? 'WAIT_CANCELLATION_COMPLETED' : 'TRY_CANCEL';
  return proxyActivities<Activities>({ ...options, cancellationType, summary: cut(summary, 200) })[name];
}
