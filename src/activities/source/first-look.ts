/*
 * A promotion reads its commit and then, a moment later, the policy of each environment of its first stage, in the same repository. What
 * it has just seen is good enough for that once:
 *
 * - It is the promotion's own look, made after it was started: whoever pushed a config commit before that finds it there.
 * - A config commit that comes in the moment between is as one that comes a moment after the policy was read.
 * - Whatever is read later, after a wait, a retry or a merge, is read as of then, and so is a policy that is wrong.
 */

/** For how long, in milliseconds, the look that begins a promotion is good enough for its first policies. */
export const firstLookMs = 2_000;

/** Names the look that an execution of a promotion leaves for one environment. */
export function firstLookName(runId: string, environment: string): string {
  return `${runId} ${environment}`;
}
