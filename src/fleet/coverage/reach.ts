import { posix } from 'node:path';

/** What a branch's folders hold, as far as kustomize follows them. */
export interface BranchFolders {
  /** The paths of all manifests (`*.yaml`, `*.yml`, `*.json`). */
  readonly manifests: readonly string[];
  /** Folder → the entries of its kustomization (`resources`, `bases`, `components`), of every folder that has one. */
  readonly entries: ReadonlyMap<string, readonly string[]>;
}

/**
 * Answers which folders a Flux Kustomization applies manifests from, by its path: it builds the kustomization there and
 * follows what that lists. Where there is none, Flux makes one that takes every manifest below, and each folder with a
 * kustomization as a whole. Entries that are no path in the branch, such as URLs, lead nowhere.
 */
export function reachOf({ manifests, entries }: BranchFolders): (path: string) => ReadonlySet<string> {
  const files = new Set(manifests);
  const known = new Map<string, ReadonlySet<string>>();
  const follow = (folder: string, found: Set<string>, seen: Set<string>): void => {
    if (seen.has(folder)) return;
    seen.add(folder);
    for (const entry of entries.get(folder) ?? []) {
      const target = within(folder, entry);
      if (target === undefined) continue;
      if (files.has(target)) found.add(folderOf(target));
      else if (entries.has(target)) follow(target, found, seen);
    }
  };
  const generated = (path: string, found: Set<string>, seen: Set<string>): void => {
    const roots = [...entries.keys()].filter((folder) => isBelow(folder, path));
    const tops = roots.filter((folder) => !roots.some((other) => other !== folder && isBelow(folder, other)));
    for (const folder of tops) follow(folder, found, seen);
    for (const file of manifests)
      if (isBelow(file, path) && !tops.some((folder) => isBelow(file, folder))) found.add(folderOf(file));
  };
  return (path) => {
    const before = known.get(path);
    if (before) return before;
    const found = new Set<string>();
    if (entries.has(path)) follow(path, found, new Set());
    else generated(path, found, new Set());
    known.set(path, found);
    return found;
  };
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

function folderOf(file: string): string {
  const end = file.lastIndexOf('/');
  return end < 0 ? '' : file.slice(0, end);
}
