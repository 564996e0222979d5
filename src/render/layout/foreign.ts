import { limits } from '../../platform/limits.ts';
import { joinPath, normalizePath } from '../../text/path.ts';
import { holdsObject } from '../source/bases.ts';
import { createKustomizationReader, kustomizationNames } from '../source/kustomization.ts';
import type { DirectoryNode } from '../source/nodes.ts';
import { referencesOf } from '../source/references.ts';
import { parseReference } from '../source/repository-url.ts';
import { findPath } from '../source/tree.ts';
import type { Branch } from './branch.ts';
import { printedEntries } from './kustomization-text.ts';

/** The folder of Flux itself. Left out of the list it would be pruned, and Flux with it. */
const fluxFolder = 'flux-system';

/** The folders of a group that are Fairlead's: the categories that it writes now or wrote before. */
export interface OwnFolders {
  readonly group: string;
  readonly ours: ReadonlySet<string>;
}

/**
 * Lists what the `kustomization.yaml` of a group must have beside Fairlead's categories: entries that were there and
 * still lead somewhere; where the group had no kustomization, everything that Flux has applied by looking through the
 * folder. `stays` tells whether a file of the branch survives this render.
 */
export function foreignEntries(
  branch: Branch,
  { group, ours }: OwnFolders,
  stays: (path: string) => boolean,
): readonly string[] {
  // Whoever pushes may list one folder in very many ways, and have very many files in it.
  const leading = new Map<string, boolean>();
  const leadsSomewhere = (path: string): boolean => {
    const known = leading.get(path) ?? (stays(path) || isAny(branch.filesBelow(path), stays));
    leading.set(path, known);
    return known;
  };
  return [...new Set(presentEntries(branch, { group, ours }))].filter(
    (entry) => parseReference(entry).kind !== 'local' || leadsSomewhere(joinPath(group, entry).replace(/\/$/, '')),
  );
}

function isAny(paths: Iterable<string>, test: (path: string) => boolean): boolean {
  for (const path of paths) if (test(path)) return true;
  return false;
}

function presentEntries(branch: Branch, { group, ours }: OwnFolders): readonly string[] {
  const found = findPath(branch.root, group);
  if (found.kind !== 'directory') return [];
  const { directory } = found;
  // Where a kustomization cannot be read, listing too much does less harm than pruning.
  const listed = listedIn(branch, directory);
  const entries = listed === undefined ? allEntries(directory, ours, '') : listedEntries(listed, ours);
  const flux = directory.directories.get(fluxFolder);
  const fluxEntries = flux && !ours.has(fluxFolder) ? folderEntries(flux, fluxFolder) : [];
  const covered = entries.some((entry) => normalizePath(entry).replace(/\/$/, '') === fluxFolder);
  return covered ? entries : [...entries, ...fluxEntries];
}

type Listed = readonly Pick<ReturnType<typeof referencesOf>[number], 'field' | 'value'>[];

/** Answers what the kustomization of a group lists; undefined: there is none, or it is not read. */
function listedIn(branch: Branch, directory: DirectoryNode): Listed | undefined {
  const texts = kustomizationNames.flatMap((name) => directory.files.get(name)?.content?.toString('utf8') ?? []);
  const [text = '', ...others] = texts;
  if (text.length > limits.kustomizationBytes) return undefined;
  const printed = others.length === 0 ? printedEntries(text) : undefined;
  if (printed !== undefined) return printed.map((value) => ({ field: 'resources', value }));
  if (!isSimple(texts) || !branch.mayParse(text.length)) return undefined;
  const read = createKustomizationReader()(directory);
  return read && 'ok' in read ? referencesOf(read.ok) : undefined;
}

/** More aliases than this are no help to a person, and each is looked for in the whole file. */
const mostAliases = 100;

/** Tells whether kustomizations are read in no time. */
function isSimple(texts: readonly string[]): boolean {
  return texts.every((text) => text.split('*').length <= mostAliases);
}

/** The names that the file of a group's kustomization may have. Fairlead writes the first and removes the others. */
export const groupKustomizations = kustomizationNames;

function listedEntries(references: Listed, ours: ReadonlySet<string>): readonly string[] {
  return references.flatMap(({ field, value }) => {
    const first = normalizePath(value).split('/')[0] ?? '';
    return (field === 'resources' || field === 'bases') && !ours.has(first) ? [value] : [];
  });
}

/**
 * Lists what Flux puts into the kustomization that it generates for a folder without one: directories that have a
 * kustomization, and every other manifest (github.com/fluxcd/pkg/kustomize, generator.go).
 */
function allEntries(directory: DirectoryNode, ours: ReadonlySet<string>, prefix: string): readonly string[] {
  const files = [...directory.files.keys()]
    .filter((name) => isForeignManifest(name, directory))
    .map((name) => prefix + name);
  const below = [...directory.directories].flatMap(([name, child]) =>
    (prefix === '' && ours.has(name)) || child.parent !== directory ? [] : folderEntries(child, prefix + name),
  );
  return [...files, ...below].sort();
}

function folderEntries(directory: DirectoryNode, path: string): readonly string[] {
  const hasOwn = kustomizationNames.some((name) => directory.files.has(name));
  return hasOwn ? [path] : allEntries(directory, new Set(), `${path}/`);
}

function isForeignManifest(name: string, directory: DirectoryNode): boolean {
  if (!/\.ya?ml$/i.test(name) || name.startsWith('.') || kustomizationNames.includes(name)) return false;
  return holdsObject(directory.files.get(name));
}
