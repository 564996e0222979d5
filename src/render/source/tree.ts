import type { SourceFile, SourceTree } from '../types.ts';
import { nodesOf } from './links.ts';
import type { DirectoryNode, FileNode } from './nodes.ts';

/** The thing to which a path leads. */
export type Found =
  | { readonly kind: 'file'; readonly file: FileNode }
  | { readonly kind: 'directory'; readonly directory: DirectoryNode }
  /** The name exists, but cannot be read; `why` is a clause for people. */
  | { readonly kind: 'broken'; readonly why: string }
  | { readonly kind: 'missing' }
  /** The path leads out of the tree. */
  | { readonly kind: 'outside' };

/** The directory in the renderer's file system below which the files of one of the two trees lie. */
export type Mount = '/main' | '/config';

/** The files of a commit as a tree of directories in which symlinks are followed. */
export interface Source {
  readonly mount: Mount;
  readonly revision: string;
  readonly root: DirectoryNode;
}

/** A directory of one of the two trees. */
export interface SourceDirectory {
  readonly source: Source;
  readonly directory: DirectoryNode;
}

/** Builds the tree of a commit's files. */
export function indexTree(tree: SourceTree, mount: Mount): Source {
  return { mount, revision: tree.revision, root: nodesOf(tree.files as ReadonlyMap<string, SourceFile>) };
}

/** Follows a relative path as the file system would, `..` and symlinks included. */
export function findPath(from: DirectoryNode, path: string): Found {
  let directory = from;
  const segments = path.split('/').filter((segment) => segment !== '' && segment !== '.');
  for (const [index, segment] of segments.entries()) {
    if (segment === '..') {
      if (!directory.parent) return { kind: 'outside' };
      directory = directory.parent;
      continue;
    }
    const next = directory.directories.get(segment);
    if (next) {
      directory = next;
      continue;
    }
    const why = directory.broken.get(segment);
    if (why !== undefined) return { kind: 'broken', why };
    const file = directory.files.get(segment);
    return file && index === segments.length - 1 ? { kind: 'file', file } : { kind: 'missing' };
  }
  return { kind: 'directory', directory };
}

/** Answers the directory at this path, symlinks followed; undefined: there is none. */
export function directoryAt(source: Source, path: string): DirectoryNode | undefined {
  const found = findPath(source.root, path);
  return found.kind === 'directory' ? found.directory : undefined;
}

/** Finds the first name on the way to a path that leads nowhere, and why; undefined: none does. */
export function brokenOnWay(
  root: DirectoryNode,
  path: string,
): { readonly path: string; readonly why: string } | undefined {
  const names = path.split('/');
  let directory = root;
  for (const [index, name] of names.entries()) {
    const why = directory.broken.get(name);
    if (why !== undefined) return { path: names.slice(0, index + 1).join('/'), why };
    const next = directory.directories.get(name);
    if (next === undefined) return undefined;
    directory = next;
  }
  return undefined;
}
