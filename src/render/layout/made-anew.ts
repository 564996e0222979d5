import type { ObjectId } from '../types.ts';
import type { ObjectText } from './objects.ts';

/** The objects of groups by `objectKey`. */
type ObjectsByGroup = ReadonlyMap<string, ReadonlyMap<string, ObjectText>>;

/** Flux looks for this among labels and annotations, whatever the case of the value (fluxcd/pkg, ssa/utils/meta.go). */
const mark = 'kustomize.toolkit.fluxcd.io/force';
const forced = /^ +["']?kustomize\.toolkit\.fluxcd\.io\/force["']?: *["']?enabled["']? *$/im;

/**
 * Makes a function that lists the objects of a group that Flux may delete and make anew, because they change and are marked so,
 * before or after: it does so for every change that the API server calls invalid, that of a field that cannot change above all. One
 * that comes from another group may be on the same cluster already.
 */
export function findMadeAnew(before: ObjectsByGroup, after: ObjectsByGroup): (group: string) => readonly ObjectId[] {
  const left = new Map<string, ObjectText>();
  for (const [group, objects] of before)
    for (const [key, object] of objects) if (!after.get(group)?.has(key)) left.set(key, object);
  return (group) =>
    [...(after.get(group) ?? [])].flatMap(([key, { id, text }]) => {
      const was = before.get(group)?.get(key) ?? left.get(key);
      return was !== undefined && was.text !== text && (isForced(was.text) || isForced(text)) ? [id] : [];
    });
}

function isForced(text: string): boolean {
  return text.includes(mark) && forced.test(text);
}
