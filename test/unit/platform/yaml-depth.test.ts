import { expect, test } from 'vitest';
import { isNestedTooDeep } from '../../../src/platform/yaml-depth.ts';

/** The same depth in each way to write it. */
const ways: Readonly<Record<string, (levels: number) => string>> = {
  'lists in brackets': (levels) => `a: ${'['.repeat(levels)}${']'.repeat(levels)}`,
  'maps in braces': (levels) => `${'{a: '.repeat(levels)}1${'}'.repeat(levels)}`,
  'lists that never end': (levels) => '['.repeat(levels),
  'dashes on one line': (levels) => `${'- '.repeat(levels)}a`,
  'question marks on one line': (levels) => `${'? '.repeat(levels)}a`,
  'indented maps': (levels) => Array.from({ length: levels }, (_, level) => `${' '.repeat(level)}a:`).join('\n'),
};

test.each(Object.entries(ways))('%s are told before they are parsed', (_, write) => {
  expect([100, 1_000, 2_000].map((levels) => isNestedTooDeep(write(levels)))).toEqual([false, true, true]);
});

test('a long file that is not deep is none', () => {
  expect(isNestedTooDeep('- { a: [1, { b: "[[[[" }] }\n'.repeat(5_000))).toBe(false);
  expect(isNestedTooDeep(`a: "${'['.repeat(5_000)}"`)).toBe(false);
});
