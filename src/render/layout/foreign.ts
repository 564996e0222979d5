import { posix } from 'node:path';
import { createKustomizationReader, kustomizationNames } from '../source/kustomization.ts';
import type { DirectoryNode } from '../source/nodes.ts';
import { referencesOf } from '../source/references.ts';
import { parseReference } from '../source/repository-url.ts';
import { find } from '../source/tree.ts';
import type { Branch } from './branch.ts';

/** Flux's own folder: taken out of the list it would be pruned, and Flux with it. */
const fluxFolder = 'flux-system';

/**
 * What the `kustomization.yaml` of a group must list beside our categories: entries that were there and still lead
 * somewhere; where the group had no kustomization, everything that Flux has applied by looking through the folder.
 * `ours`: category folders that Fairlead writes or wrote; `stays`: whether a file of the branch survives this render.
 */
export function foreignEntries(
  branch: Branch,
  group: string,
  ours: ReadonlySet<string>,
  stays: (path: string) => boolean,
): readonly string[] {
  return presentEntries(branch, group, ours).filter((entry) => {
    const path = posix.join(group, entry).replace(/\/$/, '');
    return parseReference(entry).kind !== 'local' || stays(path) || branch.filesBelow(path).some(stays);
  });
}

function presentEntries(branch: Branch, group: string, ours: ReadonlySet<string>): readonly string[] {
  const found = find(branch.root, group);
  if (found.kind !== 'directory') return [];
  const { directory } = found;
  const read = createKustomizationReader()(directory);
  // Where a kustomization cannot be read, listing too much is better than pruning.
  const entries = read && 'ok' in read ? listedEntries(referencesOf(read.ok), ours) : everythingIn(directory, ours, '');
  const flux = directory.directories.get(fluxFolder);
  const fluxEntries = flux && !ours.has(fluxFolder) ? asEntries(flux, fluxFolder) : [];
  const covered = entries.some((entry) => posix.normalize(entry).replace(/\/$/, '') === fluxFolder);
  return covered ? entries : [...entries, ...fluxEntries];
}

/** Names under which a group's kustomization may stand; Fairlead writes the first and removes the others. */
export const groupKustomizations = kustomizationNames;

function listedEntries(references: ReturnType<typeof referencesOf>, ours: ReadonlySet<string>): readonly string[] {
  return references.flatMap(({ field, value }) => {
    const first = posix.normalize(value).split('/')[0] ?? '';
    return (field === 'resources' || field === 'bases') && !ours.has(first) ? [value] : [];
  });
}

/**
 * As Flux generates a kustomization for a folder without one: directories that have a kustomization, and every
 * other manifest (github.com/fluxcd/pkg/kustomize, generator.go).
 */
function everythingIn(directory: DirectoryNode, ours: ReadonlySet<string>, prefix: string): readonly string[] {
  const files = [...directory.files.keys()].filter((name) => isManifest(name, directory)).map((name) => prefix + name);
  const below = [...directory.directories].flatMap(([name, child]) =>
    (prefix === '' && ours.has(name)) || child.parent !== directory ? [] : asEntries(child, prefix + name),
  );
  return [...files, ...below].sort();
}

function asEntries(directory: DirectoryNode, path: string): readonly string[] {
  const hasOwn = kustomizationNames.some((name) => directory.files.has(name));
  return hasOwn ? [path] : everythingIn(directory, new Set(), `${path}/`);
}

function isManifest(name: string, directory: DirectoryNode): boolean {
  if (!/\.ya?ml$/i.test(name) || name.startsWith('.') || kustomizationNames.includes(name)) return false;
  const text = directory.files.get(name)?.content?.toString('utf8') ?? '';
  return /^"?apiVersion"?:\s*\S/m.test(text) && /^"?kind"?:\s*\S/m.test(text);
}
