import type { FilesOfGroups } from '../../diff/groups.ts';
import { isKustomization } from '../../diff/kustomizations.ts';
import { findRemovals } from '../../operation/guard/find-removals.ts';
import type { GuardedRemovals } from '../../operation/guard/removals.ts';
import type { Environment } from '../../platform/types.ts';
import { objectKey } from '../../render/layout/conflicts.ts';
import { findMadeAnew } from '../../render/layout/made-anew.ts';
import { type ObjectText, objectsIn } from '../../render/layout/objects.ts';
import type { BranchSides } from './sides.ts';

/** Finds what goes that the guard of an environment names, as the render of a promotion does; undefined: nothing of that. */
export function guardedIn(
  { before, after, foldersLeft }: BranchSides,
  policy: Pick<Environment, 'clusters' | 'guard'>,
): GuardedRemovals | undefined {
  const groups = [...new Set([...before.keys(), ...after.keys()])];
  const had = objectsByGroup(before);
  const has = objectsByGroup(after);
  const onlyIn = (one: typeof had, other: typeof had, group: string) =>
    [...(one.get(group) ?? [])].flatMap(([key, { id }]) => (other.get(group)?.has(key) ? [] : [id]));
  const madeAnew = findMadeAnew(had, has);
  const summary = groups.map((group) => ({
    group,
    added: onlyIn(has, had, group),
    changed: [],
    removed: onlyIn(had, has, group),
    madeAnew: madeAnew(group),
  }));
  const change = {
    summary,
    groups: new Set(groups),
    folderStays: (group: string) => foldersLeft.has(group),
    count: (group: string) => has.get(group)?.size ?? 0,
    objectsOf: (group: string) => new Set(has.get(group)?.keys() ?? []),
  };
  return findRemovals(change, policy);
}

function objectsByGroup(files: FilesOfGroups): ReadonlyMap<string, ReadonlyMap<string, ObjectText>> {
  return new Map(
    [...files].map(([group, texts]) => {
      const objects = [...texts].flatMap(([path, text]) => (isKustomization(path) ? [] : objectsIn(text)));
      return [group, new Map(objects.map((object) => [objectKey(object.id), object]))];
    }),
  );
}
