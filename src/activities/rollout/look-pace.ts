/** When the clusters were looked at, all times in milliseconds. */
export interface LookTimes {
  /** When the wait began, since 1970: with the merge, or with the end of the soak. */
  readonly since: number;
  readonly now: number;
  /** How long the look took. */
  readonly tookMs: number;
  /** The setting `intervals.health`. */
  readonly slowestMs: number;
}

const quickestMs = 5_000;
/** The part of the time that has passed after which the next look comes. */
const share = 1 / 6;

/**
 * Answers how long to wait for the next look at the clusters: 5 s just after a merge, when much happens, and more the
 * longer it lasts, up to the setting. A pause is as long as the look was, because a large fleet shares its worker.
 */
export function lookPauseMs({ since, now, tookMs, slowestMs }: LookTimes): number {
  return Math.min(slowestMs, Math.max(quickestMs, (now - since) * share, tookMs));
}
