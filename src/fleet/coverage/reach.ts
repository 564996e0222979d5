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
  // A folder that several list, or one lists twice, is followed once, on the last of the ways: each way of its own would be one of
  // millions where each folder lists the next one twice.
  const follow = (tops: readonly string[], found: Map<string, readonly string[]>): void => {
    const seen = new Set<string>();
    const open = tops.map((folder) => ({ folder, changes: noChanges }));
    for (let next = open.pop(); next; next = open.pop()) {
      const { folder } = next;
      const kustomization = kustomizations.get(folder);
      if (kustomization === undefined || seen.has(folder)) continue;
      seen.add(folder);
      const changes = [...next.changes, ...changesIn(folder, kustomization)].slice(0, MOST_CHANGES);
      const targets = kustomization.entries.flatMap((entry) => within(folder, entry) ?? []);
      for (const target of targets.toReversed())
        if (files.has(target) && !found.has(folderOf(target))) found.set(folderOf(target), changes);
      open.push(...targets.filter((target) => !files.has(target)).map((target) => ({ folder: target, changes })));
    }
  };
  const generate = (path: string, found: Map<string, readonly string[]>): void => {
    const folders = [...kustomizations.keys()].filter((folder) => isBelow(folder, path));
    const listed = new Set(folders);
    const tops = folders.filter((folder) => !isBelowOneOf(listed, folder));
    for (const file of manifests)
      if (isBelow(file, path) && !isBelowOneOf(listed, file)) found.set(folderOf(file), noChanges);
    follow(tops, found);
  };
  return (path) => {
    const before = known.get(path);
    if (before) return before;
    const found = new Map<string, readonly string[]>();
    if (kustomizations.has(path)) follow([path], found);
    else generate(path, found);
    known.set(path, found);
    return found;
  };
}

/** The most changes on one way that are told apart. */
const MOST_CHANGES = 20;
const noChanges: readonly string[] = [];

/** Answers whether a path lies below one of these folders, which is another one. */
function isBelowOneOf(folders: ReadonlySet<string>, path: string): boolean {
  for (let above = path; above !== ''; ) {
    above = folderOf(above);
    if (folders.has(above)) return true;
  }
  return false;
}

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
