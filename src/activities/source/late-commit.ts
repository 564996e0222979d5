import type { GitRepository } from '../../git/repository.ts';
import { isAtOrBehind } from '../../gitops/ancestry.ts';

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

/** For how long a branch is looked at again that may be behind: CI calls on the push, and a mirror may show it later. */
const longestLagMs = 60_000;

/**
 * Answers the options of a `Failure` over a commit that git has and that its branch does not contain. Where the commit
 * descends from the branch's head, the branch may just not show it yet; else it is on another branch for good.
 */
export async function lateBranch(
  source: GitRepository,
  { head, commit }: { readonly head: string; readonly commit: string },
  patienceMs: number | undefined,
): Promise<ReturnType<typeof lateCommit>> {
  if (patienceMs === undefined || !(await isAtOrBehind(source, head, commit))) return {};
  return lateCommit(Math.min(patienceMs, longestLagMs));
}
