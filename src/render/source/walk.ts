import { Failure } from '../../failure.ts';
import type { DirectoryNode } from './nodes.ts';

/** The directories on the way to one, itself included. */
export type Trail = readonly DirectoryNode[];

/** Subdirectories by name, sorted; symlinked ones too, but for those that lead back onto the trail. */
export type Walk = (directory: DirectoryNode, trail: Trail) => readonly (readonly [string, DirectoryNode])[];

/** Far more than any repository has; symlinks that fan out, each to the next, would make millions of a few. */
const MOST_DIRECTORIES = 200_000;

/** A walk through a tree. Throws `Failure` RenderFailed where symlinks multiply its directories without end. */
export function createWalk(): Walk {
  let seen = 0;
  return (directory, trail) => {
    seen += directory.directories.size;
    if (seen > MOST_DIRECTORIES) {
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
