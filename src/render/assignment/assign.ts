import { closest } from '../../platform/closest.ts';
import { shortSha } from '../../short-sha.ts';
import { type Base, isHelper, type LayerName, layerNames } from '../source/bases.ts';
import type { KustomizationReader } from '../source/kustomization.ts';
import { refuseName } from '../source/names.ts';
import type { DirectoryNode } from '../source/nodes.ts';
import { placeOf } from '../source/sources.ts';
import type { Source } from '../source/tree.ts';
import { createWalk, type Trail, type Walk } from '../source/walk.ts';
import { findGroups, type Group } from './groups.ts';
import { admission, type Restriction, readRestriction } from './restriction.ts';

/** One leaf to be: a base in a group, with the leaf's directory on the config branch. */
export interface Assignment {
  readonly group: string;
  readonly base: Base;
  readonly directory: DirectoryNode;
  /** `<group>/<path of the base>`. */
  readonly path: string;
  /** Directories below the leaf's own that are assignments themselves, or lie between. */
  readonly nested: ReadonlySet<DirectoryNode>;
  /** Names of its subdirectories that are layers: main has no base of that path. */
  readonly layers: readonly LayerName[];
}

export interface WaitingAssignment {
  readonly group: string;
  /** Path of the base that is not there yet, or not any more. */
  readonly path: string;
}

/** Sorted by path. */
export interface Assignments {
  readonly assigned: readonly Assignment[];
  readonly waiting: readonly WaitingAssignment[];
  /** Sentences; whoever renders refuses to, as long as there are any. */
  readonly problems: readonly string[];
}

export interface AssignmentInput {
  readonly config: Source;
  readonly main: Source;
  readonly bases: ReadonlyMap<string, Base>;
  /** Bases at main's head or at the deployed commit. */
  readonly alsoBases: ReadonlySet<string>;
  readonly reader: KustomizationReader;
}

/** Finds out which base goes to which group; see DESIGN "The source layout". */
export function assign(input: AssignmentInput): Assignments {
  const known = new Set([...input.bases.keys(), ...input.alsoBases]);
  const categories = new Set([...known].map((path) => path.slice(0, path.indexOf('/'))));
  const place = (path: string) => placeOf(input.config, path);
  const { groups, problems } = findGroups(input.config.root, categories, place);
  const result: Result = { assigned: [], waiting: [], problems: [...problems] };
  const above = new Set([...known].flatMap(ancestorsOf));
  const walk = createWalk();
  for (const group of groups) {
    const bad = refuseName(group.name);
    if (bad !== undefined) result.problems.push(`${place(group.name)}: ${bad}.`);
    else assignGroup({ ...input, known, above, categories, group, result, walk });
  }
  return {
    // A parent's path is a prefix of its children's, so it comes first.
    assigned: result.assigned.sort(byPath),
    waiting: result.waiting.sort((a, b) => (`${a.group}/${a.path}` < `${b.group}/${b.path}` ? -1 : 1)),
    problems: [...new Set(result.problems)],
  };
}

interface Result {
  readonly assigned: Assignment[];
  readonly waiting: WaitingAssignment[];
  readonly problems: string[];
}

interface Context extends AssignmentInput {
  readonly known: ReadonlySet<string>;
  /** Paths above a base. */
  readonly above: ReadonlySet<string>;
  readonly categories: ReadonlySet<string>;
  readonly group: Group;
  readonly walk: Walk;
  readonly result: Result;
}

/** What a subtree held: whether anything in it is assigned or waiting, and the directories that are neither. */
interface Entered {
  readonly found: boolean;
  readonly strays: readonly string[];
  readonly nested: readonly DirectoryNode[];
}

function assignGroup(context: Context): void {
  const { group, categories, result } = context;
  const restrictions = [...group.above, { path: group.name, directory: group.directory }].flatMap(
    ({ path, directory }) => restrictionAt(context, directory, path) ?? [],
  );
  for (const [name, child] of context.walk(group.directory, [])) {
    const path = `${group.name}/${name}`;
    if (isHelper(name) || admission(restrictions, path) === 'out') continue;
    const strays = categories.has(name)
      ? visit(context, child, name, restrictions, false, [child]).strays
      : filesBelow(child, path);
    result.problems.push(...strays.map((stray) => strayProblem(context, stray)));
  }
}

