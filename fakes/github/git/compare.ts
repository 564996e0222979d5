import { git, tryGit } from './run.ts';

/** What GitHub tells about a pair of base and head. */
export interface Comparison {
  readonly commits: number;
  readonly changedFiles: number;
  readonly additions: number;
  readonly deletions: number;
  /** The tree of the merge; undefined where it conflicts. */
  readonly mergedTree: string | undefined;
}

/** Compares two commits as GitHub does for a pull request. */
export async function compare(directory: string, base: string, head: string): Promise<Comparison> {
  const [mergedTree, count, stat] = await Promise.all([
    mergeTree(directory, base, head),
    git(directory, ['rev-list', '--count', `${base}..${head}`]),
    git(directory, ['diff', '--shortstat', `${base}...${head}`]),
  ]);
  const number = (pattern: RegExp) => Number(pattern.exec(stat)?.[1] ?? 0);
  return {
    commits: Number(count),
    changedFiles: number(/(\d+) files? changed/),
    additions: number(/(\d+) insertion/),
    deletions: number(/(\d+) deletion/),
    mergedTree,
  };
}

/** Merges two commits in the object database, and answers the tree; undefined where they conflict. */
export async function mergeTree(directory: string, ours: string, theirs: string): Promise<string | undefined> {
  const { code, stdout, stderr } = await tryGit(directory, ['merge-tree', '--write-tree', ours, theirs]);
  if (code === 0) return stdout.slice(0, 40);
  if (code === 1) return undefined;
  throw new Error(`git merge-tree ${ours} ${theirs} in ${directory} ended with ${code}: ${stderr}`);
}

export async function isAncestor(directory: string, ancestor: string, descendant: string): Promise<boolean> {
  return (await tryGit(directory, ['merge-base', '--is-ancestor', ancestor, descendant])).code === 0;
}

export async function haveCommonHistory(directory: string, one: string, other: string): Promise<boolean> {
  return (await tryGit(directory, ['merge-base', one, other])).code === 0;
}
