/**
 * How long a worker may take for one task of a workflow. A task that a worker took with it when it died comes back after
 * this; every start of a workflow sets it, because Temporal's default is twice as long.
 */
export const workflowTaskTimeout = '5 seconds' as const;

/** After how long without a sign a step is given to another worker. */
export const heartbeatTimeout = {
  /** Of a step that only looks: a second attempt while the first one lives does no harm, and costs little. */
  looking: '6 seconds',
  /** Of a step that changes the world or renders: a worker that is only slow must not do it twice. */
  changing: '12 seconds',
} as const;

/** How often a step gives a sign, in milliseconds. */
export const heartbeatMs = 2_000;

/** What every worker is made with. */
export const workerTimes = {
  /** Signs are sent as often as they are given: with them come cancellations, and goes what a step remembers. */
  maxHeartbeatThrottleInterval: heartbeatMs,
  /** How long a workflow's task waits for the worker that has the workflow in its cache, before any worker gets it. */
  stickyQueueScheduleToStartTimeout: '3 seconds',
} as const;
