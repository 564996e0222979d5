import { describe, expect, it } from 'vitest';
import { objectsIn } from '../../../src/render/layout/objects.ts';

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
    const names = ['"007"', "'null'", "'a: b'", '"true"', 'a#b', 'a:b', '.x', '名前'];
    const written = names.map((name) => `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: ${name}\n`);
    const much = Array.from({ length: 2_000 }, () => written.join('---\n')).join('---\n');
    const read = objectsIn(much);
    expect(read).toHaveLength(16_000);
    expect(read.slice(-8).map(({ id }) => id.name)).toEqual([
      ...['007', 'null', 'a: b', 'true', 'a#b', 'a:b', '.x', '名前'],
    ]);
  });
});
