import type { Activities } from '../activities/contract.ts';

/**
 * The task queues of a worker beside its own. Every worker polls all of them, each with places of its own: however many
 * steps wait in one queue, those of the others go on.
 */
export type StepQueue = 'renders' | 'merges';

/** The step that each of these queues is for. */
export const stepsOfQueues = {
  /** Many of them may wait, and nothing else waits behind them. */
  renders: 'renderEnvironment',
  /** Only those that may merge now: somebody has approved, and waits. Those that look at a request wait with all others. */
  merges: 'awaitMerge',
} as const satisfies Readonly<Record<StepQueue, keyof Activities>>;

/** Names one of these queues. */
export function queueName(taskQueue: string, queue: StepQueue): string {
  return `${taskQueue}-${queue}`;
}
