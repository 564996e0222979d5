import type { GitRepository } from '../git/repository.ts';
import { limits } from '../platform/limits.ts';
import { groupsByPath } from '../render/layout/own-folders.ts';
import { provenancePath } from '../render/layout/provenance.ts';
import type { SourceTree } from '../render/types.ts';
import { readableProvenance } from './gitops-branch.ts';

/** Lists a commit's files without their contents. */
export async function listTree(repository: GitRepository, commit: string): Promise<SourceTree> {
  return { revision: commit, files: await repository.listFiles(commit) };
}

/** Loads a commit's files into memory; those that are too large to be rendered have no content. `wanted` names the paths whose content is needed; default: all. */
export async function loadTree(
  repository: GitRepository,
  commit: string,
  wanted: (path: string) => boolean = () => true,
): Promise<SourceTree> {
  const listed = await repository.listFiles(commit);
  const read = [...listed].filter(
    ([path, { mode, size }]) => mode !== '160000' && size <= limits.fileBytes && wanted(path),
  );
  const blobs = await repository.readBlobs(new Set(read.map(([, { oid }]) => oid)));
  const contents = new Map(read.map(([path, { oid }]) => [path, blobs.get(oid)]));
  return {
    revision: commit,
    files: new Map(
      [...listed].map(([path, { mode, oid, size }]) => {
        const content = contents.get(path);
        return [path, { mode, oid, size, content }];
      }),
    ),
  };
}

/**
 * Loads the files of a GitOps branch that a render goes to. Those in the folders that its provenance names have no content:
 * they are compared by their ids, and whoever wants more of the few that change reads them.
 */
export async function loadBranch(repository: GitRepository, commit: string): Promise<SourceTree> {
  // One file is read without a listing of its own where the whole one is known.
  await repository.listFiles(commit);
  const provenance = await readableProvenance(repository, commit);
  const groups = provenance?.groups ?? new Map<string, readonly string[]>();
  const ownersOf = groupsByPath(groups);
  const isOwn = (path: string) => ownersOf(path).length > 0;
  // Only a file that was edited by hand names a group in the folder of another, whose kustomization is read.
  const isPlain = ![...groups.keys()].some((group) => isOwn(`${group}/${provenancePath}`));
  return loadTree(repository, commit, isPlain ? (path) => !isOwn(path) : undefined);
}
