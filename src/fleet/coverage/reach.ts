import { joinPath } from '../../text/path.ts';

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

/** Stands for what a path reaches where that leads too far to be followed: nothing is known of it. */
export const beyondReach: ReachedFolders = new Map();

/** The steps along all paths that are followed of a cluster, some million in a second: what thousands of them reach is kept as well. */
const MOST_STEPS = 1_000_000;

/**
 * Answers which folders a Flux Kustomization applies manifests from, by its path: it builds the kustomization there and
 * follows what that lists. Where there is none, Flux makes one that takes every manifest below, and each folder with a
 * kustomization as a whole. Entries that are no path in the branch, such as URLs, lead nowhere. Where all paths that were asked for
 * lead further than can be followed, it answers `beyondReach`. `mostSteps`: the steps along all of them that are followed.
 */
export function reachOf(branch: BranchFolders, mostSteps: number = MOST_STEPS): (path: string) => ReachedFolders {
  const { kustomizations } = branch;
  const { files, filesBelow, foldersBelow, targetsIn } = indexOf(branch);
  const known = new Map<string, ReachedFolders>();
  let steps = mostSteps;
  const targetsOf = (folder: string, { entries }: FolderKustomization) => {
    const targets = targetsIn.get(folder) ?? entries.flatMap((entry) => within(folder, entry) ?? []);
    targetsIn.set(folder, targets);
    return targets;
  };
  // A folder that several list, or one lists twice, is followed once, on the last of the ways: each way of its own would be one of
  // millions where each folder lists the next one twice.
  const follow = (tops: readonly string[], found: Map<string, readonly string[]>): void => {
    const seen = new Set<string>();
    const open = tops.map((folder) => ({ folder, changes: noChanges }));
    for (let next = open.pop(); next && steps >= 0; next = open.pop()) {
      const { folder } = next;
      const kustomization = kustomizations.get(folder);
      if (kustomization === undefined || seen.has(folder)) continue;
      seen.add(folder);
      const changes = [...next.changes, ...changesIn(folder, kustomization)].slice(0, MOST_CHANGES);
      const targets = targetsOf(folder, kustomization);
      steps -= targets.length;
      for (const target of targets.toReversed())
        if (files.has(target) && !found.has(folderOf(target))) found.set(folderOf(target), changes);
      open.push(...targets.filter((target) => !files.has(target)).map((target) => ({ folder: target, changes })));
    }
  };
  const generate = (path: string, found: Map<string, readonly string[]>): void => {
    const [folders, below] = [foldersBelow(path), filesBelow(path)];
    steps -= [...folders, ...below].reduce((sum, path) => sum + stepsUp(path), 0);
    if (steps < 0) return;
    const listed = new Set(folders);
    const tops = folders.filter((folder) => !isBelowOneOf(listed, folder));
    for (const file of below) if (!isBelowOneOf(listed, file)) found.set(folderOf(file), noChanges);
    follow(tops, found);
  };
  return (path) => {
    const before = known.get(path);
    if (before) return before;
    const found = new Map<string, readonly string[]>();
    if (kustomizations.has(path)) follow([path], found);
    else generate(path, found);
    const reached = steps < 0 ? beyondReach : found;
    known.set(path, reached);
    return reached;
  };
}

/** What is looked up of a branch's folders. */
interface FolderIndex {
  readonly files: ReadonlySet<string>;
  readonly filesBelow: (folder: string) => readonly string[];
  readonly foldersBelow: (folder: string) => readonly string[];
  /** Folder → what it lists, as paths in the branch. */
  readonly targetsIn: Map<string, readonly string[]>;
}

/** The folders of a branch are the same for thousands of clusters. */
const indexes = new WeakMap<BranchFolders, FolderIndex>();

function indexOf(branch: BranchFolders): FolderIndex {
  const { manifests, kustomizations } = branch;
  const index = indexes.get(branch) ?? {
    files: new Set(manifests),
    filesBelow: pathsBelow(manifests),
    foldersBelow: pathsBelow([...kustomizations.keys()]),
    targetsIn: new Map(),
  };
  indexes.set(branch, index);
  return index;
}

/** The most changes on one way that are told apart. */
const MOST_CHANGES = 20;
const noChanges: readonly string[] = [];

/** Makes a function that lists which of these paths are below a folder: thousands of folders may be asked for. */
function pathsBelow(paths: readonly string[]): (folder: string) => readonly string[] {
  const sorted = [...paths].sort();
  const firstFrom = (bound: string) => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sorted[middle] ?? '') < bound) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  // "0" comes behind "/", and nothing between them.
  return (folder) => (folder === '' ? sorted : sorted.slice(firstFrom(`${folder}/`), firstFrom(`${folder}0`)));
}

/** Counts looking for all folders above a path as steps: each of them is read as a whole, so that a path of 16 kB takes 5 ms. */
function stepsUp(path: string): number {
  return 1 + Math.floor((path.split('/').length * path.length) / 2_000);
}

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
  const target = joinPath(folder, entry).replace(/\/$/, '');
  return target.startsWith('..') ? undefined : target === '.' ? '' : target;
}

/** Answers the folder of a file; '' is the root. */
export function folderOf(file: string): string {
  const end = file.lastIndexOf('/');
  return end < 0 ? '' : file.slice(0, end);
}
