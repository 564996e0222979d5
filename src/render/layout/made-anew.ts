import type { ObjectId } from '../types.ts';
import type { ObjectText } from './objects.ts';

/** The objects of groups by `objectKey`. */
type ObjectsByGroup = ReadonlyMap<string, ReadonlyMap<string, ObjectText>>;

/** Flux looks for this among labels and annotations, whatever the case of the value (fluxcd/pkg, ssa/utils/meta.go). */
const mark = 'kustomize.toolkit.fluxcd.io/force';
const forced = /^ +["']?kustomize\.toolkit\.fluxcd\.io\/force["']?: *["']?enabled["']? *$/im;
/** Kubernetes deletes an object whose owners are none that there are, and Flux applies it again. */
const owned = /^ {2}ownerReferences:/m;

/**
 * Makes a function that lists the objects of a group that may be deleted and made anew: because they change and Flux is told so, before or
 * after, which it does for every change that the API server calls invalid, that of a field that cannot change above all; or because
 * they name owners. One that comes from another group may be on the same cluster already.
 */
export function findMadeAnew(before: ObjectsByGroup, after: ObjectsByGroup): (group: string) => readonly ObjectId[] {
  const left = new Map<string, ObjectText>();
  for (const [group, objects] of before)
    for (const [key, object] of objects) if (!after.get(group)?.has(key)) left.set(key, object);
  return (group) =>
    [...(after.get(group) ?? [])].flatMap(([key, { id, text }]) => {
      const was = before.get(group)?.get(key) ?? left.get(key);
      const isChanged = was !== undefined && was.text !== text;
      return isChanged && (isForced(was.text) || isForced(text) || owned.test(text)) ? [id] : [];
    });
}

function isForced(text: string): boolean {
  return text.includes(mark) && forced.test(text);
}
