import { posix } from 'node:path';
import type { Dependencies } from '../../dependencies.ts';
import { isKustomization } from '../../diff/kustomizations.ts';
import {
  type ChangedBranch,
  type ChangedFile,
  type DescribedChanges,
  describeChanges,
} from '../../diff/view/describe.ts';
import { Failure } from '../../failure.ts';
import type { GitRepository, TreeFile } from '../../git/repository.ts';
import { provenanceAt } from '../../gitops/gitops-branch.ts';
import { limits } from '../../platform/limits.ts';
import { folderFinder } from '../../render/layout/own-folders.ts';
import type { OpenOrder } from './contract.ts';

type Files = ReadonlyMap<string, TreeFile>;

/**
 * Describes what a request changes, object by object; undefined: that is too much to be compared. Only files that change are read.
 */
export async function describeBranch(
  {
    repositories,
    forges,
    describeChanges: describe,
  }: Pick<Dependencies, 'repositories' | 'forges' | 'describeChanges'>,
  { gitops: { repository }, source, base, commit }: OpenOrder,
): Promise<DescribedChanges | undefined> {
  const gitops = repositories.open(repository);
  await gitops.ensureCommit(base);
  await gitops.ensureCommit(commit);
  const [before, after] = await Promise.all([gitops.listFiles(base), gitops.listFiles(commit)]);
  const files = changedFiles(before, after);
  const oids = new Set(files.flatMap((file) => [file.before, file.after]).filter((oid) => oid !== undefined));
  if (sizeOf(files, { before, after }) > limits.comparedBytes) return undefined;
  const contents = await gitops.readBlobs(oids);
  if (!isOfRender(files, contents)) return undefined;
  const changed = {
    groups: await groupsOf(gitops, [base, commit]),
    files,
    contents,
    staying: stayingBeside(files, { before, after }),
    page: forges.commitUrl(repository, commit),
    bodyLimit: forges.for(repository).capabilities.bodyLimit,
  };
  try {
    return await (describe?.(changed, { repository: source }) ?? describeChanges(changed));
  } catch (error) {
    // It is told in the request: nobody is kept from reading the files there.
    if (error instanceof Failure && error.type === 'Refused') return undefined;
    throw error;
  }
}

function changedFiles(before: Files, after: Files): readonly ChangedFile[] {
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((path) => {
    const [was, is] = [before.get(path), after.get(path)];
    if (was?.oid === is?.oid) return [];
    return [{ path, ...readable('before', was), ...readable('after', is) }];
  });
}

function readable(side: 'before' | 'after', file: TreeFile | undefined): Partial<ChangedFile> {
  return file === undefined || file.mode === '160000' ? {} : { [side]: file.oid };
}

function sizeOf(files: readonly ChangedFile[], sides: { readonly before: Files; readonly after: Files }): number {
  const sizeAt = (side: 'before' | 'after', { path, [side]: oid }: ChangedFile) =>
    oid === undefined ? 0 : (sides[side].get(path)?.size ?? 0);
  return files.reduce((sum, file) => sum + sizeAt('before', file) + sizeAt('after', file), 0);
}

/**
 * Tells whether neither side has more documents than a render brings. Comparing more of them takes the memory that a process has, and
 * some seconds until it has taken it.
 */
export function isOfRender(files: readonly ChangedFile[], contents: ReadonlyMap<string, Buffer>): boolean {
  return (['before', 'after'] as const).every((side) => {
    let left: number = limits.environmentObjects;
    for (const { [side]: oid } of files) {
      const content = oid === undefined ? undefined : contents.get(oid);
      // Each document begins with a line of dashes, but for the first one.
      for (let at = 0; content !== undefined && at >= 0 && left >= 0; left -= 1) {
        const next = content.indexOf('---', at);
        at = next < 0 ? -1 : next + '---'.length;
      }
      if (left < 0) return false;
    }
    return true;
  });
}

async function groupsOf(gitops: GitRepository, commits: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(commits.map((commit) => provenanceAt(gitops, commit)));
  return [...new Set(found.flatMap((provenance) => [...(provenance?.groups.keys() ?? [])]))].sort();
}

/**
 * Lists, for each entry that a kustomization which changes may have, one file that stays: whether an entry leads somewhere tells
 * an edit by hand from one that comes and goes with its files.
 */
function stayingBeside(
  files: readonly ChangedFile[],
  { before, after }: { readonly before: Files; readonly after: Files },
): ChangedBranch['staying'] {
  const isBoth = ({ before: was, after: is }: ChangedFile) => was !== undefined && is !== undefined;
  const changing = files.filter((file) => isBoth(file) && isKustomization(file.path));
  if (changing.length === 0) return [];
  const foldersOf = folderFinder(changing.map(({ path }) => posix.dirname(path)));
  const seen = new Set<string>();
  return [...after].flatMap(([path, { oid }]) => {
    if (before.get(path)?.oid !== oid) return [];
    const entries: string[] = [];
    for (const folder of foldersOf(path)) {
      const entry = entryBelow(folder, path);
      // Who has come here before has been in all folders above.
      if (seen.has(entry)) break;
      entries.push(entry);
    }
    for (const entry of entries) seen.add(entry);
    return entries.length > 0 ? [path] : [];
  });
}

/** Answers the file or folder directly below a folder that a path lies in. */
function entryBelow(folder: string, path: string): string {
  const end = path.indexOf('/', folder.length + 1);
  return end < 0 ? path : path.slice(0, end);
}
