import type { GitRepository, TreeFile } from '../../git/repository.ts';
import { provenanceAt } from '../../gitops/gitops-branch.ts';
import { groupsByPath } from '../../render/layout/own-folders.ts';
import { provenancePath } from '../../render/layout/provenance.ts';

/**
 * Says, for people, in which files a merge commit differs from what was rendered; undefined where it does not. Only the
 * provenance and the folders that Fairlead renders count: other folders may have moved on.
 */
export async function differenceFrom(
  repository: GitRepository,
  rendered: string,
  merged: string,
): Promise<string | undefined> {
  if (rendered === merged) return undefined;
  const provenance = await provenanceAt(repository, rendered);
  const ours = ownPaths(provenance?.groups ?? new Map());
  const [before, after] = await Promise.all([repository.listFiles(rendered), repository.listFiles(merged)]);
  const differing = [...new Set([...before.keys(), ...after.keys()])].filter(
    (path) => ours(path) && !isSameFile(before.get(path), after.get(path)),
  );
  if (differing.length === 0) return undefined;
  const more = differing.length > 3 ? ` and ${differing.length - 3} more` : '';
  return `${differing.slice(0, 3).join(', ')}${more} differ`;
}

function isSameFile(one: TreeFile | undefined, other: TreeFile | undefined): boolean {
  return one?.oid === other?.oid && one?.mode === other?.mode;
}

/** Makes a test that tells which paths a render replaces as a whole. */
export function ownPaths(groups: ReadonlyMap<string, readonly string[]>): (path: string) => boolean {
  const groupsOf = groupsByPath(groups);
  return (path) => path === provenancePath || groupsOf(path).length > 0;
}
