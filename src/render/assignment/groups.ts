import { isHelper } from '../source/bases.ts';
import { kustomizationNames } from '../source/kustomization.ts';
import type { DirectoryNode } from '../source/nodes.ts';
import { createWalk, type Trail } from '../source/walk.ts';

/** A directory of the config branch that directly holds a category. */
export interface Group {
  /** `west-us`, `us/east`. */
  readonly name: string;
  readonly directory: DirectoryNode;
  /** Directories from below the root to above the group, outermost first: their kustomizations restrict too. */
  readonly above: readonly { readonly path: string; readonly directory: DirectoryNode }[];
}

export interface GroupSearch {
  readonly groups: readonly Group[];
  /** Sentences on what stands where no group can be. */
  readonly problems: readonly string[];
}

/** Finds the groups of a config branch, sorted by name. `place` makes a path a place for messages. */
export function findGroups(
  root: DirectoryNode,
  categories: ReadonlySet<string>,
  place: (path: string) => string,
): GroupSearch {
  const groups: Group[] = [];
  const problems: string[] = [];
  const walk = createWalk();
  const children = (directory: DirectoryNode, trail: Trail) =>
    walk(directory, trail).filter(([name]) => !isHelper(name));
  const isGroup = (directory: DirectoryNode) => [...directory.directories.keys()].some((name) => categories.has(name));
  const innerGroup = (group: DirectoryNode, path: string, trail: Trail): string | undefined => {
    for (const [name, child] of children(group, trail)) {
      if (categories.has(name)) continue;
      const inner = `${path}/${name}`;
      const found = isGroup(child) ? inner : innerGroup(child, inner, [...trail, child]);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const visit = (directory: DirectoryNode, path: string, above: Group['above'], trail: Trail): boolean => {
    if (isGroup(directory)) {
      const inner = innerGroup(directory, path, trail);
      if (inner === undefined) groups.push({ name: path, directory, above });
      else problems.push(groupInGroup(place(inner), path));
      return true;
    }
    let found = false;
    const barren: string[] = [];
    for (const [name, child] of children(directory, trail)) {
      const has = visit(child, `${path}/${name}`, [...above, { path, directory }], [...trail, child]);
      if (!has && looksLikeGroup(child)) barren.push(`${path}/${name}`);
      found ||= has;
    }
    if (found) problems.push(...barren.map((each) => noCategory(place(each), categories)));
    return found;
  };
  for (const [name, child] of children(root, [root])) {
    if (categories.has(name)) problems.push(categoryAtRoot(place(name), name));
    else if (!visit(child, name, [], [root, child]) && looksLikeGroup(child)) {
      problems.push(noCategory(place(name), categories));
    }
  }
  return { groups, problems };
}

function groupInGroup(place: string, group: string): string {
  return `${place}: a group inside the group ${group}. Groups may be nested, but hold no groups; move one of them.`;
}

function categoryAtRoot(place: string, category: string): string {
  return `${place}: the category ${category} stands at the root. Which group is it for? Move it to <group>/${category}.`;
}

function noCategory(place: string, categories: ReadonlySet<string>): string {
  const known = [...categories].sort().join(', ') || 'none: main has no bases';
  return (
    `${place}: it looks like a group, but holds no category (${known}), so nothing in it would be rendered. ` +
    'Correct the names in it, or begin its name with "_" if it is no group.'
  );
}

/** Something in it that only makes sense for Fairlead: YAML, or a directory kept alive by a dot file. */
function looksLikeGroup(directory: DirectoryNode): boolean {
  for (const name of directory.files.keys()) {
    if (/\.ya?ml$/i.test(name) || kustomizationNames.includes(name) || /^\.(git)?keep$/.test(name)) return true;
  }
  return [...directory.directories].some(
    ([name, child]) => !isHelper(name) && child.parent === directory && looksLikeGroup(child),
  );
}
