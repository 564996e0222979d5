import type { GitRepository } from '../git/repository.ts';
import { limits } from '../platform/limits.ts';
import type { SourceTree } from '../render/types.ts';

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
