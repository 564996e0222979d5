import { posix } from 'node:path';
import { isMap, isScalar } from 'yaml';
import { isHelper } from '../source/bases.ts';
import type { Kustomization, KustomizationReader } from '../source/kustomization.ts';
import type { DirectoryNode } from '../source/nodes.ts';
import { referencesOf } from '../source/references.ts';

/** What the kustomization of a directory that is no base lets through. */
export interface Restriction {
  /** Path of the directory, as the config branch has it. */
  readonly path: string;
  readonly listed: readonly string[];
}

/** Fields without meaning of their own, and those that list children. */
const understood: readonly string[] = ['apiversion', 'kind', 'metadata', 'resources', 'bases'];

/**
 * Reads the kustomization of a group, a category or another directory that is no base; undefined: there is none.
 * What it would do beyond listing directories is a problem: it would be lost without a word.
 */
export function readRestriction(
  directory: DirectoryNode,
  path: string,
  reader: KustomizationReader,
  problem: (name: string, text: string) => void,
): Restriction | undefined {
  const read = reader(directory);
  if (!read) return undefined;
  if ('bad' in read) {
    problem(read.bad.name, read.bad.problem);
    return undefined;
  }
  for (const { field, line } of otherFields(read.ok)) {
    problem(
      read.ok.name,
      `line ${line}: no base is rendered here, so ${field} has no effect; only \`resources\` does, as the list of what is assigned. Move it to the leaves.`,
    );
  }
  const listed: string[] = [];
  for (const { value, line } of referencesOf(read.ok)) {
    const target = posix.join('/', value).slice(1).replace(/\/+$/, '');
    const leaves = posix.normalize(value).startsWith('..') || value.startsWith('/');
    const [first = '', ...rest] = target.split('/');
    const child = directory.directories.get(first);
    if (leaves || !child || isHelper(first) || !exists(child, rest)) {
      problem(
        read.ok.name,
        `line ${line}: ${JSON.stringify(value)} is no directory below it. List directories of this branch only; Fairlead adds their bases.`,
      );
    } else listed.push(posix.join(path, target));
  }
  return { path, listed };
}

/** `listed`: assigned. `above`: not itself, but something below it is. */
export function admission(restrictions: readonly Restriction[], path: string): 'listed' | 'above' | 'out' {
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
    if (!isScalar(key) || understood.includes(String(key.value).toLowerCase())) return [];
    return [{ field: String(key.value), line: kustomization.lineOf(key.range?.[0] ?? 0) }];
  });
}

function exists(from: DirectoryNode, names: readonly string[]): boolean {
  let directory: DirectoryNode | undefined = from;
  for (const name of names) directory = directory?.directories.get(name);
  return directory !== undefined;
}
