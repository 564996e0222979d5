import type { SourceTree } from '../types.ts';
import { createKustomizationReader, type KustomizationReader } from './kustomization.ts';
import type { DirectoryAtPath, DirectoryNode, FileNode } from './nodes.ts';
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
  return new Set(findBases(indexTree(tree, '/main'), createKustomizationReader(), own).keys());
}

/** Finds all bases of main: path → base, sorted by path. */
export function findBases(main: Source, reader: KustomizationReader, own: OwnRepository): ReadonlyMap<string, Base> {
  const bases = new Map<string, Base>();
  const walk = createWalk();
  const reachedFrom = createReach(main, reader, own);
  const visitDirectory = ({ path, directory }: DirectoryAtPath, pulled: readonly PulledIn[], trail: Trail) => {
    const kind = baseKind(directory, reader);
    const mayBeBase = kind === 'kustomization' || !isBelowLayer(path);
    if (kind && kind !== 'component' && mayBeBase && !isPulledIn(directory, kind, pulled)) {
      bases.set(path, { path, kind, directory });
    }
    if (kind === 'chart') return;
    const below = reader(directory) ? [...pulled, reachedFrom(directory)] : pulled;
    for (const [name, child] of walk(directory, trail)) {
      if (!isHelper(name)) visitDirectory({ path: `${path}/${name}`, directory: child }, below, [...trail, child]);
    }
  };
  for (const [category, top] of walk(main.root, [main.root])) {
    if (isHelper(category)) continue;
    // A category is never a base, so a kustomization there does not take its bases away.
    for (const [name, child] of walk(top, [main.root, top])) {
      if (!isHelper(name))
        visitDirectory({ path: `${category}/${name}`, directory: child }, [], [main.root, top, child]);
    }
  }
  return bases;
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

function baseKind(directory: DirectoryNode, reader: KustomizationReader): Base['kind'] | 'component' | undefined {
  const kustomization = reader(directory);
  if (kustomization) {
    // A Component brings no objects, it only changes those of others.
    return 'ok' in kustomization && kustomization.ok.kind === 'Component' ? 'component' : 'kustomization';
  }
  if (directory.files.has('Chart.yaml')) return 'chart';
  return manifestNames(directory).some((name) => holdsObject(directory.files.get(name))) ? 'manifests' : undefined;
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
