import { posix } from 'node:path';
import { printedEntries } from '../render/layout/kustomization-text.ts';
import { foldersOf } from '../render/layout/own-folders.ts';
import type { FieldChange } from './field-change.ts';
import { compareObjects } from './fields.ts';
import type { FilesPair, ObjectChange } from './object-change.ts';
import { isList, readObject, type ValueMap } from './value.ts';

/** Tells whether a file is a kustomization: those of a GitOps branch say what Flux applies, and are no objects. */
export function isKustomization(path: string): boolean {
  return /(^|\/)(kustomization\.ya?ml|Kustomization)$/.test(path);
}

/**
 * Lists the kustomizations that say something else although the files are the same: somebody has edited one by hand, so that
 * Flux applies more, less or something else. That an entry comes and goes with its files is no change of its own.
 */
export function compareKustomizations(files: FilesPair): readonly ObjectChange[] {
  const holdsBefore = holderOf(files.before);
  const holdsAfter = holderOf(files.after);
  return [...files.after.keys()].filter(isKustomization).flatMap((path) => {
    const [was, is] = [files.before.get(path), files.after.get(path)];
    if (was === undefined || is === undefined || was === is) return [];
    const folder = posix.dirname(path);
    const isThere = (entry: string) => {
      const target = posix.join(folder, entry);
      return holdsBefore(target) && holdsAfter(target);
    };
    const [before, after] = [readKustomization(was), readKustomization(is)];
    const id = { apiVersion, kind: 'Kustomization', namespace: '', name: path };
    const change = { kind: 'changed', id, leaf: folder } as const;
    if (before === undefined || after === undefined) return [{ ...change, fields: [], unread: true as const }];
    const fields = compareObjects(withEntries(before, isThere), withEntries(after, isThere)).map(withoutValues);
    return fields.length === 0 ? [] : [{ ...change, fields }];
  });
}

/** Reads a kustomization. Of one that Fairlead has written, the entries alone say something. */
function readKustomization(text: string): ValueMap | undefined {
  const resources = printedEntries(text);
  return resources === undefined ? readObject(text) : { apiVersion, kind: 'Kustomization', resources };
}

const apiVersion = 'kustomize.config.k8s.io/v1beta1';

/** Leaves the values of all fields but the entries out: what somebody put there may generate or patch Secrets. */
function withoutValues(change: FieldChange): FieldChange {
  const { path, kind } = change;
  return /^resources\b/.test(path) ? change : { path, kind, hidden: true };
}

/** Sorts the entries, and keeps those that are there before and after: their order means nothing to Flux. */
function withEntries(kustomization: ValueMap, isThere: (entry: string) => boolean): ValueMap {
  const { resources, ...others } = kustomization;
  if (!isList(resources)) return kustomization;
  const entries = resources.filter((entry) => typeof entry !== 'string' || isThere(entry));
  return { ...others, resources: entries.sort() };
}

/** Makes a test that tells whether a path is a file, or a folder with files. The folders are found out once, when they are asked for. */
function holderOf(files: ReadonlyMap<string, string>): (path: string) => boolean {
  let folders: ReadonlySet<string> | undefined;
  return (path) => {
    folders ??= foldersOf(files.keys());
    return files.has(path) || folders.has(path);
  };
}
