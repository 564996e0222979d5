import { expect, test } from 'vitest';
import { basesOf } from '../../../src/render/source/bases.ts';
import { base, kustomization, link, manifest, tree } from './trees.ts';

const bases = (files: Parameters<typeof tree>[0]) => [...basesOf(tree(files))];

test('kustomizations of every name, charts and plain manifests are bases, at any depth', () => {
  const found = bases({
    'apps/blue/shop/kustomization.yaml': kustomization('x.yaml'),
    'apps/blue/cart/kustomization.yml': kustomization('x.yaml'),
    'apps/green/team/a/Kustomization': kustomization('x.yaml'),
    'infra/logging/forwarder/Chart.yaml': 'name: forwarder',
    'infra/net/policy.yaml': manifest('ConfigMap', 'x'),
    'README.md': '',
  });
  expect(found).toEqual([
    'apps/blue/cart',
    'apps/blue/shop',
    'apps/green/team/a',
    'infra/logging/forwarder',
    'infra/net',
  ]);
});

test('a parent and what lies below it are bases alike', () => {
  expect(bases({ ...base('apps/blue'), ...base('apps/blue/shop') })).toEqual(['apps/blue', 'apps/blue/shop']);
});

test('nothing below a chart is a base, nor what has no kustomization in configs or overlays', () => {
  const found = bases({
    'infra/log/Chart.yaml': 'name: log',
    'infra/log/templates/x.yaml': manifest('ConfigMap', 'x'),
    'infra/log/charts/sub/Chart.yaml': 'name: sub',
    ...base('infra/log/overlays/ha'),
    ...base('apps/shop'),
    'apps/shop/overlays/patch.yaml': manifest('ConfigMap', 'x'),
    'apps/shop/configs/more/x.yaml': manifest('ConfigMap', 'x'),
    'apps/shop/configs/log/Chart.yaml': 'name: log',
    ...base('overlays/.x'),
  });
  expect(found).toEqual(['apps/shop', 'infra/log']);
});

test('a directory with a kustomization of its own is a base, also below overlays or configs', () => {
  const overlay = (path: string) => ({
    [`${path}/kustomization.yaml`]: kustomization('../../base'),
    [`${path}/unused/patch.yaml`]: manifest('ConfigMap', 'x'),
  });
  const found = bases({
    ...base('apps/shop/base'),
    ...overlay('apps/shop/overlays/production'),
    ...overlay('apps/shop/overlays/staging'),
    ...base('apps/shop/configs'),
    ...base('overlays/x'),
  });
  expect(found).toEqual([
    'apps/shop/base',
    'apps/shop/configs',
    'apps/shop/overlays/production',
    'apps/shop/overlays/staging',
    'overlays/x',
  ]);
});

test('what an ancestor pulls in from its overlays is not a base, and Components there are none', () => {
  const found = bases({
    'apps/shop/kustomization.yaml': kustomization('overlays/ha'),
    ...base('apps/shop/overlays/ha'),
    'apps/shop/overlays/tls/kustomization.yaml': 'kind: Component\n',
  });
  expect(found).toEqual(['apps/shop']);
});

test('what an ancestor pulls in is not a base, through others and by file too', () => {
  const found = bases({
    'apps/blue/kustomization.yaml': kustomization('rbac', 'net/policy.yaml'),
    'apps/blue/rbac/kustomization.yaml': kustomization('../roles'),
    ...base('apps/blue/roles'),
    'apps/blue/net/policy.yaml': manifest('ConfigMap', 'x'),
    ...base('apps/blue/shop'),
  });
  expect(found).toEqual(['apps/blue', 'apps/blue/shop']);
});

test('what a neighbour refers to stays a base', () => {
  const found = bases({ 'apps/a/kustomization.yaml': kustomization('../b'), ...base('apps/b') });
  expect(found).toEqual(['apps/a', 'apps/b']);
});

test('a kustomization at the category takes no base away, for a category is none', () => {
  expect(bases({ 'apps/kustomization.yaml': kustomization('shop'), ...base('apps/shop') })).toEqual(['apps/shop']);
});

test('patches that a kustomization names do not make their directory a base', () => {
  const found = bases({
    'apps/shop/kustomization.yaml': 'resources: [x.yaml]\npatches: [{ path: patches/a.yaml }]\n',
    'apps/shop/x.yaml': manifest('ConfigMap', 'x'),
    'apps/shop/patches/a.yaml': manifest('ConfigMap', 'x'),
  });
  expect(found).toEqual(['apps/shop']);
});

test('Components and YAML that is no manifest are no bases', () => {
  const found = bases({
    'apps/tls/kustomization.yaml': 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n',
    'apps/tls/patch.yaml': manifest('ConfigMap', 'x'),
    'apps/data/values.yaml': 'a: 1',
    'apps/data/numbers.yaml': 'a: 1',
  });
  expect(found).toEqual([]);
});

test('names with a dot or an underscore in front are helpers', () => {
  expect(bases({ ...base('.github/x'), ...base('_lib/x'), ...base('apps/_shared'), ...base('apps/.x') })).toEqual([]);
});

test('a symlink to a directory is a directory, one in a circle is not followed', () => {
  const found = bases({
    ...base('apps/blue/shop'),
    'apps/green/shop': link('../blue/shop'),
    'apps/blue/shop/up': link('../..'),
  });
  expect(found).toEqual(['apps/blue/shop', 'apps/green/shop']);
});

test('a broken kustomization is a base still: its leaf tells what is wrong', () => {
  expect(bases({ 'apps/shop/kustomization.yaml': 'resources: [' })).toEqual(['apps/shop']);
});
