import { expect, test } from 'vitest';
import { objectName } from '../../../src/object-name.ts';
import { objectsIn } from '../../../src/render/layout/objects.ts';
import { printProvenance, provenancePath } from '../../../src/render/layout/provenance.ts';
import { summarize } from '../../../src/render/layout/summary.ts';
import { manifest, tree } from './trees.ts';

const provenance = printProvenance({
  revision: { main: 'a'.repeat(40), config: 'b'.repeat(40) },
  groups: new Map([
    ['us', ['apps']],
    ['us/east', ['apps']],
  ]),
  renderer: {},
});

async function told(branch: Record<string, string>, changes: Record<string, string | null>) {
  const summary = await summarize({
    branch: tree({ [provenancePath]: provenance, ...branch }),
    changes: new Map(Object.entries(changes)),
  });
  return summary.map(({ group, added, changed, removed }) => ({
    group,
    added: added.map(objectName),
    changed: changed.map(objectName),
    removed: removed.map(objectName),
  }));
}

test('objects are added, changed and removed, group by group', async () => {
  const before = [manifest('ConfigMap', 'same'), manifest('ConfigMap', 'old'), manifest('Secret', 'gone')].join(
    '---\n',
  );
  const now = [
    manifest('ConfigMap', 'same'),
    manifest('ConfigMap', 'old', '  labels: {}\n'),
    manifest('Secret', 'new', '  namespace: n\n'),
  ].join('---\n');
  const result = await told(
    { 'us/apps/a/a.yaml': before, 'us/east/apps/a/a.yaml': before },
    { 'us/apps/a/a.yaml': now, 'us/apps/a/kustomization.yaml': 'x', 'us/east/apps/a/a.yaml': null },
  );
  expect(result).toEqual([
    { group: 'us', added: ['Secret n/new'], changed: ['ConfigMap old'], removed: ['Secret gone'] },
    { group: 'us/east', added: [], changed: [], removed: ['ConfigMap same', 'ConfigMap old', 'Secret gone'] },
  ]);
});

test('an object that changes is made anew where Flux is told to force it', async () => {
  const text = (name: string, more: string) =>
    manifest('ConfigMap', name, `  annotations:\n    kustomize.toolkit.fluxcd.io/force: enabled\n${more}`);
  const summary = await summarize({
    branch: tree({ [provenancePath]: provenance, 'us/apps/a/a.yaml': `${text('a', '')}---\n${text('b', '')}` }),
    changes: new Map([
      ['us/apps/a/a.yaml', `${text('a', '  labels: {}\n')}---\n${text('b', '')}---\n${text('c', '')}`],
    ]),
  });
  expect(summary).toMatchObject([{ added: [{ name: 'c' }], changed: [{ name: 'a' }], madeAnew: [{ name: 'a' }] }]);
});

test('an object that only moves to another file of its group is no change', async () => {
  const text = manifest('ConfigMap', 'a');
  expect(await told({ 'us/apps/a/a.yaml': text }, { 'us/apps/a/a.yaml': null, 'us/apps/b/b.yaml': text })).toEqual([]);
});

test('files of no group and an edit that is not YAML count for nothing', async () => {
  const result = await told(
    { 'us/apps/a/a.yaml': 'a: [' },
    { 'us/apps/a/a.yaml': manifest('ConfigMap', 'a'), 'other/x.yaml': manifest('ConfigMap', 'x') },
  );
  expect(result).toEqual([{ group: 'us', added: ['ConfigMap a'], changed: [], removed: [] }]);
});

test('on a branch without provenance the groups are those of the new one', async () => {
  const changes = new Map([
    [provenancePath, provenance],
    ['us/apps/a/a.yaml', manifest('ConfigMap', 'a')],
  ]);
  expect(await summarize({ branch: undefined, changes })).toMatchObject([{ group: 'us', added: [{ name: 'a' }] }]);
});

test('objects are read from any way of writing them', async () => {
  const texts = [
    'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  annotations:\n    name: no\n  name: web\n  namespace: shop\nspec:\n  name: no\n',
    'kind: ConfigMap\nmetadata: { name: "1", namespace: "true" }\napiVersion: v1\n',
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: system:x\ndata:\n  file: |\n    kind: Secret\n    ---\n    metadata:\n',
    '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"json"}}\n',
    '# only a comment\n',
  ];
  expect(objectsIn(texts.join('---\n')).map(({ id }) => `${id.apiVersion} ${objectName(id)}`)).toEqual([
    'apps/v1 Deployment shop/web',
    'v1 ConfigMap true/1',
    'v1 ConfigMap system:x',
    'v1 Secret json',
  ]);
});

test('much of a file that is written in another way than kustomize writes is passed over, which would take seconds', async () => {
  const odd = `x: ${'[]'.repeat(20_000)}\n`;
  const ours = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\n  namespace: blue\n';
  const read = objectsIn([...Array.from({ length: 100 }, () => odd), ours].join('---\n'));
  expect(read.map(({ id }) => id.name)).toEqual(['web']);
});
