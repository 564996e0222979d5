import type { GitRepository } from '../../git/repository.ts';
import { environmentAt } from '../../gitops/environment-file.ts';
import { findRemovals } from '../../operation/guard/find-removals.ts';
import type { GuardedRemovals } from '../../operation/guard/removals.ts';
import type { BranchChanges } from '../../render/layout/compose.ts';
import { objectKey } from '../../render/layout/conflicts.ts';
import type { Layout } from '../../render/layout/files.ts';
import { objectsIn } from '../../render/layout/objects.ts';
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
 * names; undefined: nothing of that. Nothing is read where no file of the branch changes.
 */
export async function guardedRemovals(
  { source, gitops: repository }: Repositories,
  { environment: name, gitops, policy: config }: RenderOrder,
  { rendered, branch: loaded, changes }: RenderedOnBranch,
): Promise<GuardedRemovals | undefined> {
  if (config === undefined || ![...changes.keys()].some((path) => isManifest(path) && loaded.files.has(path)))
    return undefined;
  const branch = await withLargeFiles(repository, loaded, changes);
  const summary = await summarize({ branch, changes });
  if (summary.every(({ removed }) => removed.length === 0)) return undefined;
  const policy = await environmentAt(source, { gitopsRepository: gitops.repository }, { name, config });
  const { groups, files, counts } = rendered;
  const change = {
    summary,
    groups: new Set(groups.keys()),
    folderStays: (group: string) => isLeft({ branch, changes }, `${group}/`),
    count: (group: string) => counts.get(group) ?? 0,
    objectsOf: (group: string) => new Set(objectsBelow(files, `${group}/`)),
  };
  return findRemovals(change, policy);
}

/** Reads what changes on the branch and was too large to be loaded with the others. */
async function withLargeFiles(
  repository: GitRepository,
  { revision, files }: SourceTree,
  changes: BranchChanges,
): Promise<SourceTree> {
  const large = [...changes.keys()].flatMap((path) => {
    const file = files.get(path);
    return file === undefined || file.mode === '160000' || file.content !== undefined ? [] : [{ path, file }];
  });
  if (large.length === 0) return { revision, files };
  const contents = await repository.readBlobs(new Set(large.map(({ file }) => file.oid)));
  const read = large.map(({ path, file }) => [path, { ...file, content: contents.get(file.oid) }] as const);
  return { revision, files: new Map([...files, ...read]) };
}

/** Tells whether a folder holds any file after the changes. */
function isLeft({ branch, changes }: Pick<RenderedOnBranch, 'branch' | 'changes'>, folder: string): boolean {
  const stays = (path: string) => path.startsWith(folder) && changes.get(path) !== null;
  return [...branch.files.keys(), ...changes.keys()].some(stays);
}

function isManifest(path: string): boolean {
  return !path.startsWith('.') && !/(^|\/)kustomization\.yaml$/.test(path);
}

function* objectsBelow(files: ReadonlyMap<string, string>, folder: string): Iterable<string> {
  for (const [path, text] of files)
    if (path.startsWith(folder) && isManifest(path)) for (const { id } of objectsIn(text)) yield objectKey(id);
}
