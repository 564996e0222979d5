import type { GitRepository } from '../git/repository.ts';
import type { SourceTree } from '../render/types.ts';

/** The size up to which files are loaded, in bytes. Larger ones are no manifests; a render that needs one says so. */
const largestFile = 4 * 1024 * 1024;

/** Loads a commit's files into memory. `wanted` names the paths whose content is needed; default: all. */
export async function loadTree(
  repository: GitRepository,
  commit: string,
  wanted: (path: string) => boolean = () => true,
): Promise<SourceTree> {
  const listed = await repository.listFiles(commit);
  const read = [...listed].filter(([path, { mode, size }]) => mode !== '160000' && size <= largestFile && wanted(path));
  const blobs = await repository.readBlobs(new Set(read.map(([, { oid }]) => oid)));
  const contents = new Map(read.map(([path, { oid }]) => [path, blobs.get(oid)]));
  return {
    revision: commit,
    files: new Map(
      [...listed].map(([path, { mode, oid }]) => {
        const content = contents.get(path);
        return [path, { mode, oid, content }];
      }),
    ),
  };
}
