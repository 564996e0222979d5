import { closest } from '../../platform/closest.ts';
import { shortSha } from '../../short-names.ts';
import { type Base, isHelper, type LayerName, layerNames } from '../source/bases.ts';
import type { KnownBases } from '../source/known-bases.ts';
import { holdsKustomization, type KustomizationReader } from '../source/kustomization.ts';
import { nameProblem } from '../source/names.ts';
import type { DirectoryAtPath, DirectoryNode } from '../source/nodes.ts';
import { placeOf } from '../source/sources.ts';
import { brokenOnWay, directoryAt, type Source } from '../source/tree.ts';
import { createWalk, type Trail, type Walk } from '../source/walk.ts';
import { usedCategories } from './categories.ts';
import { type Categories, findGroups, type Group, notADirectory } from './groups.ts';
import { nearbyBases } from './nearby.ts';
import { admittedBy, type Restriction, readRestriction } from './restriction.ts';

/*
 * Invariants of this folder: the config branch assigns by having a directory, and nothing on it is dropped silently. A
 * directory with files is an assignment, a part of one, or a problem that is told. All problems are told at once, each
 * with the commit, the path and the remedy. The same two commits give the same assignments in the same order.
 */

/** A base that goes to a group, with the directory of the leaf on the config branch. */
export interface Assignment {
  readonly group: string;
  readonly base: Base;
  readonly directory: DirectoryNode;
  /** `<group>/<path of the base>`. */
  readonly path: string;
  /** Directories below the leaf's own that are assignments themselves, or lie on the way to one. */
  readonly nested: ReadonlySet<DirectoryNode>;
  /** The names of subdirectories that are layers of the leaf, because main has no base at their path. */
  readonly layers: readonly LayerName[];
}

/** An assignment whose base is not in the rendered commit, but at main's head or in the deployed commit. */
export interface WaitingAssignment {
  readonly group: string;
  /** The path of the base. */
  readonly path: string;
}

/** The assignments of a config branch, each list sorted by path. */
export interface Assignments {
  readonly assigned: readonly Assignment[];
  readonly waiting: readonly WaitingAssignment[];
  /** Groups whose kustomization lists nothing: nothing goes there, and what went there before is taken away. */
  readonly emptied: readonly string[];
  /** Sentences on what is wrong. Nothing is rendered as long as there are any. */
  readonly problems: readonly string[];
}

/** Everything that decides which base goes to which group. */
export interface AssignmentInput {
  readonly config: Source;
  readonly main: Source;
  readonly known: KnownBases;
  readonly reader: KustomizationReader;
}

/** Finds out which base goes to which group; see docs/design.md "The source layout". */
export function assign(input: AssignmentInput): Assignments {
  const categories = usedCategories(input);
  const placeOfPath = (path: string) => placeOf(input.config, path);
  const { groups, problems } = findGroups(input.config.root, categories, placeOfPath);
  const result: Result = { assigned: [], waiting: [], emptied: [], problems: [...problems] };
  const walk = createWalk();
  for (const group of groups) {
    const problem = nameProblem(group.name);
    if (problem !== undefined) result.problems.push(`${placeOfPath(group.name)}: ${problem}.`);
    else assignGroup({ ...input, categories, group, result, walk });
  }
  return {
    // A parent's path is a prefix of its children's, so it comes first.
    assigned: result.assigned.sort(byPath),
    waiting: result.waiting.sort((a, b) => (`${a.group}/${a.path}` < `${b.group}/${b.path}` ? -1 : 1)),
    emptied: result.emptied.sort(),
    problems: [...new Set(result.problems)],
  };
}

interface Result {
  readonly assigned: Assignment[];
  readonly waiting: WaitingAssignment[];
  readonly emptied: string[];
  readonly problems: string[];
}

interface Context extends AssignmentInput {
  readonly categories: Categories;
  readonly group: Group;
  readonly walk: Walk;
  readonly result: Result;
}

/** A directory below a group, on the way down. */
interface Visit {
  readonly directory: DirectoryNode;
  /** The path of the base that this directory would assign. */
  readonly path: string;
  /** The restrictions of all directories above. */
  readonly restrictions: readonly Restriction[];
  /** Tells whether the directory lies inside a leaf's. */
  readonly inLeaf: boolean;
  readonly trail: Trail;
}

/** The findings in a directory and below it. */
interface Visited {
  /** Tells whether anything is assigned or waiting there, or excluded by a restriction. */
  readonly found: boolean;
  /** The paths of directories with files that belong to no assignment. */
  readonly strays: readonly string[];
  /** The directories that are assignments, or lie on the way to one. */
  readonly nested: readonly DirectoryNode[];
}

function assignGroup(context: Context): void {
  const { group, categories, result } = context;
  const restrictions = [...group.above, { path: group.name, directory: group.directory }].flatMap(
    (each) => restrictionAt(context, each) ?? [],
  );
  const above = restrictions.filter(({ path }) => path !== group.name);
  const isEmptied = restrictions.some(({ path, listed }) => path === group.name && listed.length === 0);
  if (isEmptied && admittedBy(above, group.name) !== 'out') result.emptied.push(group.name);
  for (const [name, why] of group.directory.broken) {
    const place = placeOf(context.config, `${group.name}/${name}`);
    if (categories.has(name)) result.problems.push(`${place} cannot be read: ${why}. ${notADirectory}`);
  }
  for (const [name, child] of context.walk(group.directory, [])) {
    const path = `${group.name}/${name}`;
    if (isHelper(name) || admittedBy(restrictions, path) === 'out') continue;
    const strays = categories.has(name)
      ? visitDirectory(context, { directory: child, path: name, restrictions, inLeaf: false, trail: [child] }).strays
      : strayPaths(child, path);
    result.problems.push(...strays.map((stray) => strayProblem(context, stray)));
  }
}

