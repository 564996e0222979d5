import type { SourceTree } from '../types.ts';
import type { BranchChanges } from './compose.ts';
import { folderFinder } from './own-folders.ts';

/** Lists the groups of which a folder holds any file after the changes, of others, too: Flux finds their path. */
export function foldersLeft(branch: SourceTree, changes: BranchChanges, groups: Iterable<string>): ReadonlySet<string> {
  const groupsOf = folderFinder(groups);
  const left = new Set<string>();
  for (const paths of [branch.files.keys(), changes.keys()])
    for (const path of paths) if (changes.get(path) !== null) for (const group of groupsOf(path)) left.add(group);
  return left;
}
