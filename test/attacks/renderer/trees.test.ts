import { expect, it } from 'vitest';
import { filesOfGroups } from '../../../src/diff/groups.ts';
import { leafFolders } from '../../../src/gitops/leaves/leaves.ts';
import { openBranch } from '../../../src/render/layout/branch.ts';
import { foreignEntries } from '../../../src/render/layout/foreign.ts';
import { kustomizationText, printedEntries } from '../../../src/render/layout/kustomization-text.ts';
import { folderFinder, foldersOf } from '../../../src/render/layout/own-folders.ts';
import { findPath, indexTree } from '../../../src/render/source/tree.ts';
import type { SourceFile } from '../../../src/render/types.ts';

const oid = 'a'.repeat(40);
const file: SourceFile = { mode: '100644', oid, size: 1, content: Buffer.from('x') };
const link = (target: string): SourceFile => ({
  mode: '120000',
  oid,
  size: target.length,
  content: Buffer.from(target),
});
const treeOf = (files: Readonly<Record<string, SourceFile>>) => ({
  revision: 'c',
  files: new Map(Object.entries(files)),
});

it.each([
  ['in the order of the chain', (index: number) => `l${String(index).padStart(3, '0')}`],
  ['against it', (index: number) => `l${String(999 - index).padStart(3, '0')}`],
])('symlinks that lead twice through the next one, %s, are each followed once', (_, name) => {
  const chain = Array.from({ length: 39 }, (_each, index) => {
    const next = name(index + 1);
    return [name(index), link(index === 38 ? 'd' : `${next}/../${next}`)] as const;
  });
  const tree = treeOf({ 'd/file': file, ...Object.fromEntries(chain) });
  expect(findPath(indexTree(tree, '/config').root, `${name(0)}/file`)).toMatchObject({ kind: 'file' });
  expect(openBranch(tree).provenance).toBeUndefined();
});

it('symlinks in a circle, through two of them each, and with an endless target lead nowhere', () => {
  const tree = treeOf({ 'd/file': file, a: link('b/../b'), b: link('a/../a'), c: link('d/../'.repeat(2_000)) });
  const { root } = indexTree(tree, '/main');
  for (const name of ['a', 'b', 'c']) expect(findPath(root, `${name}/file`)).toMatchObject({ kind: 'broken' });
});

it('directories that are nested 50,000 deep are refused with their path', () => {
  const deep = treeOf({ [`${'a/'.repeat(50_000)}file`]: file });
  expect(() => indexTree(deep, '/main')).toThrow(/^The path a\/a\/.* has more than 500 directories\. Move or remove/);
  const allowed = treeOf({ [`${'a/'.repeat(499)}file`]: file });
  expect(indexTree(allowed, '/main').root.directories.size).toBe(1);
});

// In git they are one chain of directories, which thousands of names share: a few kilobytes. Here they took all memory.
it('more directories than a commit may have are refused, however little they take in git', () => {
  const chains = Array.from({ length: 600 }, (_, index) => [`x${index}/${'d/'.repeat(480)}file`, file] as const);
  const tree = treeOf(Object.fromEntries(chains));
  expect(() => openBranch(tree)).toThrow(/^The commit has more than 250000 directories, one of them that of x\d+\/d/);
  expect(indexTree(treeOf(Object.fromEntries(chains.slice(0, 500))), '/config').root.directories.size).toBe(500);
});

// Each folder above each path was looked for, for most of a minute of the main thread, at each look.
it('groups of very many files that lie very deep are found along their own names', () => {
  const paths = Array.from({ length: 40_000 }, (_, index) => `g/apps/${'d/'.repeat(480)}f${index}`);
  const groups = new Map([
    ['g', ['apps']],
    ['g/apps/d/d', ['d']],
  ]);
  expect(leafFolders(paths, groups).get('g')).toHaveLength(1);
  expect(folderFinder(['g', 'g/apps/d', 'h', 'g/a'])(paths[0] ?? '')).toEqual(['g/apps/d', 'g']);
  const files = new Map(paths.map((path) => [path, '']));
  expect(filesOfGroups(files, ['g']).get('g')?.size).toBe(40_000);
  expect(foldersOf(paths).size).toBe(482);
});

it('kustomizations of groups that somebody pushed by the hundred are not all parsed, and nothing of them is pruned', () => {
  const text = `x: ${'[]'.repeat(30_000)}\n`;
  const odd = { ...file, content: Buffer.from(text), size: text.length };
  const manifest = { ...file, content: Buffer.from('apiVersion: v1\nkind: Namespace\n') };
  const names = Array.from({ length: 100 }, (_, index) => `g${index}`);
  const files = names.flatMap((name) => [
    [`${name}/kustomization.yaml`, odd] as const,
    [`${name}/own.yaml`, manifest] as const,
  ]);
  const branch = openBranch(treeOf(Object.fromEntries(files)));
  for (const group of names)
    expect(foreignEntries(branch, { group, ours: new Set() }, () => true)).toEqual(['own.yaml']);
});

it('the kustomizations that Fairlead writes are read without a parser, however many there are', () => {
  const entries = ['apps', 'no', '1.yaml', './x', 'a b', 'ü', '"'];
  expect(printedEntries(kustomizationText(entries))).toEqual([...entries].sort());
  expect(printedEntries(kustomizationText([]))).toEqual([]);
  for (const other of ['- a #b\n', '- no\n', '-a\n', '- "a"\n', '  - a\n', '- [a]\n', '- a', 'images: []\n'])
    expect(printedEntries(`${kustomizationText(['apps'])}${other}`)).toBeUndefined();
});
