import type { LeafOutput } from '../types.ts';
import { kustomizationText } from './kustomization-text.ts';

/** A rendered leaf, and where it goes. */
export interface LaidOutLeaf {
  readonly group: string;
  /** The path of the base: `apps/blue/shop`. */
  readonly path: string;
  readonly output: LeafOutput;
}

/** The files of a GitOps branch that a render makes. */
export interface Layout {
  /** Path → content, sorted by path; without provenance. */
  readonly files: ReadonlyMap<string, string>;
  /** Group → its categories that hold objects, both sorted; an emptied group has none. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
  /** Group → the folders that hold a leaf's objects, sorted. */
  readonly leaves: ReadonlyMap<string, readonly string[]>;
  /** Group → the number of its objects. */
  readonly counts: ReadonlyMap<string, number>;
  readonly objects: number;
}

/**
 * Puts rendered leaves into the folders of the GitOps repository; see docs/design.md "The GitOps layout". A
 * leaf without objects makes no file, and a level without objects is not listed. `emptied`: groups without leaves that get
 * an empty kustomization, so that Flux finds their path and takes away what was there.
 */
export function layOut(leaves: readonly LaidOutLeaf[], emptied: readonly string[] = []): Layout {
  const files = new Map<string, string>();
  const entries = new Map<string, Set<string>>();
  const groups = new Map<string, Set<string>>(emptied.map((group) => [group, new Set()]));
  const folders = new Map<string, string[]>();
  const counts = new Map<string, number>();
  let objects = 0;
  for (const { group, path, output } of leaves) {
    if (output.objects.length === 0) continue;
    objects += output.objects.length;
    counts.set(group, (counts.get(group) ?? 0) + output.objects.length);
    const names = path.split('/');
    const folder = `${group}/${path}`;
    const file = leafFile(group, path);
    files.set(file, output.yaml);
    addToList(entries, folder, file.slice(folder.length + 1));
    for (let depth = names.length - 1; depth >= 0; depth--) {
      addToList(entries, [group, ...names.slice(0, depth)].join('/'), names[depth] ?? '');
    }
    addToList(groups, group, names[0] ?? '');
    const inGroup = folders.get(group);
    if (inGroup === undefined) folders.set(group, [folder]);
    else inGroup.push(folder);
  }
  for (const group of emptied) if (!entries.has(group)) entries.set(group, new Set());
  for (const [level, names] of entries) files.set(`${level}/kustomization.yaml`, kustomizationText([...names]));
  return {
    files: new Map([...files].sort(byKey)),
    groups: new Map([...groups].sort(byKey).map(([group, names]) => [group, [...names].sort()])),
    leaves: new Map([...folders].sort(byKey).map(([group, paths]) => [group, paths.sort()])),
    counts,
    objects,
  };
}

/** Answers the path of the file that holds a leaf's objects; `path`: that of its base. */
export function leafFile(group: string, path: string): string {
  return `${group}/${path}/${path.slice(path.lastIndexOf('/') + 1)}.yaml`;
}

function addToList(lists: Map<string, Set<string>>, key: string, name: string): void {
  const list = lists.get(key) ?? new Set();
  lists.set(key, list.add(name));
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
