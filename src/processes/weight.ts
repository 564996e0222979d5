/** The characters of a text that weigh as much as an entry. */
const charactersOfOne = 64;

/**
 * Weighs a value of plain data: its entries at all levels, and its texts by their length. What weighs more than `most` is not
 * looked through any further, and weighs more than that.
 */
export function weightOf(value: unknown, most: number = Number.POSITIVE_INFINITY): number {
  let weight = 0;
  const open: unknown[] = [];
  const note = (each: unknown) => {
    weight += 1;
    if (typeof each === 'string') weight += each.length / charactersOfOne;
    else if (typeof each === 'object' && each !== null) open.push(each);
  };
  note(value);
  while (weight <= most) {
    const next = open.pop();
    if (next === undefined) return weight;
    for (const each of partsOf(next)) {
      note(each);
      if (weight > most) break;
    }
  }
  return weight;
}

function partsOf(value: unknown): Iterable<unknown> {
  if (typeof value !== 'object' || value === null) return [];
  if (value instanceof Map) return partsOfMap(value);
  if (Array.isArray(value) || value instanceof Set) return value;
  return Object.values(value);
}

function* partsOfMap(map: ReadonlyMap<unknown, unknown>): Iterable<unknown> {
  for (const [key, value] of map) {
    yield key;
    yield value;
  }
}
