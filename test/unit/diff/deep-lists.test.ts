import { describe, expect, test } from 'vitest';
import { compareObjects } from '../../../src/diff/fields.ts';
import type { Value, ValueMap } from '../../../src/diff/value.ts';
import { told } from './objects.ts';

/** Puts a value so many lists deep. */
function deep(value: Value, levels: number): Value {
  return Array.from({ length: levels }).reduce<Value>((inner) => [inner], value);
}

/** Counts how often the fields of a map are listed while it is compared with another one, both so many lists deep. */
function readsOfOneMap(levels: number): number {
  let reads = 0;
  const watched = new Proxy<ValueMap>(
    { a: 1, b: 'x' },
    {
      ownKeys: (map) => {
        reads += 1;
        return Reflect.ownKeys(map);
      },
    },
  );
  const changes = compareObjects({ spec: deep(watched, levels) }, { spec: deep({ a: 2, b: 'x' }, levels) });
  expect(changes.map(({ kind, path }) => `${kind} ${path}`)).toEqual([`changed spec${'[0]'.repeat(levels)}.a`]);
  return reads;
}

describe('Lists within each other', () => {
  test('are read as often, however deep they are', () => {
    const flat = readsOfOneMap(2);
    expect(flat).toBeGreaterThan(0);
    expect(readsOfOneMap(250)).toBe(flat);
  });

  test('differ where what is in them does', () => {
    expect(told('a: [[[1, 2]], [[3]]]', 'a: [[[1, 2]], [[4]]]')).toEqual(['a[1][0][0]: 3 → 4']);
    expect(told('a: [[[1, 2]], [[3]]]', 'a: [[[3]], [[1, 2]]]')).toEqual(['a reordered']);
    expect(told('a: [[{ b: 1, c: 2 }]]', 'a: [[{ c: 2, b: 1 }]]')).toEqual([]);
  });

  test('that are deeper than anybody writes are told without being read', () => {
    const levels = 400;
    expect(() => told(`a: ${'['.repeat(levels)}${']'.repeat(levels)}`, 'a: 1')).toThrow('this is no object');
  });
});
