import type { KnownBases } from '../source/known-bases.ts';
import type { DirectoryNode } from '../source/nodes.ts';
import { brokenOnWay, type Source } from '../source/tree.ts';
import type { Categories } from './groups.ts';

/** How deep the config branch is looked through for this; a base that lies deeper is found on main. */
const mostLevels = 24;

/** The two sides that decide what a category is. */
interface Sides {
  readonly config: Source;
  readonly main: Source;
  readonly known: KnownBases;
}

/**
 * Makes the categories that a config branch may use. A name is one when main has a base below it, or a submodule or the
 * like where the branch assigns one, so that this is told; what the branch itself
 * has there is looked at first, because it is needed anyway, and the rest of main only where that tells nothing.
 */
export function usedCategories({ config, main, known }: Sides): Categories {
  const answers = new Map<string, boolean>();
  let used: ReadonlyMap<string, readonly string[]> | undefined;
  const isCategory = (name: string) => {
    used ??= pathsByName(config.root);
    const paths = used.get(name) ?? [];
    return paths.some(known.has) || known.isAbove(name) || paths.some((path) => brokenOnWay(main.root, path));
  };
  return {
    has: (name) => {
      const answer = answers.get(name) ?? isCategory(name);
      answers.set(name, answer);
      return answer;
    },
    all: () => [...new Set(known.categories())],
  };
}

/** Lists, by the name of each directory, the paths from there to all directories below: those of possible bases. */
function pathsByName(root: DirectoryNode): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  const visitDirectory = (directory: DirectoryNode, names: readonly string[]) => {
    for (const [name, child] of directory.directories) {
      // What a symlink leads to stands where it lies.
      if (child.parent !== directory) continue;
      for (const [index, first] of names.entries()) {
        const paths = found.get(first) ?? [];
        paths.push([...names.slice(index), name].join('/'));
        found.set(first, paths);
      }
      if (names.length < mostLevels) visitDirectory(child, [...names, name]);
    }
  };
  visitDirectory(root, []);
  return found;
}
