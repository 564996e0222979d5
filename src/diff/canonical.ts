import { createHash } from 'node:crypto';
import { listKey } from './list-keys.ts';
import { isList, isMap, type Value, type ValueMap, valueText } from './value.ts';

/** The digest of a list or a map, and the field that it was made for. */
interface Digest {
  readonly field: string;
  readonly text: string;
}

/** The digests of lists and maps: lists within each other are compared at each level, and what is below is the same. */
const known = new WeakMap<object, Digest>();

/**
 * Names what a value means: two of them have the same text if they mean the same, whatever the order of the keys of maps, and
 * of the items of lists whose order means nothing. `field` is the name of the field that holds it. The text of a list or a map
 * is a digest of those of its parts, so that each part is read once, however deep it lies.
 */
export function canonicalText(value: Value, field = ''): string {
  if (!isList(value) && !isMap(value)) return valueText(value);
  const before = known.get(value);
  if (before?.field === field) return before.text;
  const parts = isList(value) ? itemTexts(value, field) : entryTexts(value);
  // No text of another value begins so.
  const text = `#${createHash('sha256').update(valueText(parts)).digest('base64')}`;
  known.set(value, { field, text });
  return text;
}

function itemTexts(list: readonly Value[], field: string): readonly Value[] {
  const key = listKey(field, list);
  const items = key === undefined || key.isOrdered ? list : [...list].sort(byText(key.keyOf));
  return ['list', ...items.map((item) => canonicalText(item))];
}

function entryTexts(map: ValueMap): readonly Value[] {
  const entries = Object.entries(map).sort(byText(([key]) => key));
  return ['map', ...entries.map(([key, inner]) => [key, canonicalText(inner, key)])];
}

function byText<T>(textOf: (item: T) => string): (a: T, b: T) => number {
  return (a, b) => {
    const [one, other] = [textOf(a), textOf(b)];
    return one < other ? -1 : one > other ? 1 : 0;
  };
}
