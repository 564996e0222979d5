import { createBreath } from '../../async/breath.ts';
import type { GitRepository } from '../../git/repository.ts';
import { environmentAt } from '../../gitops/environment-file.ts';
import { findRemovals, groupsThatMeet } from '../../operation/guard/find-removals.ts';
import { groupGone } from '../../operation/guard/group-gone.ts';
import type { GuardedRemovals } from '../../operation/guard/removals.ts';
import { limits } from '../../platform/limits.ts';
import type { BranchChanges } from '../../render/layout/compose.ts';
import { objectKey } from '../../render/layout/conflicts.ts';
import type { Layout } from '../../render/layout/files.ts';
import { foldersLeft } from '../../render/layout/folders-left.ts';
import { isOwnKustomization } from '../../render/layout/kustomization-text.ts';
import { eachObject } from '../../render/layout/objects.ts';
import { folderFinder } from '../../render/layout/own-folders.ts';
import { summarize } from '../../render/layout/summary.ts';
import type { SourceTree } from '../../render/types.ts';
import type { RenderOrder } from './contract.ts';
import type { Repositories } from './request-commit.ts';

/** A render, the branch that it goes to, and what changes there. */
export interface RenderedOnBranch {
  readonly rendered: Pick<Layout, 'groups' | 'files' | 'counts'>;
  readonly branch: SourceTree;
  readonly changes: BranchChanges;
}

/**
 * Finds what a render removes that the guard of the environment names, as its policy says at the commit that the order
 * names; undefined: nothing of that. Nothing is read where no file of the branch changes. Throws `Failure` InvalidConfig where the folder
 * of a group goes of which clusters are listed (`groupGone`).
 */
export async function guardedRemovals(
  { source, gitops: repository }: Repositories,
  { environment: name, operation, gitops, policy: config }: RenderOrder,
  { rendered, branch: loaded, changes }: RenderedOnBranch,
): Promise<GuardedRemovals | undefined> {
  if (config === undefined || ![...changes.keys()].some((path) => isManifest(path) && loaded.files.has(path)))
    return undefined;
  const branch = await withLargeFiles(repository, loaded, changes);
  const summary = await summarize({ branch, changes });
  if (summary.every(({ removed, madeAnew }) => removed.length === 0 && madeAnew === undefined)) return undefined;
  const policy = await environmentAt(source, { gitopsRepository: gitops.repository }, { name, config });
  const { groups, counts } = rendered;
  const left = foldersLeft(
    branch,
    changes,
    summary.map(({ group }) => group),
  );
  const objects = await objectsOfGroups(rendered, groupsThatMeet(policy.clusters));
  const change = {
    summary,
    groups: new Set(groups.keys()),
    folderStays: (group: string) => left.has(group),
    count: (group: string) => counts.get(group) ?? 0,
    objectsOf: (group: string) => objects.get(group) ?? new Set<string>(),
  };
  const found = findRemovals(change, policy);
  const refusal = groupGone(found, policy, operation);
  if (refusal !== undefined) throw refusal;
  return found;
}

/**
 * Reads what changes on the branch and was too large to be loaded with the others. What is larger than any render is not what
 * Fairlead wrote, and not read: of zeros, a hundred megabytes are a few kilobytes of a pack.
 */
async function withLargeFiles(
  repository: GitRepository,
  { revision, files }: SourceTree,
  changes: BranchChanges,
): Promise<SourceTree> {
  let left: number = limits.environmentOutputBytes;
  const large = [...changes.keys()].flatMap((path) => {
    const file = files.get(path);
    if (file === undefined || file.mode === '160000' || file.content !== undefined) return [];
    const size = file.size ?? 0;
    if (size > Math.min(left, limits.leafOutputBytes)) return [];
    left -= size;
    return [{ path, file }];
  });
  if (large.length === 0) return { revision, files };
  const contents = await repository.readBlobs(new Set(large.map(({ file }) => file.oid)));
  const read = large.map(({ path, file }) => [path, { ...file, content: contents.get(file.oid) }] as const);
  return { revision, files: new Map([...files, ...read]) };
}

function isManifest(path: string): boolean {
  return !path.startsWith('.') && !isOwnKustomization(path);
}

/** Reads the objects of groups, by `objectKey`; each file once, and others get their turn meanwhile. */
async function objectsOfGroups(
  { files, groups }: Pick<Layout, 'files' | 'groups'>,
  wanted: ReadonlySet<string>,
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const found = new Map([...wanted].map((group) => [group, new Set<string>()]));
  const groupsOf = folderFinder(groups.keys());
  const breathe = createBreath();
  let count = 0;
  for (const [path, text] of found.size === 0 ? [] : files) {
    // A group may lie in the folder of another one.
    const group = isManifest(path) ? groupsOf(path)[0] : undefined;
    const keys = found.get(group ?? '');
    for (const { id } of keys === undefined ? [] : eachObject(text)) {
      keys?.add(objectKey(id));
      count += 1;
      if (count % 100 === 0) await breathe();
    }
  }
  return found;
}
