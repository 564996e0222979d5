import { expect, test } from 'vitest';
import { compareEnvironments, compareManifests, type ManifestDifference } from '../../../src/diff/compare.ts';
import { filesOfGroups } from '../../../src/diff/groups.ts';
import { isWeighty } from '../../../src/diff/rank.ts';
import { objectName } from '../../../src/object-name.ts';
import { kustomizationText } from '../../../src/render/layout/kustomization-text.ts';

type Files = Readonly<Record<string, string>>;

const groupsIn = (files: Files, groups: readonly string[]) => filesOfGroups(new Map(Object.entries(files)), groups);
const compare = (before: Files, after: Files, groups = ['west']) =>
  compareManifests(groupsIn(before, groups), groupsIn(after, groups));

/** Writes objects as kustomize prints them. */
function manifests(...objects: readonly (readonly [kind: string, name: string, rest?: string])[]): string {
  return objects
    .map(([kind, name, rest = '']) => {
      const [apiVersion = '', type = ''] = kind.includes(' ') ? kind.split(' ') : ['v1', kind];
      return `apiVersion: ${apiVersion}\nkind: ${type}\nmetadata:\n  name: ${name}\n  namespace: shop\n${rest}`;
    })
    .join('---\n');
}

const told = ({ changes }: ManifestDifference) =>
  changes.map(({ kind, id, groups, fields }) =>
    [kind, objectName(id), groups.join(' '), ...fields.map(({ path }) => path)].join(', '),
  );

test('what a reviewer must see first is first', () => {
  const deployment = (spec: string) => ['apps/v1 Deployment', 'web', `spec: ${spec}\n`] as const;
  const crd = ['apiextensions.k8s.io/v1 CustomResourceDefinition', 'things'] as const;
  const before = manifests(
    ['ConfigMap', 'b', 'data: { x: "1" }\n'],
    ['ConfigMap', 'gone'],
    ['PersistentVolumeClaim', 'data'],
    ['Namespace', 'shop'],
    ['PersistentVolumeClaim', 'grows', 'spec: { size: 1 }\n'],
    deployment('{ replicas: 1 }'),
  );
  const after = manifests(
    ['ConfigMap', 'b', 'data: { x: "2" }\n'],
    ['ConfigMap', 'a-new'],
    ['PersistentVolumeClaim', 'grows', 'spec: { size: 2 }\n'],
    crd,
    deployment('{ replicas: 3 }'),
  );
  const difference = compare({ 'west/apps/web/web.yaml': before }, { 'west/apps/web/web.yaml': after });
  expect(told(difference)).toEqual([
    'removed, Namespace shop/shop, west',
    'removed, PersistentVolumeClaim shop/data, west',
    'removed, ConfigMap shop/gone, west',
    'added, CustomResourceDefinition shop/things, west',
    'changed, PersistentVolumeClaim shop/grows, west, spec.size',
    'changed, Deployment shop/web, west, spec.replicas',
    'changed, ConfigMap shop/b, west, data.x',
    'added, ConfigMap shop/a-new, west',
  ]);
  expect(difference.objects).toEqual({ before: 6, after: 5, removed: 3, changed: 3, added: 2 });
  expect(difference.changes.filter(({ id }) => isWeighty(id)).length).toBe(4);
});

test('the same change of several groups is told once, and another one beside it', () => {
  const files = (image: string, east = image) => ({
    'west/apps/web/web.yaml': manifests(['Pod', 'web', `spec: { image: ${image} }\n`]),
    'us/north/apps/web/web.yaml': manifests(['Pod', 'web', `spec: { image: ${image} }\n`]),
    'us/east/apps/web/web.yaml': manifests(['Pod', 'web', `spec: { image: ${east} }\n`]),
  });
  const groups = ['west', 'us/north', 'us/east'];
  expect(told(compare(files('a'), files('b'), groups))).toEqual([
    'changed, Pod shop/web, us/east us/north west, spec.image',
  ]);
  expect(told(compare(files('a'), files('b', 'c'), groups))).toEqual([
    'changed, Pod shop/web, us/east, spec.image',
    'changed, Pod shop/web, us/north west, spec.image',
  ]);
});

test('an object is the same in another version of its API, and in another leaf', () => {
  const before = { 'west/apps/a/a.yaml': manifests(['apps/v1beta1 Deployment', 'web'], ['ConfigMap', 'x']) };
  const after = {
    'west/apps/a/a.yaml': manifests(['apps/v1 Deployment', 'web']),
    'west/apps/b/b.yaml': manifests(['ConfigMap', 'x']),
  };
  const { changes } = compare(before, after);
  expect(changes).toMatchObject([
    { kind: 'changed', id: { kind: 'ConfigMap' }, movedFrom: 'apps/a', leaf: 'apps/b', fields: [] },
    { kind: 'changed', id: { kind: 'Deployment' }, fields: [{ path: 'apiVersion' }] },
  ]);
});

test('files that are written in another form make no difference, and are named', () => {
  const before = {
    'west/apps/a/a.yaml': manifests(['ConfigMap', 'x', 'data: { a: "1", b: "2" }\n'], ['ConfigMap', 'y']),
  };
  const after = {
    'west/apps/a/a.yaml': manifests(['ConfigMap', 'y'], ['ConfigMap', 'x', "data:\n  b: '2'\n  a: '1'\n"]),
  };
  expect(compare(before, after)).toMatchObject({
    changes: [],
    rewritten: ['west/apps/a/a.yaml'],
    objects: { before: 2, after: 2, changed: 0 },
  });
});

