import { isHelper } from '../source/bases.ts';
import { kustomizationNames } from '../source/kustomization.ts';
import { submoduleProblem } from '../source/links.ts';
import type { DirectoryAtPath, DirectoryNode } from '../source/nodes.ts';
import { createWalk, type Trail } from '../source/walk.ts';

/** A directory of the config branch that directly holds a category, or nothing but a kustomization, which empties it. */
export interface Group {
  /** `west-us`, `us/east`. */
  readonly name: string;
  readonly directory: DirectoryNode;
  /** The directories between the root and the group, outermost first. Their kustomizations restrict, too. */
  readonly above: readonly DirectoryAtPath[];
}

/** The groups of a config branch, and what is wrong with its upper directories. */
export interface GroupSearch {
  readonly groups: readonly Group[];
  /** Sentences on directories that stand where no group can be, or look like a group and are none. */
  readonly problems: readonly string[];
}

/** The directories at the root of main that hold bases. */
export interface Categories {
  has(name: string): boolean;
  /** Lists all of them, for messages. */
  all(): readonly string[];
}

/** Finds the groups of a config branch, sorted by name. `placeOfPath` names the place of a path for messages. */
export function findGroups(
  root: DirectoryNode,
  categories: Categories,
  placeOfPath: (path: string) => string,
): GroupSearch {
  const groups: Group[] = [];
  const problems: string[] = [];
  const walk = createWalk();
  const childDirectories = (directory: DirectoryNode, trail: Trail) =>
    walk(directory, trail).filter(([name]) => !isHelper(name));
  const isGroup = ({ directories, broken }: DirectoryNode) =>
    [...directories.keys(), ...broken.keys()].some((name) => categories.has(name));
  const isGroupOrEmptied = (directory: DirectoryNode) => isGroup(directory) || holdsKustomizationAlone(directory);
  const innerGroup = (group: DirectoryNode, path: string, trail: Trail): string | undefined => {
    for (const [name, child] of childDirectories(group, trail)) {
      if (categories.has(name)) continue;
      const inner = `${path}/${name}`;
      const found = isGroup(child) ? inner : innerGroup(child, inner, [...trail, child]);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  // Tells whether there is a group here or below.
  const visitDirectory = (at: DirectoryAtPath, above: Group['above'], trail: Trail): boolean => {
    const { path, directory } = at;
    if (isGroupOrEmptied(directory)) {
      const inner = innerGroup(directory, path, trail);
      if (inner === undefined) groups.push({ name: path, directory, above });
      else problems.push(groupInGroupProblem(placeOfPath(inner), path));
      return true;
    }
    let found = false;
    const barren: string[] = [];
    for (const [name, child] of childDirectories(directory, trail)) {
      const childPath = `${path}/${name}`;
      const hasGroup = visitDirectory({ path: childPath, directory: child }, [...above, at], [...trail, child]);
      if (!hasGroup && looksLikeGroup(child)) barren.push(childPath);
      found ||= hasGroup;
    }
    if (found) problems.push(...barren.map((each) => noCategoryProblem(placeOfPath(each), categories)));
    return found;
  };
  for (const [name, why] of root.broken)
    if (why === submoduleProblem) problems.push(`${placeOfPath(name)} cannot be read: ${why}. ${notADirectory}`);
  for (const [name, child] of childDirectories(root, [root])) {
    if (categories.has(name)) problems.push(categoryAtRootProblem(placeOfPath(name), name));
    else if (!visitDirectory({ path: name, directory: child }, [], [root, child]) && looksLikeGroup(child)) {
      problems.push(noCategoryProblem(placeOfPath(name), categories));
    }
  }
  return { groups, problems };
}

/** What to do about a name on the config branch that cannot be read. */
export const notADirectory = 'Put a directory in its place, or remove it.';

function groupInGroupProblem(place: string, group: string): string {
  return `${place}: a group inside the group ${group}. Groups may be nested, but hold no groups; move one of them.`;
}

function categoryAtRootProblem(place: string, category: string): string {
  return `${place}: ${category} is a category of main, and lies at the root of the config branch. Move it to the folder of its group, <group>/${category}. If the branch was made from main, remove the files of main from it: a config branch holds only what it assigns.`;
}

function noCategoryProblem(place: string, categories: Categories): string {
  const known = [...categories.all()].sort().join(', ') || 'none: main has no bases';
  return (
    `${place}: it looks like a group, but holds no category (${known}), so nothing in it would be rendered. ` +
    'Correct the names in it, or begin its name with "_" if it is no group.'
  );
}

/** Tells whether a directory holds a kustomization, and nothing else that counts. */
function holdsKustomizationAlone({ files, directories, broken }: DirectoryNode): boolean {
  const names = [...files.keys()].filter((name) => !isKeeper(name));
  return (
    names.length > 0 && names.every((name) => kustomizationNames.includes(name)) && directories.size + broken.size === 0
  );
}

/** Tells whether a file is there to keep a folder in git. */
function isKeeper(name: string): boolean {
  return /^\.(git)?keep$/.test(name);
}

/** Tells whether a directory holds what only makes sense for Fairlead: YAML, or a file that keeps a folder in git. */
function looksLikeGroup(directory: DirectoryNode): boolean {
  for (const name of directory.files.keys()) {
    if (/\.ya?ml$/i.test(name) || kustomizationNames.includes(name) || isKeeper(name)) return true;
  }
  return [...directory.directories].some(
    ([name, child]) => !isHelper(name) && child.parent === directory && looksLikeGroup(child),
  );
}
