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

/** Begins a walk through a tree. The walk throws `Failure` RenderFailed where symlinks multiply the directories. */
export function createWalk(): Walk {
  let visited = 0;
  return (directory, trail) => {
    visited += directory.directories.size;
    if (visited > MOST_DIRECTORIES) {
      const where = directory.path || 'the root';
      throw new Failure(
        'RenderFailed',
        `There are more than ${MOST_DIRECTORIES} directories (at ${where}): symlinks to directories multiply there. Remove some.`,
      );
    }
    return [...directory.directories]
      .filter(([, child]) => !trail.includes(child))
      .sort(([a], [b]) => (a < b ? -1 : 1));
  };
}
