import { listKey } from './list-keys.ts';
import { isList, isMap, type Value, valueText } from './value.ts';

/**
 * Writes a value so that two of them have the same text if they mean the same: keys of maps are sorted, and so are the items
 * of lists whose order means nothing. `field` is the name of the field that holds it.
 */
export function canonicalText(value: Value, field = ''): string {
  return valueText(canonical(value, field));
}

function canonical(value: Value, field: string): Value {
  if (isList(value)) {
    const items = value.map((item) => canonical(item, ''));
    const key = listKey(field, items);
    return key === undefined || key.isOrdered ? items : [...items].sort(byText(key.keyOf));
  }
  if (!isMap(value)) return value;
  const entries = Object.entries(value).sort(byText(([key]) => key));
  return Object.fromEntries(entries.map(([key, inner]) => [key, canonical(inner, key)]));
}

function byText<T>(textOf: (item: T) => string): (a: T, b: T) => number {
  return (a, b) => {
    const [one, other] = [textOf(a), textOf(b)];
    return one < other ? -1 : one > other ? 1 : 0;
  };
}
