import type { SourceTree } from '../types.ts';
import { createKustomizationReader, type KustomizationReader } from './kustomization.ts';
import type { DirectoryNode, FileNode } from './nodes.ts';
import { referencesOf } from './references.ts';
import { type OwnRepository, resolveReference } from './resolve.ts';
import { directoryAt, indexTree, type Source } from './tree.ts';
import { createWalk, type Trail } from './walk.ts';

/** A directory on main that can be assigned, see DESIGN "The source layout". */
export interface Base {
  /** Path from the root of main, as assignments name it. */
  readonly path: string;
  readonly kind: 'kustomization' | 'chart' | 'manifests';
  readonly directory: DirectoryNode;
}

/**
 * Directories of variants and of a leaf's files. Below them, on main, only a directory with a kustomization of its own
 * is a base; in a leaf they are its layers, unless main has such a base there.
 */
export const layerNames = ['configs', 'overlays'] as const;
export type LayerName = (typeof layerNames)[number];

const reserved: readonly string[] = layerNames;

/** The paths of all bases of a commit of main. `own`: this repository. */
export function basesOf(tree: SourceTree, own: OwnRepository = { urls: [], mainBranch: 'main' }): ReadonlySet<string> {
  return new Set(findBases(indexTree(tree, '/main'), createKustomizationReader(), own).keys());
}

/** All bases of main by path, sorted. */
export function findBases(main: Source, reader: KustomizationReader, own: OwnRepository): ReadonlyMap<string, Base> {
  const bases = new Map<string, Base>();
  const walk = createWalk();
  const reach = createReach(main, reader, own);
  const visit = (directory: DirectoryNode, path: string, pulled: readonly Reach[], trail: Trail) => {
    const kind = kindOf(directory, reader);
    const mayBeBase = kind === 'kustomization' || !isBelowLayer(path);
    if (kind && kind !== 'component' && mayBeBase && !isPulledIn(directory, kind, pulled))
      bases.set(path, { path, kind, directory });
    if (kind === 'chart') return;
    const below = reader(directory) ? [...pulled, reach(directory)] : pulled;
    for (const [name, child] of walk(directory, trail)) {
      if (!isHelper(name)) visit(child, `${path}/${name}`, below, [...trail, child]);
    }
  };
  for (const [category, top] of walk(main.root, [main.root])) {
    if (isHelper(category)) continue;
    // A category is never a base, so a kustomization there does not take its bases away.
    for (const [name, child] of walk(top, [main.root, top])) {
      if (!isHelper(name)) visit(child, `${category}/${name}`, [], [main.root, top, child]);
    }
  }
  return bases;
}

/** Names beginning with a dot or an underscore are helpers of their neighbours: never category, group or base. */
export function isHelper(name: string): boolean {
  return name.startsWith('.') || name.startsWith('_');
}

/** True also of the layer's own directory. */
function isBelowLayer(path: string): boolean {
  return path.split('/').some((name) => reserved.includes(name));
}

/** Files that a base of plain manifests consists of, sorted by name. */
export function manifestNames(directory: DirectoryNode): readonly string[] {
  return [...directory.files.keys()].filter((name) => /\.ya?ml$/i.test(name) && !isNoManifest(name)).sort();
}

function isNoManifest(name: string): boolean {
  return name.startsWith('.') || ['values.yaml', 'helm.yaml', 'fairlead.yaml'].includes(name);
}

function kindOf(directory: DirectoryNode, reader: KustomizationReader): Base['kind'] | 'component' | undefined {
  const kustomization = reader(directory);
  if (kustomization) {
    // A Component only changes what somebody else brings.
    return 'ok' in kustomization && kustomization.ok.kind === 'Component' ? 'component' : 'kustomization';
  }
  if (directory.files.has('Chart.yaml')) return 'chart';
  return manifestNames(directory).some((name) => isManifest(directory.files.get(name))) ? 'manifests' : undefined;
}

function isManifest(file: FileNode | undefined): boolean {
  const text = file?.content?.toString('utf8') ?? '';
  return /^"?apiVersion"?:\s*\S/m.test(text) && /^"?kind"?:\s*\S/m.test(text);
}

interface Reach {
  readonly directories: ReadonlySet<DirectoryNode>;
  readonly files: ReadonlySet<FileNode>;
}

function isPulledIn(directory: DirectoryNode, kind: Base['kind'], ancestors: readonly Reach[]): boolean {
  if (ancestors.some((reach) => reach.directories.has(directory))) return true;
  if (kind !== 'manifests') return false;
  return ancestors.some((reach) => [...directory.files.values()].some((file) => reach.files.has(file)));
}

/** What a directory's kustomization pulls in, directly or through others. */
function createReach(main: Source, reader: KustomizationReader, own: OwnRepository) {
  const known = new Map<DirectoryNode, Reach>();
  const direct = (directory: DirectoryNode): Reach => {
    const seen = known.get(directory);
    if (seen) return seen;
    const directories = new Set<DirectoryNode>();
    const files = new Set<FileNode>();
    const kustomization = reader(directory);
    const references = kustomization && 'ok' in kustomization ? referencesOf(kustomization.ok) : [];
    for (const reference of references) {
      const target = resolveReference(main, directory, reference, own);
      if (target.kind === 'file') files.add(target.file);
      const pulled = target.kind === 'main' ? directoryAt(main, target.path) : undefined;
      if (target.kind === 'directory') directories.add(target.directory);
      else if (pulled) directories.add(pulled);
    }
    known.set(directory, { directories, files });
    return { directories, files };
  };
  return (start: DirectoryNode): Reach => {
    const all = { directories: new Set<DirectoryNode>(), files: new Set<FileNode>() };
    const queue = [start];
    for (const directory of queue) {
      const { directories, files } = direct(directory);
      for (const file of files) all.files.add(file);
      for (const next of directories) {
        if (!all.directories.has(next)) queue.push(next);
        all.directories.add(next);
      }
    }
    return all;
  };
}
