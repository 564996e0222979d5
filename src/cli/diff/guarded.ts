import type { FilesOfGroups } from '../../diff/groups.ts';
import { isKustomization } from '../../diff/kustomizations.ts';
import { findRemovals } from '../../operation/guard/find-removals.ts';
import type { GuardedRemovals } from '../../operation/guard/removals.ts';
import type { Environment } from '../../platform/types.ts';
import { objectKey } from '../../render/layout/conflicts.ts';
import { objectsIn } from '../../render/layout/objects.ts';
import type { ObjectId } from '../../render/types.ts';
import type { Sides } from './sides.ts';

/** Finds what goes that the guard of an environment names, as the render of a promotion does; undefined: nothing of that. */
export function guardedIn(
  { before, after }: Sides,
  policy: Pick<Environment, 'clusters' | 'guard'>,
): GuardedRemovals | undefined {
  const groups = [...new Set([...before.keys(), ...after.keys()])];
  const had = objectsByGroup(before);
  const has = objectsByGroup(after);
  const onlyIn = (one: typeof had, other: typeof had, group: string) =>
    [...(one.get(group) ?? [])].flatMap(([key, id]) => (other.get(group)?.has(key) ? [] : [id]));
  const summary = groups.map((group) => ({
    group,
    added: onlyIn(has, had, group),
    changed: [],
    removed: onlyIn(had, has, group),
  }));
  const change = {
    summary,
    groups: new Set(groups),
    folderStays: (group: string) => (after.get(group)?.size ?? 0) > 0,
    count: (group: string) => has.get(group)?.size ?? 0,
    objectsOf: (group: string) => new Set(has.get(group)?.keys() ?? []),
  };
  return findRemovals(change, policy);
}

function objectsByGroup(files: FilesOfGroups): ReadonlyMap<string, ReadonlyMap<string, ObjectId>> {
  return new Map(
    [...files].map(([group, texts]) => {
      const objects = [...texts].flatMap(([path, text]) => (isKustomization(path) ? [] : objectsIn(text)));
      return [group, new Map(objects.map(({ id }) => [objectKey(id), id]))];
    }),
  );
}
