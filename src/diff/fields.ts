import { canonicalText } from './canonical.ts';
import type { FieldChange, FieldPlace, ListPair, ValuePair } from './field-change.ts';
import { type ListKey, listKey } from './list-keys.ts';
import { fieldPlace, itemPlace } from './place.ts';
import { isHidden, withoutSecrets } from './secrets.ts';
import { compareSequences } from './sequences.ts';
import { isList, isMap, type Value, type ValueMap, valueAt } from './value.ts';

/**
 * Lists what differs between two versions of an object, field by field, in the order of the fields' names. Items of lists are
 * told apart as Kubernetes does it; the order of keys, and of lists in which it means nothing, is no difference. What Secrets
 * hold is told as changed, without a value.
 */
export function compareObjects(before: ValueMap, after: ValueMap): readonly FieldChange[] {
  return compareValues({ path: '', field: '' }, { before, after });
}

/** Lists what differs between two values at one place. */
export function compareValues(place: FieldPlace, { before, after }: ValuePair): readonly FieldChange[] {
  if (before === undefined || after === undefined || !isAlike(before, after)) return wholeChange(place, before, after);
  if (isMap(before) && isMap(after)) return compareMaps(place, before, after);
  if (isList(before) && isList(after)) return compareLists(place, { before, after });
  return Object.is(before, after) ? [] : wholeChange(place, before, after);
}

/** Tells whether two values are both maps, both lists, or both neither. */
function isAlike(before: Value, after: Value): boolean {
  return isMap(before) === isMap(after) && isList(before) === isList(after);
}

function wholeChange(
  { path }: FieldPlace,
  before: Value | undefined,
  after: Value | undefined,
): readonly FieldChange[] {
  if (before === undefined && after === undefined) return [];
  return [
    {
      path,
      kind: before === undefined ? 'added' : after === undefined ? 'removed' : 'changed',
      ...(before !== undefined && { before: withoutSecrets(before) }),
      ...(after !== undefined && { after: withoutSecrets(after) }),
    },
  ];
}

function compareMaps({ path }: FieldPlace, before: ValueMap, after: ValueMap): readonly FieldChange[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.flatMap((key) => {
    const place = { path: fieldPlace(path, key), field: key };
    const pair = { before: valueAt(before, key), after: valueAt(after, key) };
    return isHidden(before, key) || isHidden(after, key) ? compareHidden(place, pair) : compareValues(place, pair);
  });
}

/** Tells what changed among secret values by their keys alone. */
function compareHidden(place: FieldPlace, { before, after }: ValuePair): readonly FieldChange[] {
  if (isMap(before) || isMap(after)) {
    const [one, other] = [mapOr(before), mapOr(after)];
    if (one !== undefined && other !== undefined) {
      const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])].sort();
      return keys.flatMap((key) =>
        hiddenChange(fieldPlace(place.path, key), { before: valueAt(one, key), after: valueAt(other, key) }),
      );
    }
  }
  return hiddenChange(place.path, { before, after });
}

/** Answers a map as it is, and an empty one for nothing; undefined: it is something else. */
function mapOr(value: Value | undefined): ValueMap | undefined {
  if (value === undefined || value === null) return {};
  return isMap(value) ? value : undefined;
}

function hiddenChange(path: string, { before, after }: ValuePair): readonly FieldChange[] {
  if (before === undefined && after === undefined) return [];
  if (before === undefined) return [{ path, kind: 'added', hidden: true }];
  if (after === undefined) return [{ path, kind: 'removed', hidden: true }];
  return canonicalText(before) === canonicalText(after) ? [] : [{ path, kind: 'changed', hidden: true }];
}

function compareLists(place: FieldPlace, lists: ListPair): readonly FieldChange[] {
  const key = listKey(place.field, lists.before, lists.after);
  return key === undefined ? compareSequences(place, lists, compareValues) : compareKeyed(place, lists, key);
}

function compareKeyed({ path }: FieldPlace, lists: ListPair, { keyOf, isOrdered }: ListKey): readonly FieldChange[] {
  const before = new Map(lists.before.map((item) => [keyOf(item), item]));
  const after = new Map(lists.after.map((item) => [keyOf(item), item]));
  const keys = [...new Set([...before.keys(), ...after.keys()])];
  const changes = keys.flatMap((key) =>
    compareValues({ path: itemPlace(path, key), field: '' }, { before: before.get(key), after: after.get(key) }),
  );
  const stayed = (these: ReadonlyMap<string, Value>, others: ReadonlyMap<string, Value>) =>
    [...these.keys()].filter((key) => others.has(key));
  const [was, is] = [stayed(before, after), stayed(after, before)];
  if (!isOrdered || was.every((key, index) => key === is[index])) return changes;
  return [{ path, kind: 'reordered', before: was, after: is }, ...changes];
}
