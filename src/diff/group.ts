import { posix } from 'node:path';
import { objectKey } from '../render/layout/conflicts.ts';
import { type ObjectText, objectsIn } from '../render/layout/objects.ts';
import type { FieldChange } from './field-change.ts';
import { compareObjects } from './fields.ts';
import { compareKustomizations, isKustomization } from './kustomizations.ts';
import type { FilesPair, ObjectChange } from './object-change.ts';
import { readObject } from './value.ts';

/** What differs in one group. */
export interface GroupDifference {
  readonly changes: readonly ObjectChange[];
  /** The number of objects, before and after. */
  readonly objects: { readonly before: number; readonly after: number };
  /** The files that are written anew although no object in them means anything else. */
  readonly rewritten: readonly string[];
}

/** Compares the objects of one group, whatever files they are in. */
export type CompareGroup = (files: FilesPair) => GroupDifference;

interface PlacedObject extends ObjectText {
  readonly file: string;
}

/** How much may be done. */
export interface Allowance {
  /**
   * The characters of changed objects that are parsed, in all; default: without end. The parser takes a second for a million or
   * two, and whoever calls stands still meanwhile.
   */
  readonly parsedCharacters?: number;
}

/** Makes a function that compares groups. What it found out about a change it knows again in the next group. */
export function createGroupComparer(allowance: Allowance): CompareGroup {
  const compareTexts = rememberComparisons(allowance);
  return (files) => {
    const changed = changedFiles(files);
    const [before, after] = [placedObjects(files.before, changed), placedObjects(files.after, changed)];
    const changes: ObjectChange[] = [];
    for (const [key, object] of before) if (!after.has(key)) changes.push(wholeObject('removed', object));
    for (const [key, object] of after) {
      const earlier = before.get(key);
      if (earlier === undefined) changes.push(wholeObject('added', object));
      else changes.push(...changedObject(earlier, object, compareTexts));
    }
    const told = new Set(
      changes.flatMap(({ leaf, movedFrom }) => [leaf, ...(movedFrom === undefined ? [] : [movedFrom])]),
    );
    const untouched = countObjects(files.after, changed);
    return {
      changes: [...changes, ...compareKustomizations(files)],
      objects: { before: untouched + before.size, after: untouched + after.size },
      rewritten: [...changed].filter((path) => !isKustomization(path) && !told.has(posix.dirname(path))).sort(),
    };
  };
}

function changedFiles({ before, after }: FilesPair): ReadonlySet<string> {
  return new Set([...before.keys(), ...after.keys()].filter((path) => before.get(path) !== after.get(path)));
}

function placedObjects(
  files: ReadonlyMap<string, string>,
  wanted: ReadonlySet<string>,
): ReadonlyMap<string, PlacedObject> {
  const objects = new Map<string, PlacedObject>();
  for (const file of wanted) {
    if (isKustomization(file)) continue;
    for (const object of objectsIn(files.get(file) ?? '')) objects.set(objectKey(object.id), { ...object, file });
  }
  return objects;
}

function countObjects(files: ReadonlyMap<string, string>, without: ReadonlySet<string>): number {
  let count = 0;
  for (const [path, text] of files) if (!without.has(path) && !isKustomization(path)) count += objectsIn(text).length;
  return count;
}

function wholeObject(kind: 'added' | 'removed', { id, file }: PlacedObject): ObjectChange {
  return { kind, id, leaf: posix.dirname(file), fields: [] };
}

/** Compares the texts of two versions of an object; undefined: one of them is not read. */
type CompareTexts = (before: string, after: string) => readonly FieldChange[] | undefined;

function changedObject(before: PlacedObject, after: PlacedObject, compareTexts: CompareTexts): readonly ObjectChange[] {
  const [from, leaf] = [posix.dirname(before.file), posix.dirname(after.file)];
  const fields = before.text === after.text ? [] : compareTexts(before.text, after.text);
  if (fields?.length === 0 && from === leaf) return [];
  return [
    {
      kind: 'changed',
      id: after.id,
      leaf,
      ...(from !== leaf && { movedFrom: from }),
      fields: fields ?? [],
      ...(fields === undefined && { unread: true as const }),
    },
  ];
}

function rememberComparisons({ parsedCharacters = Number.POSITIVE_INFINITY }: Allowance): CompareTexts {
  let rest = parsedCharacters;
  const known = new Map<string, Map<string, readonly FieldChange[] | undefined>>();
  return (before, after) => {
    const those = known.get(before) ?? new Map<string, readonly FieldChange[] | undefined>();
    known.set(before, those);
    if (!those.has(after)) {
      rest -= before.length + after.length;
      those.set(after, rest < 0 ? undefined : compareUnknown(before, after));
    }
    return those.get(after);
  };
}

function compareUnknown(before: string, after: string): readonly FieldChange[] | undefined {
  const [one, other] = [readObject(before), readObject(after)];
  return one === undefined || other === undefined ? undefined : compareObjects(one, other);
}
