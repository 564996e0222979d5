/** Between two looks for a commit that git does not have yet, in milliseconds. */
const lookAgainMs = 5_000;

/**
 * Answers the options of a `Failure` over a commit that git does not have: it may be on its way, and is asked for again
 * until `patienceMs` have passed since the step began. Undefined: it is not waited for.
 */
export function lateCommit(patienceMs: number | undefined): {
  readonly patienceMs?: number;
  readonly retryAfterMs?: number;
} {
  return patienceMs === undefined ? {} : { patienceMs, retryAfterMs: Math.min(lookAgainMs, patienceMs) };
}
