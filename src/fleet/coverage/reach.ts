import { posix } from 'node:path';

/** What a branch's folders hold, as far as kustomize follows them. */
export interface BranchFolders {
  /** The paths of all manifests (`*.yaml`, `*.yml`, `*.json`). */
  readonly manifests: readonly string[];
  /** Folder → its kustomization, of every folder that has one. */
  readonly kustomizations: ReadonlyMap<string, FolderKustomization>;
}

/** What a folder's `kustomization.yaml` says. */
export interface FolderKustomization {
  /** What it lists: `resources`, `bases`, `components`. */
  readonly entries: readonly string[];
  /** Its fields that change what it lists, such as `images` and `patches`. */
  readonly alters: readonly string[];
}

/**
 * The folders that a Flux Kustomization applies manifests from, each with what changes its manifests on the way there:
 * `clusters/one/kustomization.yaml (images)`.
 */
export type ReachedFolders = ReadonlyMap<string, readonly string[]>;

/**
 * Answers which folders a Flux Kustomization applies manifests from, by its path: it builds the kustomization there and
 * follows what that lists. Where there is none, Flux makes one that takes every manifest below, and each folder with a
 * kustomization as a whole. Entries that are no path in the branch, such as URLs, lead nowhere.
 */
export function reachOf({ manifests, kustomizations }: BranchFolders): (path: string) => ReachedFolders {
  const files = new Set(manifests);
  const known = new Map<string, ReachedFolders>();
  const follow = (folder: string, found: Map<string, readonly string[]>, way: Way): void => {
    const kustomization = kustomizations.get(folder);
    if (kustomization === undefined || way.folders.has(folder)) return;
    const changes = [...way.changes, ...changesIn(folder, kustomization)];
    const further = { folders: new Set([...way.folders, folder]), changes };
    for (const entry of kustomization.entries) {
      const target = within(folder, entry);
      if (target === undefined) continue;
      if (files.has(target)) found.set(folderOf(target), changes);
      else follow(target, found, further);
    }
  };
  const generate = (path: string, found: Map<string, readonly string[]>): void => {
    const folders = [...kustomizations.keys()].filter((folder) => isBelow(folder, path));
    const tops = folders.filter((folder) => !folders.some((other) => other !== folder && isBelow(folder, other)));
    for (const folder of tops) follow(folder, found, begin);
    for (const file of manifests)
      if (isBelow(file, path) && !tops.some((folder) => isBelow(file, folder))) found.set(folderOf(file), []);
  };
  return (path) => {
    const before = known.get(path);
    if (before) return before;
    const found = new Map<string, readonly string[]>();
    if (kustomizations.has(path)) follow(path, found, begin);
    else generate(path, found);
    known.set(path, found);
    return found;
  };
}

/** The folders from a Kustomization's path to where it is followed, and what they change. */
interface Way {
  readonly folders: ReadonlySet<string>;
  readonly changes: readonly string[];
}

const begin: Way = { folders: new Set(), changes: [] };

function changesIn(folder: string, { alters }: FolderKustomization): readonly string[] {
  return alters.length === 0 ? [] : [`${folder === '' ? '' : `${folder}/`}kustomization.yaml (${alters.join(', ')})`];
}

/** Answers whether a path is a folder itself, or below it; '' is the root. */
export function isBelow(path: string, folder: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}

function within(folder: string, entry: string): string | undefined {
  if (entry.includes('://') || entry.startsWith('/')) return undefined;
  const target = posix.join(folder, entry).replace(/\/$/, '');
  return target.startsWith('..') ? undefined : target === '.' ? '' : target;
}

/** Answers the folder of a file; '' is the root. */
export function folderOf(file: string): string {
  const end = file.lastIndexOf('/');
  return end < 0 ? '' : file.slice(0, end);
}
