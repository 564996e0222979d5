import { describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { findRemovals } from '../../../src/operation/guard/find-removals.ts';
import { defaultGuard } from '../../../src/platform/guard/guard.ts';
import { objectKey } from '../../../src/render/layout/conflicts.ts';
import { findMadeAnew } from '../../../src/render/layout/made-anew.ts';
import { objectHead } from '../../../src/render/layout/object-head.ts';
import { objectsIn } from '../../../src/render/layout/objects.ts';
import { heldObjects } from '../../../src/render/leaf/unstable/held.ts';
import type { ObjectId } from '../../../src/render/types.ts';

const map = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', namespace: '', name });

/** Whoever writes manifests must not get past the approval that names a removed Namespace. */
describe('A removed Namespace is seen', () => {
  // What kustomize prints of a text with an empty line was left to the parser, of which a file has 64 KB.
  it('beside much that stands in annotations', () => {
    const text = `|-\n      a\n\n      ${'b'.repeat(40_000)}`;
    const annotated = (name: string, kind = 'ConfigMap') =>
      `apiVersion: v1\nkind: ${kind}\nmetadata:\n  annotations:\n    a: ${text}\n  name: ${name}\n`;
    const file = [annotated('one'), annotated('two'), annotated('shop', 'Namespace')].join('---\n');
    expect(objectsIn(file).map(({ id }) => `${id.kind} ${id.name}`)).toEqual([
      'ConfigMap one',
      'ConfigMap two',
      'Namespace shop',
    ]);
  });

  it('whatever has to be quoted in its name', () => {
    const names = ['"007"', "'null'", "'a: b'", '"true"', 'a#b', 'a:b', '.x', '名前', '"\\U0001F600\\""'];
    const written = names.map((name) => `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: ${name}\n`);
    const much = Array.from({ length: 2_000 }, () => written.join('---\n')).join('---\n');
    const read = objectsIn(much);
    expect(read).toHaveLength(18_000);
    expect(read.slice(-9).map(({ id }) => id.name)).toEqual([
      ...['007', 'null', 'a: b', 'true', 'a#b', 'a:b', '.x', '名前', '😀"'],
    ]);
  });

  // kustomize prints these ends of lines as they are. What follows on the same line of ours is another line of Flux's.
  it.each([
    ['a text that begins a line with one', '|-\n      x\n\u2028      y\n'],
    ['a text that ends with one', '|\n      x\n      y\u2028'],
    ['a text that ends with several', '|+\n      x\n\u2029\u2028'],
    ['a quoted text that ends with one', "'x\u2028'\n"],
    ['a quoted text with a line of its own', "'x\n\n\u2028      y\u2029'\n"],
  ])('behind %s', (_, text) => {
    const file = `apiVersion: v1\nkind: Namespace\nmetadata:\n  annotations:\n    a: ${text}  name: shop\n`;
    const written = `${file}---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: next\n`;
    expect(objectsIn(written).map(({ id }) => `${id.kind} ${id.name}`)).toEqual(['Namespace shop', 'ConfigMap next']);
    expect(parseDocument(objectHead(file)).errors).toEqual([]);
  });
});

/** Flux deletes a claim, and what it holds, where a commit marks it so and changes what cannot change. */
describe('A claim that is made anew', () => {
  const claim = (size: string, more = '') =>
    `apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n${more}  name: data\n  namespace: shop\nspec:\n  size: ${size}\n`;
  const mark = (value: string, field = 'annotations') =>
    `  ${field}:\n    kustomize.toolkit.fluxcd.io/force: ${value}\n`;

  const objects = (text: string) => new Map(objectsIn(text).map((object) => [objectKey(object.id), object]));
  const isSeen = (before: string, after: string, from = 'us') =>
    findMadeAnew(new Map([[from, objects(before)]]), new Map([['us', objects(after)]]))('us').length === 1;

  it.each([
    ['by an annotation', mark('enabled')],
    ['by a label', mark('enabled', 'labels')],
    ['in other letters', mark('Enabled')],
    ['in quotes', mark('"ENABLED"')],
  ])('is seen: %s', (_, marked) => {
    expect(isSeen(claim('1Gi'), claim('2Gi', marked))).toBe(true);
    expect(isSeen(claim('1Gi', marked), claim('2Gi'))).toBe(true);
    expect(isSeen(claim('1Gi', marked), claim('1Gi', marked))).toBe(false);
    expect(isSeen(claim('1Gi', marked), claim('2Gi', marked), 'another group')).toBe(true);
  });

  // The garbage collector of Kubernetes deletes what names owners that are none.
  it('is seen where it is given an owner', () => {
    const owner = '  ownerReferences:\n  - apiVersion: v1\n    kind: Node\n    name: gone\n    uid: "0"\n';
    expect(isSeen(claim('1Gi'), claim('1Gi', owner))).toBe(true);
    expect(isSeen(claim('1Gi', owner), claim('1Gi', owner))).toBe(false);
    expect(isSeen(claim('1Gi', owner), claim('1Gi'))).toBe(false);
  });

  it('is told from one that is changed where it is', () => {
    expect(isSeen(claim('1Gi'), claim('2Gi'))).toBe(false);
    expect(isSeen(claim('1Gi', mark('disabled')), claim('2Gi', mark('disabled')))).toBe(false);
    expect(isSeen('', claim('1Gi', mark('enabled')))).toBe(false);
  });
});

/** Each of these took minutes of the main thread. */
describe('Much to count', () => {
  it('is counted by objects, where many clusters share a group', () => {
    const ids = Array.from({ length: 20_000 }, (_, index): ObjectId => map(`m${index}`));
    const shared = new Set(ids.map(objectKey));
    const own = new Set([objectKey(map('own'))]);
    const numbers = Array.from({ length: 8_000 }, (_, index) => index);
    const clusters = numbers.flatMap((index) => [
      { name: `a${index}`, context: `c${index}`, group: 'shared' },
      { name: `b${index}`, context: `c${index}`, group: `g${index}` },
    ]);
    const found = findRemovals(
      {
        summary: [{ group: 'shared', added: [], changed: [], removed: [{ ...map('gone'), kind: 'Namespace' }] }],
        groups: new Set(['shared', ...numbers.map((index) => `g${index}`)]),
        folderStays: () => true,
        objectsOf: (group) => (group === 'shared' ? shared : own),
        count: (group) => (group === 'shared' ? ids.length : 1),
      },
      { clusters, guard: defaultGuard },
    );
    expect(found).toMatchObject({ removed: 8_000, before: 8_000 * 20_002, objects: ['Namespace gone'] });
  });

  it('is not parsed where it was written by hand, of what charts may keep', () => {
    const odd = `# db\nx: ${'[]'.repeat(20_000)}\n`;
    const quick = 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\n';
    const answers = [{ answer: 'keep', object: 'Secret db', place: 'helm.yaml:1' }] as const;
    const file = [
      ...Array.from({ length: 200 }, () => odd),
      quick,
      '{kind: Secret, apiVersion: v1, metadata: {name: db}}\n',
    ];
    expect(heldObjects(file.join('---\n'), answers)).toEqual([quick]);
  });

  it('is not kept, where charts may keep something of it', () => {
    const secret = (size: number) =>
      `apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\ndata:\n  a: ${'x'.repeat(size)}\n`;
    const answers = [{ answer: 'keep', object: 'Secret db', place: 'helm.yaml:1' }] as const;
    expect(heldObjects(secret(1_500_000), answers)).toHaveLength(1);
    expect(heldObjects(secret(5_000_000), answers)).toEqual([]);
  });
});
