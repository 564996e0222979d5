import { Failure } from '../failure.ts';
import type { GitRepository, TreeFile } from '../git/repository.ts';
import { bytesText, limits } from '../platform/limits.ts';
import { groupsByPath } from '../render/layout/own-folders.ts';
import { provenancePath } from '../render/layout/provenance.ts';
import type { SourceTree } from '../render/types.ts';
import { shortSha } from '../short-names.ts';
import { readableProvenance } from './gitops-branch.ts';

/** Lists a commit's files without their contents. */
export async function listTree(repository: GitRepository, commit: string): Promise<SourceTree> {
  return { revision: commit, files: await repository.listFiles(commit) };
}

/** Loads a commit's files into memory; those that are too large to be rendered have no content. `wanted` tells whose content is needed; default: that of all. */
export async function loadTree(
  repository: GitRepository,
  commit: string,
  wanted: (path: string, file: TreeFile) => boolean = () => true,
): Promise<SourceTree> {
  const listed = await repository.listFiles(commit);
  const read = [...listed].filter(
    ([path, file]) => file.mode !== '160000' && file.size <= limits.fileBytes && wanted(path, file),
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
 * they are compared by their ids, and whoever wants more of the few that change reads them. Of others' files those have content that
 * say what Flux applies: kustomizations, manifests, and symlinks to them. Throws `Failure` Refused where these are too much to be read
 * for each render.
 */
export async function loadBranch(repository: GitRepository, commit: string): Promise<SourceTree> {
  // One file is read without a listing of its own where the whole one is known.
  const listed = await repository.listFiles(commit);
  const provenance = await readableProvenance(repository, commit);
  const groups = provenance?.groups ?? new Map<string, readonly string[]>();
  const ownersOf = groupsByPath(groups);
  const isOwn = (path: string) => ownersOf(path).length > 0;
  // Only a file that was edited by hand names a group in the folder of another, whose kustomization is read.
  const isPlain = ![...groups.keys()].some((group) => isOwn(`${group}/${provenancePath}`));
  const isRead = (path: string, file: TreeFile) => saysWhatApplies(path, file) && !(isPlain && isOwn(path));
  const sizes = [...listed].flatMap(([path, file]) =>
    file.size <= limits.fileBytes && isRead(path, file) ? [[file.oid, file.size] as const] : [],
  );
  const bytes = [...new Map(sizes).values()].reduce((sum, size) => sum + size, 0);
  if (bytes > limits.environmentOutputBytes) throw tooMuch(repository, commit, bytes);
  return loadTree(repository, commit, isRead);
}

function saysWhatApplies(path: string, { mode }: TreeFile): boolean {
  return mode === '120000' || /\.ya?ml$/i.test(path) || /(^|\/)Kustomization$/.test(path);
}

function tooMuch({ url }: GitRepository, commit: string, bytes: number): Failure {
  return new Failure(
    'Refused',
    `At ${shortSha(commit)} of ${url} there are ${bytesText(bytes)} of YAML beside what Fairlead renders, and ` +
      `${bytesText(limits.environmentOutputBytes)} are the most. Keep it on a branch of its own.`,
  );
}
