import { Failure } from '../../failure.ts';
import type { DirectoryNode } from './nodes.ts';

/** The directories on the way to a directory, with that directory itself as the last. */
export type Trail = readonly DirectoryNode[];

/**
 * Answers the subdirectories with their names, sorted; symlinks to directories, too, unless they lead back onto the
 * trail.
 */
export type Walk = (directory: DirectoryNode, trail: Trail) => readonly (readonly [string, DirectoryNode])[];

/**
 * Far more than any repository has. Symlinks that fan out, each to the next, make millions of directories out of a few.
 */
const MOST_DIRECTORIES = 200_000;

/**
 * Begins a walk through a tree, or through those of its directories that are `worth` it. The walk throws `Failure` RenderFailed where symlinks
 * multiply the directories.
 */
export function createWalk(worth?: ReadonlySet<DirectoryNode>): Walk {
  let visited = 0;
  return (directory, trail) => {
    const children = [...directory.directories].filter(([, child]) => worth?.has(child) ?? true);
    visited += children.length;
    if (visited > MOST_DIRECTORIES) {
      const where = directory.path || 'the root';
      throw new Failure(
        'RenderFailed',
        `There are more than ${MOST_DIRECTORIES} directories (at ${where}): symlinks to directories multiply there. Remove some.`,
      );
    }
    return children.filter(([, child]) => !trail.includes(child)).sort(([a], [b]) => (a < b ? -1 : 1));
  };
}
