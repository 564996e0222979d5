/** The clocks of this process. */
export interface LocalClocks {
  /** Answers what this machine calls the time, milliseconds since 1970. */
  wall(): number;
  /** Answers milliseconds since some moment; no correction of the time touches it. */
  monotonic(): number;
}

/** The time as a step takes it. */
export interface StepClock {
  /** Answers the time, milliseconds since 1970. */
  now(): number;
  /** By how many milliseconds this machine's clock is ahead of the time taken, negative: behind; 0: it is believed. */
  skewMs(): number;
}

/** The longest time that an attempt is taken to have waited for a worker. */
const longestQueueMs = 60_000;

export const localClocks: LocalClocks = { wall: () => Date.now(), monotonic: () => performance.now() };

/**
 * Makes the clock of one attempt. A worker's clock that is an hour fast must not end a wait, roll production back or
 * lift a freeze: so this machine's time counts only within what Temporal's time leaves open. That is the time at which
 * Temporal scheduled the attempt, and what has passed since; how long the attempt waited for a worker is not known, and
 * taken to be a minute at most.
 */
export function attemptClock(scheduledMs: number, { wall, monotonic }: LocalClocks = localClocks): StepClock {
  const began = monotonic();
  const now = () => {
    const earliest = scheduledMs + (monotonic() - began);
    return Math.round(Math.min(Math.max(wall(), earliest), earliest + longestQueueMs));
  };
  return { now, skewMs: () => Math.round(wall() - now()) };
}
