import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalText } from '../../../src/diff/canonical.ts';
import { compareObjects } from '../../../src/diff/fields.ts';
import type { Value, ValueMap } from '../../../src/diff/value.ts';

const keys = fc.constantFrom(
  'a',
  'b',
  'name',
  'env',
  'containers',
  'ports',
  'containerPort',
  'args',
  'spec',
  'finalizers',
);
const scalars = fc.oneof(
  fc.constantFrom('x', 'y', 'z', ''),
  fc.integer({ min: 0, max: 3 }),
  fc.boolean(),
  fc.constant(null),
);

const { map } = fc.letrec<{ value: Value; map: ValueMap }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalars,
    fc.array(tie('value'), { maxLength: 4 }),
    tie('map'),
  ),
  map: fc.dictionary(keys, tie('value'), { maxKeys: 5 }) as fc.Arbitrary<ValueMap>,
}));

/** Objects with lists whose items have keys, as those of Kubernetes. */
const named = fc.uniqueArray(fc.record({ name: fc.constantFrom('p', 'q', 'r', 's'), spec: map }), {
  selector: ({ name }) => name,
});
const workload = fc.record({ spec: fc.record({ containers: named, env: named, other: map }) });

/** Puts the keys of maps, and the items of the lists whose order means nothing, into another order. */
function reordered(value: Value, field = ''): Value {
  if (Array.isArray(value)) {
    const items = value.map((item: Value) => reordered(item));
    return ['containers', 'env'].includes(field) ? items.reverse() : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, reordered(inner, key)] as const);
  return Object.fromEntries(entries.reverse());
}

describe('Whatever an object is', () => {
  test('it does not differ from itself', () => {
    fc.assert(
      fc.property(map, (object) => {
        expect(compareObjects(object, structuredClone(object))).toEqual([]);
      }),
    );
  });

  test('another order of keys and of keyed lists is no difference', () => {
    fc.assert(
      fc.property(workload, (object) => {
        fc.pre(hasUniqueNames(object));
        expect(compareObjects(object, reordered(object) as ValueMap)).toEqual([]);
      }),
    );
  });

  test('there is a difference exactly where two objects mean something else', () => {
    fc.assert(
      fc.property(map, map, (before, after) => {
        const isSame = canonicalText(before) === canonicalText(after);
        expect(compareObjects(before, after).length === 0).toBe(isSame);
      }),
      { numRuns: 500 },
    );
  });

  test('the changes applied to the object before give the object after', () => {
    const plain = fc.letrec<{ value: Value; map: ValueMap }>((tie) => ({
      value: fc.oneof({ maxDepth: 3 }, scalars, tie('map')),
      map: fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value'), { maxKeys: 3 }) as fc.Arbitrary<ValueMap>,
    })).map;
    fc.assert(
      fc.property(plain, plain, (before, after) => {
        const result = structuredClone(before) as Record<string, unknown>;
        for (const { path, after: value } of compareObjects(before, after)) apply(result, path.split('.'), value);
        expect(result).toEqual(after);
      }),
      { numRuns: 500 },
    );
  });
});

/** In the middle of an object there may be a list of that name whose items share a name, or have none, so that their order counts. */
function hasUniqueNames(value: Value, field = ''): boolean {
  if (Array.isArray(value)) {
    const names = value.map((item: Value) =>
      typeof item === 'object' && item !== null && !Array.isArray(item) ? (item as ValueMap).name : undefined,
    );
    const isKeyed =
      names.every((name) => typeof name === 'string' && name !== '') && new Set(names).size === names.length;
    if (['containers', 'env'].includes(field) && value.length > 1 && !isKeyed) return false;
    return value.every((item: Value) => hasUniqueNames(item));
  }
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, inner]) => hasUniqueNames(inner, key));
}

function apply(object: Record<string, unknown>, [key = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length > 0) apply(object[key] as Record<string, unknown>, rest, value);
  else if (value === undefined) delete object[key];
  else object[key] = value;
}
