import { posix } from 'node:path';
import { cut } from '../../cut.ts';
import { Failure } from '../../failure.ts';
import { limits } from '../../platform/limits.ts';
import type { SourceFile } from '../types.ts';
import type { DirectoryNode, FileNode } from './nodes.ts';

interface Building {
  readonly path: string;
  readonly parent: Building | undefined;
  readonly directories: Map<string, Building>;
  readonly files: Map<string, FileNode>;
  readonly broken: Map<string, string>;
  /** Symlinks that are not followed yet: name → target. */
  readonly links: Map<string, string>;
}

/** The target of a symlink; `why` says why it leads nowhere. */
type LinkTarget = { readonly directory: Building } | { readonly file: FileNode } | { readonly why: string };

/** Says what is wrong with a submodule, as a clause. */
export const submoduleProblem = 'it is a submodule, and Fairlead does not fetch those';

/** More hops than this are a circle, as Linux counts them. */
const MOST_HOPS = 40;
/** The longest target of a symlink, as Linux has it. */
const LONGEST_TARGET = 4_096;

/**
 * Builds the tree of a commit's files, and puts in place of every symlink what it leads to. Throws `Failure` RenderFailed for
 * directories that are nested deeper than anybody's, because whatever walks through them would run out of stack, and for more of them
 * than a commit may have.
 */
export function nodesOf(files: ReadonlyMap<string, SourceFile>): DirectoryNode {
  const root = emptyDirectory('', undefined);
  const directories = new Map([['', root]]);
  const withLinks = new Set<Building>();
  for (const [path, file] of files) {
    refuseDepth(path);
    const directory = directoryOf(posix.dirname(path) === '.' ? '' : posix.dirname(path), directories, root);
    refuseMany(directories.size, path);
    const name = posix.basename(path);
    if (file.mode === '160000') directory.broken.set(name, submoduleProblem);
    else if (file.mode !== '120000') directory.files.set(name, fileNode(path, file));
    else {
      directory.links.set(name, file.content?.toString('utf8') ?? '');
      withLinks.add(directory);
    }
  }
  for (const directory of withLinks) {
    // Another link may have led through it.
    for (const [name, target] of [...directory.links])
      if (directory.links.has(name)) replaceLink(directory, name, followLink(directory, target, 0));
  }
  return root;
}

function refuseDepth(path: string): void {
  // Nearly no path is so long.
  if (path.length <= limits.directoryLevels || path.split('/').length <= limits.directoryLevels) return;
  throw new Failure(
    'RenderFailed',
    `The path ${cut(path, 100)} has more than ${limits.directoryLevels} directories. Move or remove what is there.`,
  );
}

/** A directory costs nothing in git where it has the same files as another one, and half a kilobyte here. */
function refuseMany(count: number, path: string): void {
  if (count <= limits.commitFiles) return;
  throw new Failure(
    'RenderFailed',
    `The commit has more than ${limits.commitFiles} directories, one of them that of ${cut(path, 100)}. Remove those that nothing needs.`,
  );
}

function fileNode(path: string, file: SourceFile): FileNode {
  return {
    path,
    oid: file.oid,
    size: file.size ?? file.content?.length ?? 0,
    get content() {
      return file.content;
    },
  };
}

function replaceLink(directory: Building, name: string, target: LinkTarget): void {
  directory.links.delete(name);
  if ('directory' in target) directory.directories.set(name, target.directory);
  else if ('file' in target) directory.files.set(name, target.file);
  else directory.broken.set(name, target.why);
}

function followLink(from: Building, target: string, hops: number): LinkTarget {
  const leaves = { why: `it is a symlink to ${JSON.stringify(target)}, which is outside of the repository` };
  if (target.length > LONGEST_TARGET) return { why: 'it is a symlink whose target is longer than a path may be' };
  if (target.startsWith('/')) return leaves;
  if (hops > MOST_HOPS) return { why: 'it is a symlink in a circle' };
  let directory = from;
  const segments = target.split('/').filter((segment) => segment !== '' && segment !== '.');
  for (const [index, segment] of segments.entries()) {
    if (segment === '..') {
      if (!directory.parent) return leaves;
      directory = directory.parent;
      continue;
    }
    const next = followName(directory, segment, hops);
    if ('directory' in next) directory = next.directory;
    else if ('file' in next && index < segments.length - 1) return danglingLink(target);
    else return 'why' in next && next.why === '' ? danglingLink(target) : next;
  }
  return { directory };
}

/** Answers what a name in a directory leads to. `why` is '' for what does not exist at all. */
function followName(directory: Building, name: string, hops: number): LinkTarget {
  const link = directory.links.get(name);
  if (link !== undefined) {
    const target = followLink(directory, link, hops + 1);
    // Two links that lead twice through the next one, and so on, would be followed a trillion times.
    if (!('why' in target)) replaceLink(directory, name, target);
    return target;
  }
  const next = directory.directories.get(name);
  if (next) return { directory: next };
  const file = directory.files.get(name);
  return file ? { file } : { why: directory.broken.get(name) ?? '' };
}

function danglingLink(target: string): LinkTarget {
  return { why: `it is a symlink to ${JSON.stringify(target)}, which does not exist` };
}

function directoryOf(path: string, known: Map<string, Building>, root: Building): Building {
  const existing = known.get(path);
  if (existing) return existing;
  const parentPath = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
  const parent = parentPath === '' ? root : directoryOf(parentPath, known, root);
  const directory = emptyDirectory(path, parent);
  parent.directories.set(posix.basename(path), directory);
  known.set(path, directory);
  return directory;
}

function emptyDirectory(path: string, parent: Building | undefined): Building {
  return { path, parent, directories: new Map(), files: new Map(), broken: new Map(), links: new Map() };
}
