import { expect, test } from 'vitest';
import { documentTexts, objectHead } from '../../../src/render/layout/object-head.ts';
import { objectsIn } from '../../../src/render/layout/objects.ts';

const head =
  'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  annotations:\n    a: |\n      data:\n        kind: no\n  name: "1"\n';
const data = `data:\n${Array.from({ length: 100_000 }, (_, index) => `  k${index}: "0123456789"\n`).join('')}`;

test('the head of a long document is what says which object it is, wherever it stands', () => {
  expect(objectHead(`${data}${head}`)).toBe(head);
  expect(objectHead(`# before\n${head}${data}list:\n- kind: no\n`)).toBe(head);
  expect(objectHead(head)).toBe(head);
});

test('a list of objects, and what is not written as kustomize prints it, stay whole', () => {
  const filler = `#${'x'.repeat(70_000)}\n`;
  for (const document of [
    `${head}--- # next\n${head}${filler}`,
    `${head}items:\n- kind: X\n${filler}`,
    `{ "kind": "X" }\n${filler}`,
    `"kind": X\n${filler}`,
  ])
    expect(objectHead(document)).toBe(document);
});

test('documents are parted at their markers, and not in texts', () => {
  expect(documentTexts('a: |\n  ---\n---\nb: 1\n---  \nc: 1\n')).toEqual(['a: |\n  ---\n', 'b: 1\n', 'c: 1\n']);
});

test('an object with a hundred thousand keys, whose name must be parsed, is known at once', () => {
  expect(objectsIn(`${head}${data}`).map(({ id }) => id)).toEqual([
    { apiVersion: 'v1', kind: 'ConfigMap', namespace: '', name: '1' },
  ]);
});