test('a group that comes or goes as a whole is named', () => {
  const files = { 'west/apps/a/a.yaml': manifests(['ConfigMap', 'x']) };
  expect(compare(files, {}).groups).toEqual({ all: ['west'], added: [], removed: ['west'], emptied: [] });
  expect(compare({}, files).groups).toEqual({ all: ['west'], added: ['west'], removed: [], emptied: [] });
});

test('a group that keeps its kustomization alone is emptied, and that kustomization is no change of its own', () => {
  const before = {
    'west/kustomization.yaml': kustomizationText(['apps']),
    'west/apps/a/a.yaml': manifests(['ConfigMap', 'x']),
  };
  const found = compare(before, { 'west/kustomization.yaml': kustomizationText([]) });
  expect(found.groups).toEqual({ all: ['west'], added: [], removed: [], emptied: ['west'] });
  expect(found.changes).toMatchObject([{ kind: 'removed', id: { kind: 'ConfigMap' } }]);
  const empty = { 'west/kustomization.yaml': kustomizationText([]) };
  expect(compare(empty, empty).groups).toMatchObject({ emptied: [] });
});

test('an object that cannot be read is told as changed, and nothing of its text', () => {
  const broken = manifests(['Secret', 'x', 'data: { a: "hunter1\n']);
  const difference = compare(
    { 'west/apps/a/a.yaml': broken },
    { 'west/apps/a/a.yaml': manifests(['Secret', 'x', 'data: { a: "hunter2" }\n']) },
  );
  expect(difference.changes).toMatchObject([{ kind: 'changed', unread: true, fields: [] }]);
  expect(JSON.stringify(difference)).not.toContain('hunter');
});

test('what nobody has the time to read is told without its fields', () => {
  const files = (value: string) => ({
    'west/apps/a/a.yaml': manifests(
      ['ConfigMap', 'a', `data: { a: ${value} }\n`],
      ['ConfigMap', 'b', `data: { b: ${value} }\n`],
    ),
  });
  const [before, after] = [groupsIn(files('x'), ['west']), groupsIn(files('y'), ['west'])];
  expect(compareManifests(before, after, { parsedCharacters: 250 }).changes).toMatchObject([
    { id: { name: 'a' }, fields: [{ path: 'data.a' }] },
    { id: { name: 'b' }, fields: [], unread: true },
  ]);
});

test('what somebody took out of a kustomization by hand is told, and what comes with its files is not', () => {
  const files = (resources: readonly string[], ...leaves: readonly string[]) => ({
    'west/kustomization.yaml': kustomizationText(['apps']),
    'west/apps/kustomization.yaml': kustomizationText(resources),
    ...Object.fromEntries(leaves.map((leaf) => [`west/apps/${leaf}/${leaf}.yaml`, manifests(['ConfigMap', leaf])])),
  });
  expect(told(compare(files(['a']), { ...files(['a', 'b'], 'a', 'b') }))).toEqual([
    'added, ConfigMap shop/a, west',
    'added, ConfigMap shop/b, west',
  ]);
  expect(compare(files(['a'], 'a', 'b'), files(['a', 'b'], 'a', 'b')).changes).toMatchObject([
    {
      kind: 'changed',
      id: { kind: 'Kustomization', name: 'apps/kustomization.yaml' },
      fields: [{ kind: 'added', after: 'b' }],
    },
  ]);
});

test('of what somebody wrote into a kustomization by hand no value is shown', () => {
  const files = (more: string) => ({
    'west/kustomization.yaml': `${kustomizationText(['apps'])}${more}`,
    'west/apps/a/a.yaml': manifests(['ConfigMap', 'a']),
  });
  const difference = compare(files('secretGenerator: [{ name: db, literals: [password=hunter2] }]\n'), files(''));
  expect(told(difference)).toEqual(['changed, Kustomization kustomization.yaml, west, secretGenerator']);
  expect(JSON.stringify(difference)).not.toContain('hunter');
});

test('the groups of another environment are found under other names', () => {
  const pod = (image: string) => manifests(['Pod', 'web', `spec: { image: ${image} }\n`]);
  const qa = { 'functional/west-us/apps/w/w.yaml': pod('a'), 'load/southeast-asia/apps/w/w.yaml': pod('a') };
  const prod = {
    'us/west/apps/w/w.yaml': pod('a'),
    'us/east/apps/w/w.yaml': pod('b'),
    'asia/southeast/apps/w/w.yaml': pod('a'),
  };
  const difference = compareEnvironments(
    groupsIn(qa, ['functional/west-us', 'load/southeast-asia']),
    groupsIn(prod, ['us/west', 'us/east', 'asia/southeast']),
  );
  expect(difference.paired).toEqual([
    { group: 'asia/southeast', against: 'load/southeast-asia' },
    { group: 'us/east', against: 'functional/west-us' },
    { group: 'us/west', against: 'functional/west-us' },
  ]);
  expect(told(difference)).toEqual(['changed, Pod shop/web, us/east, spec.image']);
});

test('groups of the same name are compared with each other, whatever else is more alike', () => {
  const one = { 'west/apps/w/w.yaml': manifests(['Pod', 'w']), 'east/apps/v/v.yaml': manifests(['Pod', 'v']) };
  const other = { 'west/apps/v/v.yaml': manifests(['Pod', 'v']), 'east/apps/w/w.yaml': manifests(['Pod', 'w']) };
  const groups = ['west', 'east'];
  expect(compareEnvironments(groupsIn(one, groups), groupsIn(other, groups))).toMatchObject({
    paired: [],
    objects: { added: 2, removed: 2 },
  });
});
