import { isMap, isScalar } from 'yaml';
import { joinPath, normalizePath } from '../../text/path.ts';
import { isHelper } from '../source/bases.ts';
import type { Kustomization, KustomizationReader } from '../source/kustomization.ts';
import type { DirectoryAtPath, DirectoryNode } from '../source/nodes.ts';
import { referencesOf } from '../source/references.ts';

/** The paths that the kustomization of a directory without a base lets through. */
export interface Restriction {
  /** The path of the directory on the config branch. */
  readonly path: string;
  /** The paths of the directories that it lists. */
  readonly listed: readonly string[];
}

/** The fields that list directories, and those that mean nothing by themselves. */
const understoodFields: readonly string[] = ['apiversion', 'kind', 'metadata', 'resources', 'bases'];

/**
 * Reads the kustomization of a group, a category or another directory without a base; undefined: there is none, or it
 * cannot be read. Fields that do more than list directories are problems, because nothing would apply them. `tell`
 * takes each problem with the name of the file.
 */
export function readRestriction(
  { path, directory }: DirectoryAtPath,
  reader: KustomizationReader,
  tell: (name: string, problem: string) => void,
): Restriction | undefined {
  const read = reader(directory);
  if (!read) return undefined;
  if ('bad' in read) {
    tell(read.bad.name, read.bad.problem);
    return undefined;
  }
  for (const { field, line } of otherFields(read.ok)) {
    tell(
      read.ok.name,
      `line ${line}: no base is rendered here, so ${field} has no effect; only \`resources\` does, as the list of what is assigned. Move it to the leaves.`,
    );
  }
  const listed: string[] = [];
  for (const { value, line } of referencesOf(read.ok)) {
    const target = joinPath('/', value).slice(1).replace(/\/+$/, '');
    const leadsOut = normalizePath(value).startsWith('..') || value.startsWith('/');
    const [first = '', ...rest] = target.split('/');
    const child = directory.directories.get(first);
    if (leadsOut || !child || isHelper(first) || !hasDirectory(child, rest)) {
      tell(
        read.ok.name,
        `line ${line}: ${JSON.stringify(value)} is no directory below this one. ${path} is no base, so this file only lists directories of this branch; a file that refers to a base belongs into the directory that assigns it.`,
      );
    } else listed.push(joinPath(path, target));
  }
  return { path, listed };
}

/**
 * Tells what all restrictions together say of a path. `listed`: it is assigned; `above`: only something below it is;
 * `out`: neither is.
 */
export function admittedBy(restrictions: readonly Restriction[], path: string): 'listed' | 'above' | 'out' {
  let result: 'listed' | 'above' = 'listed';
  for (const { listed } of restrictions) {
    if (listed.some((entry) => entry === path || path.startsWith(`${entry}/`))) continue;
    if (!listed.some((entry) => entry.startsWith(`${path}/`))) return 'out';
    result = 'above';
  }
  return result;
}

function otherFields(kustomization: Kustomization): readonly { readonly field: string; readonly line: number }[] {
  const map = kustomization.document?.contents;
  if (!isMap(map)) return [];
  return map.items.flatMap(({ key }) => {
    if (!isScalar(key) || understoodFields.includes(String(key.value).toLowerCase())) return [];
    return [{ field: String(key.value), line: kustomization.lineOf(key.range?.[0] ?? 0) }];
  });
}

function hasDirectory(from: DirectoryNode, names: readonly string[]): boolean {
  let directory: DirectoryNode | undefined = from;
  for (const name of names) directory = directory?.directories.get(name);
  return directory !== undefined;
}
