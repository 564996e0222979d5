import { expect, test } from 'vitest';
import { closest } from '../../../src/platform/closest.ts';

const keys = ['merge', 'soak', 'rolloutTimeout', 'onFailure', 'clusters', 'withoutClusters'];

test.each([
  ['merg', 'merge'],
  ['Merge', 'merge'],
  ['sook', 'soak'],
  ['saok', 'soak'],
  ['rollout_timeout', 'rolloutTimeout'],
  ['onfailure', 'onFailure'],
  ['cluster', 'clusters'],
  ['withoutCluster', 'withoutClusters'],
])('%s was meant as %s', (word, meant) => {
  expect(closest(word, keys)).toBe(meant);
});

test.each(['colour', 'x', '', 'policy'])('%j resembles none', (word) => {
  expect(closest(word, keys)).toBeUndefined();
});

test('very many long names are not compared: nobody else is served meanwhile', () => {
  const names = Array.from({ length: 200_000 }, (_, index) => `${'e'.repeat(90)}${index}`);
  expect(closest('z'.repeat(100), names)).toBeUndefined();
  expect(closest('prdo', [...names, 'prod'])).toBe('prod');
});