function visitDirectory(context: Context, { directory, path, restrictions, inLeaf, trail }: Visit): Visited {
  const own = `${context.group.name}/${path}`;
  const admitted = admittedBy(restrictions, own);
  if (admitted === 'out') return { found: true, strays: [], nested: [directory] };
  const { known } = context;
  const isBase = known.has(path) && admitted === 'listed';
  const partOfLeaf = inLeaf || isBase;
  const restricts = holdsKustomization(directory) && !known.has(path) && (!inLeaf || known.isAbove(path));
  const restriction = restricts ? restrictionAt(context, { path: own, directory }) : undefined;
  const below = restriction ? [...restrictions, restriction] : restrictions;
  const visited = context
    .walk(directory, trail)
    .filter(([name]) => !isHelper(name))
    .map(([name, child]) => ({ directory: child, path: `${path}/${name}`, trail: [...trail, child] }))
    .map((child) => visitDirectory(context, { ...child, restrictions: below, inLeaf: partOfLeaf }));
  const nested = visited.flatMap((each) => each.nested);
  if (isBase) addAssignment(context, { path, directory }, new Set(nested));
  const found = isBase || visited.some((each) => each.found);
  const strays = visited.flatMap((each) => each.strays);
  const holdsFiles = directory.files.size + directory.broken.size > 0;
  return {
    found,
    // The shallowest directory with files is what somebody meant as an assignment.
    strays: !found && !partOfLeaf && holdsFiles ? [own] : strays,
    nested: found ? [directory, ...nested] : nested,
  };
}

function addAssignment(
  context: Context,
  { path, directory }: DirectoryAtPath,
  nested: ReadonlySet<DirectoryNode>,
): void {
  const { known, group, result, config } = context;
  const base = known.get(path);
  const own = `${group.name}/${path}`;
  const problem = nameProblem(path);
  if (problem !== undefined) result.problems.push(`${placeOf(config, own)}: ${problem}.`);
  else if (base) {
    const layers = layerNames.filter((name) => !known.has(`${path}/${name}`));
    result.assigned.push({ group: group.name, base, directory, path: own, nested, layers });
  } else result.waiting.push({ group: group.name, path });
}

function restrictionAt(context: Context, at: DirectoryAtPath): Restriction | undefined {
  const { known, group, config, result, reader } = context;
  const below = at.path.startsWith(`${group.name}/`) ? at.path.slice(group.name.length + 1) : '';
  return readRestriction(at, reader, (name, text) => {
    result.problems.push(`${placeOf(config, `${at.path}/${name}`)}: ${text}${nearbyBases(below, known)}`);
  });
}

function strayProblem(context: Context, stray: string): string {
  const { group, known, config, main } = context;
  const broken = brokenProblem(context, stray);
  if (broken !== undefined) return broken;
  const path = stray.slice(group.name.length + 1).replace(/\/(configs|overlays)$/, '');
  if (directoryAt(main, path)?.files.has('helm.yaml'))
    return `${placeOf(config, `${group.name}/${path}`)}: the chart of ${placeOf(main, `${path}/helm.yaml`)} has not been fetched. Run \`fairlead vendor ${path}\` on main, and commit what it fetches.`;
  const bases = known.all();
  const meant = closest(path, bases) ?? bases.find((base) => base.endsWith(path.slice(path.lastIndexOf('/'))));
  return (
    `${placeOf(config, `${group.name}/${path}`)}: there is no base ${path} on main (looked at ${shortSha(main.revision)}, ` +
    `at main's head and at the deployed commit), so nothing of it would be rendered. ` +
    `${meant === undefined ? '' : `Did you mean ${group.name}/${meant}? `}Correct the path or remove the directory.${nearbyBases(path, known)}`
  );
}

/**
 * Says why what somebody means to assign cannot be read: it is a submodule, or a symlink that leads nowhere, here or on
 * main; undefined: it is neither.
 */
function brokenProblem({ group, config, main }: Context, stray: string): string | undefined {
  const path = stray.slice(group.name.length + 1);
  const onMain = brokenOnWay(main.root, path);
  if (onMain) {
    const place = placeOf(main, onMain.path);
    return `${placeOf(config, stray)}: ${place} cannot be read: ${onMain.why}. Put the files themselves there, or remove the directory.`;
  }
  const [name, why] = [...(directoryAt(config, stray)?.broken ?? [])][0] ?? [];
  if (name === undefined) return undefined;
  return `${placeOf(config, `${stray}/${name}`)} cannot be read: ${why}. ${notADirectory}`;
}

/** Lists the shallowest directories with files, at this path or below. */
function strayPaths(directory: DirectoryNode, path: string): readonly string[] {
  if (directory.files.size + directory.broken.size > 0) return [path];
  // What a symlink leads to is judged where it lies.
  const own = [...directory.directories].filter(([name, child]) => !isHelper(name) && child.parent === directory);
  return own.flatMap(([name, child]) => strayPaths(child, `${path}/${name}`));
}

function byPath(a: Assignment, b: Assignment): number {
  return a.path < b.path ? -1 : 1;
}
