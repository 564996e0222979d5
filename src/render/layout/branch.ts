import { Failure } from '../../failure.ts';
import type { DirectoryNode } from '../source/nodes.ts';
import { indexTree } from '../source/tree.ts';
import type { SourceTree } from '../types.ts';
import { type Provenance, parseProvenance, provenancePath } from './provenance.ts';

/** The files of an environment's branch as they are now. */
export interface Branch {
  readonly tree: SourceTree;
  readonly root: DirectoryNode;
  readonly provenance: Provenance | undefined;
  /** Answers the paths of all files below a folder, symlinks and submodules included, one after the other. */
  filesBelow(folder: string): Iterable<string>;
  /**
   * Tells whether so many more characters may be given to a YAML parser, in all that is asked about one branch: whoever pushes
   * chooses the text, and the parser takes seconds for a few hundred thousand.
   */
  mayParse(length: number): boolean;
}

/** What of a branch is given to a YAML parser at most, in characters. Fairlead's own kustomizations need none. */
const mostParsed = 64 * 1024;

/**
 * Opens the tree of a branch; undefined: an empty one. Throws `Failure` InvalidInput for provenance that cannot be
 * read.
 */
export function openBranch(tree: SourceTree | undefined): Branch {
  const present = tree ?? { revision: 'an empty branch', files: new Map() };
  const paths = [...present.files.keys()].sort();
  let left = mostParsed;
  return {
    tree: present,
    root: indexTree(present, '/config').root,
    provenance: provenanceOf(present),
    mayParse(length) {
      if (length > left) return false;
      left -= length;
      return true;
    },
    *filesBelow(folder) {
      const prefix = `${folder}/`;
      for (let index = lowerBound(paths, prefix); index < paths.length; index++) {
        const path = paths[index];
        if (!path?.startsWith(prefix)) break;
        yield path;
      }
    },
  };
}

/**
 * Reads the provenance at this commit of a GitOps branch; undefined: it has none. Throws `Failure` as `parseProvenance`
 * does.
 */
export function provenanceOf(branch: SourceTree | undefined): Provenance | undefined {
  const file = branch?.files.get(provenancePath);
  if (!file) return undefined;
  if (!file.content)
    throw new Failure(
      'InvalidInput',
      `${provenancePath} is too large, or no file; restore it from the branch's history.`,
    );
  return parseProvenance(file.content.toString('utf8'));
}

/** Answers the index of the first path that does not sort before `prefix`. */
function lowerBound(paths: readonly string[], prefix: string): number {
  let [low, high] = [0, paths.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((paths[middle] ?? '') < prefix) low = middle + 1;
    else high = middle;
  }
  return low;
}
