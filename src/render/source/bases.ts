import type { SourceTree } from '../types.ts';
import { createKustomizationReader, holdsKustomization, type KustomizationReader } from './kustomization.ts';
import { isLfsPointer } from './lfs.ts';
import type { DirectoryNode, FileNode } from './nodes.ts';
import { referencesOf } from './references.ts';
import { type OwnRepository, resolveReference } from './resolve.ts';
import { directoryAt, indexTree, type Source } from './tree.ts';
import { createWalk, type Trail } from './walk.ts';

/** A directory on main that can be assigned; see docs/design.md "The source layout". */
export interface Base {
  /** The path from the root of main, as assignments name it. */
  readonly path: string;
  readonly kind: 'kustomization' | 'chart' | 'manifests';
  readonly directory: DirectoryNode;
}

/**
 * The directories that hold parts of a leaf: its layers. On main, a directory below one of these names is a base only
 * with a kustomization of its own; where main has such a base, the name is no layer in a leaf.
 */
export const layerNames = ['configs', 'overlays'] as const;
export type LayerName = (typeof layerNames)[number];

/** Answers the paths of all bases of a commit of main. `own` is that repository. */
export function basesOf(tree: SourceTree, own: OwnRepository = { urls: [], mainBranch: 'main' }): ReadonlySet<string> {
  return new Set(createBases(indexTree(tree, '/main'), createKustomizationReader(), own).all());
}

/** The bases of a commit of main. Whether a directory is one is found out when it is asked: nothing else is parsed. */
export interface Bases {
  /** Answers the base at this path; undefined: there is none. */
  get(path: string): Base | undefined;
  /** Tells whether a base lies below this path. */
  isAbove(path: string): boolean;
  /** Lists the names of the directories at the root that hold bases. */
  categories(): readonly string[];
  /** Lists the paths of all bases, sorted. It reads every kustomization: for messages about what does not exist. */
  all(): readonly string[];
}

/** Makes the bases of main. What was found out once is remembered. */
export function createBases(main: Source, reader: KustomizationReader, own: OwnRepository): Bases {
  const reachedFrom = createReach(main, reader, own);
  const known = new Map<string, Base | undefined>();
  const above = new Map<string, boolean>();
  const findBase = (path: string): Base | undefined => {
    const way = wayTo(main.root, path);
    const directory = way?.at(-1);
    // A category is never a base, so a kustomization there does not take its bases away either.
    if (!way || !directory || !path.includes('/') || !mayBeBase(directory)) return undefined;
    const ancestors = way.slice(2, -1);
    if (ancestors.some(isChart) || (isBelowLayer(path) && !holdsKustomization(directory))) return undefined;
    const kind = baseKind(directory, reader);
    if (!kind || kind === 'component') return undefined;
    const pulled = ancestors.filter(holdsKustomization).map(reachedFrom);
    return isPulledIn(directory, kind, pulled) ? undefined : { path, kind, directory };
  };
  const get = (path: string) => {
    if (!known.has(path)) known.set(path, findBase(path));
    return known.get(path);
  };
  let promising: ReadonlySet<DirectoryNode> | undefined;
  /** Goes through what may be bases below a path, until `visit` answers true. */
  const visitBelow = (start: string, visit: (path: string) => boolean): boolean => {
    promising ??= aboveBases(main.root);
    const walk = createWalk(promising);
    const visitChildren = (path: string, directory: DirectoryNode, trail: Trail): boolean =>
      !(isChart(directory) && path.includes('/')) &&
      walk(directory, trail).some(([name, child]) => {
        if (isHelper(name)) return false;
        const at = path === '' ? name : `${path}/${name}`;
        return (at.includes('/') && visit(at)) || visitChildren(at, child, [...trail, child]);
      });
    const way = start === '' ? [main.root] : wayTo(main.root, start);
    const directory = way?.at(-1);
    return way !== undefined && directory !== undefined && visitChildren(start, directory, way);
  };
  const isAbove = (path: string) => {
    const found = above.get(path) ?? visitBelow(path, (each) => get(each) !== undefined);
    above.set(path, found);
    return found;
  };
  return {
    get,
    isAbove,
    categories: () => [...main.root.directories.keys()].filter((name) => !isHelper(name) && isAbove(name)),
    all: () => {
      const paths: string[] = [];
      visitBelow('', (path) => {
        if (get(path)) paths.push(path);
        return false;
      });
      return paths;
    },
  };
}

/** Lists the directories that may be bases, or from which one that may be is reached: symlinks elsewhere lead nowhere. */
function aboveBases(root: DirectoryNode): ReadonlySet<DirectoryNode> {
  const parents = new Map<DirectoryNode, DirectoryNode[]>([[root, []]]);
  for (const [directory] of parents) {
    for (const [name, child] of directory.directories) {
      if (isHelper(name)) continue;
      const known = parents.get(child);
      if (known) known.push(directory);
      else parents.set(child, [directory]);
    }
  }
  const found = new Set([...parents.keys()].filter(mayBeBase));
  for (const directory of found) for (const parent of parents.get(directory) ?? []) found.add(parent);
  return found;
}

