import type { GitRepository } from '../git/repository.ts';

/**
 * Tells whether `later` is `earlier` or descends from it. A commit that the remote does not have is related to itself
 * alone.
 */
export async function isAtOrBehind(source: GitRepository, earlier: string, later: string): Promise<boolean> {
  if (earlier === later) return true;
  return (await source.ensureCommit(later)) && (await source.isAncestor(earlier, later));
}

/** Tells whether a commit is on a branch. A no is asked of the remote once more: it may just have been pushed. */
export async function isOnBranch(source: GitRepository, branch: string, commit: string): Promise<boolean> {
  const seen = await source.branchHead(branch);
  if (seen !== undefined && (await isAtOrBehind(source, commit, seen))) return true;
  source.lookAgain();
  const head = await source.branchHead(branch);
  return head !== undefined && head !== seen && (await isAtOrBehind(source, commit, head));
}

/** Tells whether a commit is on main, or was a minute ago: what a record says of commits does not end sooner. */
export async function isOnMain(source: GitRepository, commit: string): Promise<boolean> {
  const seen = await source.recentMainHead();
  if (seen !== undefined && (await isAtOrBehind(source, commit, seen))) return true;
  return isOnBranch(source, await source.mainBranch(), commit);
}

/** Answers the later one of two commits; undefined where neither descends from the other. */
export async function laterOf(source: GitRepository, one: string, other: string): Promise<string | undefined> {
  if (await isAtOrBehind(source, other, one)) return one;
  return (await isAtOrBehind(source, one, other)) ? other : undefined;
}

/**
 * Tells whether a newer config commit than this one is deployed. A deployed one that is not on the config branch any
 * more does not count: whoever rewrote the branch wants what is there now.
 */
export async function configOvertaken(
  source: GitRepository,
  environment: string,
  { config, deployed }: { readonly config: string; readonly deployed: string },
): Promise<boolean> {
  if (config === deployed || !(await isAtOrBehind(source, config, deployed))) return false;
  return isOnBranch(source, environment, deployed);
}