/** `path` is that of the base which this directory would assign. */
function visit(
  context: Context,
  directory: DirectoryNode,
  path: string,
  restrictions: readonly Restriction[],
  inLeaf: boolean,
  trail: Trail,
): Entered {
  const own = `${context.group.name}/${path}`;
  const admitted = admission(restrictions, own);
  if (admitted === 'out') return { found: true, strays: [], nested: [directory] };
  const isBase = context.known.has(path) && admitted === 'listed';
  const leaf = inLeaf || isBase;
  const restricts = !context.known.has(path) && (!inLeaf || context.above.has(path));
  const restriction = restricts ? restrictionAt(context, directory, own) : undefined;
  const below = restriction ? [...restrictions, restriction] : restrictions;
  const visited = context
    .walk(directory, trail)
    .filter(([name]) => !isHelper(name))
    .map(([name, child]) => visit(context, child, `${path}/${name}`, below, leaf, [...trail, child]));
  const nested = visited.flatMap((each) => each.nested);
  if (isBase) record(context, path, directory, new Set(nested));
  const found = isBase || visited.some((each) => each.found);
  const strays = visited.flatMap((each) => each.strays);
  const holdsFiles = directory.files.size + directory.broken.size > 0;
  return {
    found,
    // The shallowest directory with files is what somebody meant as an assignment.
    strays: !found && !leaf && holdsFiles ? [own] : strays,
    nested: found ? [directory, ...nested] : nested,
  };
}

function record(context: Context, path: string, directory: DirectoryNode, nested: ReadonlySet<DirectoryNode>): void {
  const { bases, known, group, result, config } = context;
  const base = bases.get(path);
  const own = `${group.name}/${path}`;
  const bad = refuseName(path);
  if (bad !== undefined) result.problems.push(`${placeOf(config, own)}: ${bad}.`);
  else if (base) {
    const layers = layerNames.filter((name) => !known.has(`${path}/${name}`));
    result.assigned.push({ group: group.name, base, directory, path: own, nested, layers });
  } else result.waiting.push({ group: group.name, path });
}

function restrictionAt(context: Context, directory: DirectoryNode, path: string): Restriction | undefined {
  return readRestriction(directory, path, context.reader, (name, text) => {
    context.result.problems.push(`${placeOf(context.config, `${path}/${name}`)}: ${text}`);
  });
}

function strayProblem({ group, known, config, main }: Context, stray: string): string {
  const path = stray.slice(group.name.length + 1).replace(/\/(configs|overlays)$/, '');
  const meant =
    closest(path, [...known]) ?? [...known].find((base) => base.endsWith(path.slice(path.lastIndexOf('/'))));
  return (
    `${placeOf(config, `${group.name}/${path}`)}: there is no base ${path} on main (looked at ${shortSha(main.revision)}, ` +
    `at main's head and at the deployed commit), so nothing of it would be rendered. ` +
    `${meant === undefined ? '' : `Did you mean ${group.name}/${meant}? `}Correct the path or remove the directory.`
  );
}

function filesBelow(directory: DirectoryNode, path: string): readonly string[] {
  if (directory.files.size + directory.broken.size > 0) return [path];
  // What a symlink leads to is judged where it lies.
  const own = [...directory.directories].filter(([name, child]) => !isHelper(name) && child.parent === directory);
  return own.flatMap(([name, child]) => filesBelow(child, `${path}/${name}`));
}

function ancestorsOf(path: string): readonly string[] {
  const names = path.split('/');
  return names.slice(1).map((_, index) => names.slice(0, index + 1).join('/'));
}

function byPath(a: Assignment, b: Assignment): number {
  return a.path < b.path ? -1 : 1;
}
