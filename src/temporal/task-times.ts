/**
 * How long a worker may take for one task of a workflow. A task that a worker took with it when it died comes back after
 * this; every start of a workflow sets it, because Temporal's default is twice as long.
 */
export const workflowTaskTimeout = '4 seconds' as const;

/**
 * After how long without a sign a step is given to another worker. That one may meet what the first is still doing, if
 * it was only slow: every step may be done twice at the same time.
 */
export const heartbeatTimeout = '4 seconds' as const;

/** How often a step gives a sign, in milliseconds. Forty steps at once cost a worker one per cent of a core by that. */
export const heartbeatMs = 1_500;

/**
 * How steps are tried again whose attempt was lost with its worker: at once, however many attempts there were before.
 * An attempt that fails says itself when it is tried again.
 */
export const lostAttemptRetry = { initialInterval: '200 milliseconds', backoffCoefficient: 1 } as const;

/** After how many milliseconds a step is tried again that has failed so often in a row: from a second to half a minute. */
export function retryPauseMs(failures: number): number {
  return Math.min(30_000, 1_000 * 2 ** (failures - 1));
}

/** What every worker is made with. */
export const workerTimes = {
  /** Signs are sent as often as they are given: with them come cancellations, and goes what a step remembers. */
  maxHeartbeatThrottleInterval: heartbeatMs,
  /** How long a workflow's task waits for the worker that has the workflow in its cache, before any worker gets it. */
  stickyQueueScheduleToStartTimeout: '3 seconds',
} as const;
