import { posix } from 'node:path';
import type { LeafPlan } from '../leaf/plan.ts';
import { type Bases, isHelper } from '../source/bases.ts';
import { kustomizationNames } from '../source/kustomization.ts';
import type { DirectoryNode, FileNode } from '../source/nodes.ts';
import { placeOf, type Sources } from '../source/sources.ts';
import type { Assignment, WaitingAssignment } from './assign.ts';
import { nearbyBases } from './nearby.ts';

/** The names of files that only make sense where Fairlead reads them. */
const meaningfulNames: readonly string[] = [...kustomizationNames, 'values.yaml', 'helm.yaml'];

/**
 * Finds files in leaves' directories that somebody wrote for Fairlead and that nothing reads: a directory that looks
 * like an assignment but is none, YAML beside `configs/`, a `helm.yaml` where there is no chart. Answers sentences.
 */
export function unreadProblems(
  sources: Sources,
  leaves: readonly LeafPlan[],
  { waiting, bases }: { readonly waiting: readonly WaitingAssignment[]; readonly bases: Pick<Bases, 'all'> },
): readonly string[] {
  const reads = new Set(leaves.flatMap((leaf) => [...leaf.reads]));
  const paths = [
    ...leaves.map(({ assignment }) => assignment.path),
    ...waiting.map(({ group, path }) => `${group}/${path}`),
  ];
  const parents = new Set(paths.flatMap((path) => pathsAbove(path)));
  return leaves.flatMap(({ assignment }) => {
    const isUnread = (file: FileNode) => !reads.has(file);
    return [
      ...ownFileProblems(sources, assignment, { isUnread, isParent: parents.has(assignment.path) }),
      ...subdirectoryProblems(sources, assignment, { isUnread, bases }),
    ];
  });
}

/** The use of a leaf's files: which of them nothing reads, and whether another assignment lies below the leaf. */
interface LeafUse {
  readonly isUnread: (file: FileNode) => boolean;
  readonly isParent: boolean;
}

function ownFileProblems(
  { config, kustomization }: Sources,
  { directory, base, path }: Assignment,
  { isUnread, isParent }: LeafUse,
): readonly string[] {
  const problems: string[] = [];
  for (const [name, file] of directory.files) {
    const place = placeOf(config, posix.join(path, name));
    if (!isUnread(file) || name.startsWith('.')) continue;
    if (name === 'helm.yaml' && base.kind !== 'chart')
      problems.push(`${place}: ${base.path} is no chart, so nothing reads it. Remove it.`);
    // The values of charts further down stand on the way to them.
    else if (name === 'values.yaml' && !isParent)
      problems.push(`${place}: ${base.path} is no chart, so nothing reads it. Remove it.`);
    else if (name !== 'values.yaml' && isYaml(name) && !kustomization(directory)) {
      problems.push(
        `${place}: nothing reads it. Move it to configs/ (resources) or overlays/ (patches), or name it in a kustomization.yaml.`,
      );
    }
  }
  return problems;
}

/** Finds directories inside the leaf's that are no assignments, and hold what was meant for Fairlead. */
function subdirectoryProblems(
  { config, kustomization }: Sources,
  { directory, path, base, nested, layers }: Assignment,
  { isUnread, bases }: Pick<LeafUse, 'isUnread'> & { readonly bases: Pick<Bases, 'all'> },
): readonly string[] {
  const hasKustomization = kustomization(directory) !== undefined;
  const problemsBelow = (each: DirectoryNode, at: string, layer: boolean): readonly string[] => {
    const unread = [...each.files].filter(([, file]) => isUnread(file)).map(([name]) => name);
    const all = unread.length === each.files.size;
    const wasted = hasKustomization
      ? unread.some((name) => meaningfulNames.includes(name)) || (layer && all && unread.some(isYaml))
      : unread.some((name) => isYaml(name) || meaningfulNames.includes(name));
    const kept = !layer && each.files.size === 1 && all && isPlaceholder(unread[0]);
    if (wasted || kept)
      return [`${placeOf(config, at)}: ${nothingReadsWords(at, path, base.path)}${nearbyBases(base.path, bases)}`];
    return childDirectories(each).flatMap(([name, child]) => problemsBelow(child, `${at}/${name}`, false));
  };
  const isLayer = (name: string) => layers.some((layer) => layer === name);
  const childDirectories = (each: DirectoryNode) =>
    // What a symlink leads to is judged where it lies.
    [...each.directories].filter(([name, child]) => !isHelper(name) && !nested.has(child) && child.parent === each);
  return childDirectories(directory).flatMap(([name, child]) => problemsBelow(child, `${path}/${name}`, isLayer(name)));
}

function nothingReadsWords(at: string, leaf: string, base: string): string {
  const below = at.slice(leaf.length + 1);
  return (
    `nothing reads it: ${base}/${below} is no base on main, and nothing in the leaf ${base} refers to it. ` +
    'Correct the path, refer to it from the kustomization, or remove it.'
  );
}

function isPlaceholder(name: string | undefined): boolean {
  return name === '.gitkeep' || name === '.keep';
}

function isYaml(name: string): boolean {
  return /\.ya?ml$/i.test(name) && !name.startsWith('.');
}

function pathsAbove(path: string): readonly string[] {
  const names = path.split('/');
  return names.map((_, index) => names.slice(0, index).join('/'));
}