/**
 * Answers the directories on the way to a path, the root first and the directory itself last; undefined: nothing there
 * can be a base.
 */
function wayTo(root: DirectoryNode, path: string): readonly DirectoryNode[] | undefined {
  const way = [root];
  for (const name of path.split('/')) {
    const next = way.at(-1)?.directories.get(name);
    if (!next || isHelper(name) || way.includes(next)) return undefined;
    way.push(next);
  }
  return way;
}

/** Tells whether a name begins with a dot or an underscore. Such a name is never a category, a group or a base. */
export function isHelper(name: string): boolean {
  return name.startsWith('.') || name.startsWith('_');
}

/** Tells whether a path is that of a layer, or lies below one. */
function isBelowLayer(path: string): boolean {
  return path.split('/').some((name) => layerNames.some((layer) => layer === name));
}

/** Lists the files of which a base of plain manifests consists, sorted by name. */
export function manifestNames(directory: DirectoryNode): readonly string[] {
  return [...directory.files.keys()].filter((name) => /\.ya?ml$/i.test(name) && !isNoManifest(name)).sort();
}

function isNoManifest(name: string): boolean {
  return name.startsWith('.') || ['values.yaml', 'helm.yaml', 'fairlead.yaml'].includes(name);
}

/** Tells by the names of its files whether a directory can be a base at all. */
function mayBeBase(directory: DirectoryNode): boolean {
  return holdsKustomization(directory) || directory.files.has('Chart.yaml') || manifestNames(directory).length > 0;
}

function isChart(directory: DirectoryNode): boolean {
  return directory.files.has('Chart.yaml') && !holdsKustomization(directory);
}

function baseKind(directory: DirectoryNode, reader: KustomizationReader): Base['kind'] | 'component' | undefined {
  const kustomization = reader(directory);
  if (kustomization) {
    // A Component brings no objects, it only changes those of others.
    return 'ok' in kustomization && kustomization.ok.kind === 'Component' ? 'component' : 'kustomization';
  }
  if (directory.files.has('Chart.yaml')) return 'chart';
  const mayHoldObject = (file: FileNode | undefined) => holdsObject(file) || (file !== undefined && isLfsPointer(file));
  return manifestNames(directory).some((name) => mayHoldObject(directory.files.get(name))) ? 'manifests' : undefined;
}

/** Tells whether a file looks like a manifest: it has an apiVersion and a kind at the top level. */
export function holdsObject(file: FileNode | undefined): boolean {
  const text = file?.content?.toString('utf8') ?? '';
  return /^"?apiVersion"?:\s*\S/m.test(text) && /^"?kind"?:\s*\S/m.test(text);
}

/** The directories and files that kustomizations pull in. */
interface PulledIn {
  readonly directories: ReadonlySet<DirectoryNode>;
  readonly files: ReadonlySet<FileNode>;
}

function isPulledIn(directory: DirectoryNode, kind: Base['kind'], ancestors: readonly PulledIn[]): boolean {
  if (ancestors.some(({ directories }) => directories.has(directory))) return true;
  if (kind !== 'manifests') return false;
  return ancestors.some(({ files }) => [...directory.files.values()].some((file) => files.has(file)));
}

/** Makes a function that answers what a directory's kustomization pulls in, directly or through others. */
function createReach(main: Source, reader: KustomizationReader, own: OwnRepository) {
  const known = new Map<DirectoryNode, PulledIn>();
  const reachedDirectly = (directory: DirectoryNode): PulledIn => {
    const earlier = known.get(directory);
    if (earlier) return earlier;
    const directories = new Set<DirectoryNode>();
    const files = new Set<FileNode>();
    const kustomization = reader(directory);
    const references = kustomization && 'ok' in kustomization ? referencesOf(kustomization.ok) : [];
    for (const reference of references) {
      const target = resolveReference({ source: main, directory }, reference, own);
      if (target.kind === 'file') files.add(target.file);
      const pulled = target.kind === 'main' ? directoryAt(main, target.path) : undefined;
      if (target.kind === 'directory') directories.add(target.directory);
      else if (pulled) directories.add(pulled);
    }
    known.set(directory, { directories, files });
    return { directories, files };
  };
  return (start: DirectoryNode): PulledIn => {
    const all = { directories: new Set<DirectoryNode>(), files: new Set<FileNode>() };
    const queue = [start];
    for (const directory of queue) {
      const { directories, files } = reachedDirectly(directory);
      for (const file of files) all.files.add(file);
      for (const next of directories) {
        if (!all.directories.has(next)) queue.push(next);
        all.directories.add(next);
      }
    }
    return all;
  };
}
