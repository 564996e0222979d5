import type { SourceFile, SourceTree } from '../types.ts';
import { nodesOf } from './links.ts';
import type { DirectoryNode, FileNode } from './nodes.ts';

export type Found =
  | { readonly kind: 'file'; readonly file: FileNode }
  | { readonly kind: 'directory'; readonly directory: DirectoryNode }
  /** It exists, but cannot be read; a clause for people. */
  | { readonly kind: 'broken'; readonly why: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'outside' };

/** Which of the two trees a file is of: its directory in the renderer's file system. */
export type Mount = '/main' | '/config';

/** A commit's files as a directory tree in which symlinks are followed. */
export interface Source {
  readonly mount: Mount;
  readonly revision: string;
  readonly root: DirectoryNode;
}

/** Indexes a commit once. */
export function indexTree(tree: SourceTree, mount: Mount): Source {
  return { mount, revision: tree.revision, root: nodesOf(tree.files as ReadonlyMap<string, SourceFile>) };
}

/** Follows a relative path as the file system would, `..` and symlinks included. */
export function find(from: DirectoryNode, path: string): Found {
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

/** The directory at this path, symlinks followed; undefined: there is none. */
export function directoryAt(source: Source, path: string): DirectoryNode | undefined {
  const found = find(source.root, path);
  return found.kind === 'directory' ? found.directory : undefined;
}
