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

/** An attempt that changes the world is seen to its end, also when nobody waits for its answer any more. */
const changing: readonly (keyof Activities)[] = ['awaitMerge'];

/** Activities whose name in the UI says what they are about. */
export function step<Name extends keyof Activities>(name: Name, summary: string): Activities[Name] {
  const cancellationType = changing.includes(name) ? 'WAIT_CANCELLATION_COMPLETED' : 'TRY_CANCEL';
  return proxyActivities<Activities>({ ...options, cancellationType, summary: cut(summary, 200) })[name];
}
