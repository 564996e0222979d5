import { describe, expect, test } from 'vitest';
import { inventoryId, type Leaf, type LeafObject, type SpecChanges } from '../../../../src/fleet/coverage/identity.ts';
import { clusterVerdict } from '../../../../src/fleet/verdict.ts';
import type { CoveragePolicy } from '../../../../src/platform/types.ts';
import { expectation, expectationOf, inventoryOf, kustomization, leafAt, reached } from '../evidence.ts';
import { type Case, testCases } from './verdict-case.ts';

const [shop, forwarder] = [leafAt('west-us/apps/blue/shop'), leafAt('west-us/infra/log/forwarder')];
const all = inventoryOf(expectation.leaves);
const onlyShop = inventoryOf([shop]);

function objectOf(different: Partial<LeafObject> = {}): LeafObject {
  return {
    apiVersion: 'v1',
    group: '',
    kind: 'ConfigMap',
    namespace: 'blue',
    name: 'settings',
    optional: false,
    ...different,
  };
}

function leavesWith(...objects: readonly LeafObject[]): { readonly leaves: readonly Leaf[] } {
  return { leaves: [{ ...shop, objects: [...shop.objects, ...objects] }, forwarder] };
}

const cases: readonly Case[] = [
  {
    name: 'an object of a leaf that is not in the inventory',
    see: reached(kustomization()),
    expect: leavesWith(objectOf()),
    state: 'pending',
    says: 'Flux has not applied ConfigMap blue/settings of west-us/apps/blue/shop: an annotation may keep Flux from it',
  },
  {
    name: 'one whose own manifest lets Flux leave it alone',
    see: reached(kustomization()),
    expect: leavesWith(objectOf({ optional: true })),
    state: 'healthy',
  },
  {
    name: 'the same with `coverage: path`',
    see: reached(kustomization()),
    expect: { ...leavesWith(objectOf()), coverage: 'path' },
    state: 'healthy',
  },
  {
    name: 'a leaf that is in the inventory of one whose path does not lead there',
    see: reached(kustomization({ path: 'overlays/west' })),
    state: 'healthy',
  },
  {
    name: 'the same with `coverage: path`, which believes paths',
    see: reached(kustomization({ path: 'overlays/west' })),
    expect: { coverage: 'path' },
    state: 'pending',
    says: 'No Kustomization applies west-us/apps/blue/shop',
  },
  {
    name: 'no inventory, with `coverage: inventory`',
    see: reached(kustomization({ inventory: undefined })),
    expect: { coverage: 'inventory' },
    state: 'pending',
    says: 'the Kustomization has no inventory; set `coverage: path`',
  },
  {
    name: 'one that applies to another cluster',
    see: reached(kustomization({ remote: true })),
    state: 'pending',
    says: 'No Kustomization applies west-us/apps/blue/shop, west-us/infra/log/forwarder; flux-system/west-us applies to another cluster (spec.kubeConfig)',
  },
  ...(['patches', 'images', 'components'] as const).flatMap((field): Case[] => [
    {
      name: `one whose spec has ${field}`,
      see: reached(kustomization({ changes: { alters: [field] } })),
      state: 'pending',
      says: `Kustomization flux-system/west-us changes what it applies (spec.${field})`,
    },
    {
      name: `the same, ${field}, with \`coverage: inventory\``,
      see: reached(kustomization({ changes: { alters: [field] } })),
      expect: { coverage: 'inventory' },
      state: 'healthy',
    },
    {
      name: `what ${field} left out, with \`coverage: inventory\``,
      see: reached(kustomization({ changes: { alters: [field] }, inventory: onlyShop })),
      expect: { coverage: 'inventory' },
      state: 'pending',
      says: `Flux has not applied Deployment blue/west-us-infra-log-forwarder of west-us/infra/log/forwarder: Kustomization flux-system/west-us changes what it applies (spec.${field})`,
    },
  ]),
  {
    name: 'one that defines itself when a Deployment is healthy',
    see: reached(kustomization({ healthExpressions: new Set(['apps/Deployment']) })),
    state: 'pending',
    says: 'Kustomization flux-system/west-us defines itself when a Deployment is healthy (spec.healthCheckExprs)',
  },
  {
    name: 'one that defines when a custom resource is healthy',
    see: reached(kustomization({ healthExpressions: new Set(['example.com/Shop']) })),
    state: 'healthy',
  },
  {
    name: 'an overlay on the way that changes images',
    see: reached(kustomization()),
    expect: { reach: () => new Map([[shop.folder, ['clusters/one/kustomization.yaml (images)']]]) },
    state: 'pending',
    says: 'clusters/one/kustomization.yaml (images) changes what is applied',
  },
  {
    name: 'an object that a Kustomization from elsewhere in the branch applies as well',
    see: reached(kustomization(), kustomization({ name: 'legacy', path: 'legacy', inventory: onlyShop })),
    state: 'pending',
    says: 'Kustomization flux-system/legacy applies Deployment blue/west-us-apps-blue-shop as well, from elsewhere',
  },
  {
    name: 'an object that a Kustomization of another source applies as well',
    see: {
      kind: 'reached',
      kustomizations: [kustomization()],
      others: [{ name: 'infra', namespace: 'flux-system', inventory: onlyShop }],
    },
    state: 'pending',
    says: 'Kustomization flux-system/infra applies Deployment blue/west-us-apps-blue-shop as well, from elsewhere',
  },
  {
    name: 'what a Kustomization of another source applies beside the leaves',
    see: {
      kind: 'reached',
      kustomizations: [kustomization()],
      others: [{ name: 'infra', namespace: 'flux-system', inventory: new Set([inventoryId(objectOf())]) }],
    },
    state: 'healthy',
  },
  {
    name: 'a parent that patches its children, and applies no leaf itself',
    see: reached(
      kustomization({
        name: 'flux-system',
        path: 'clusters/west',
        changes: { alters: ['patches'] },
        inventory: new Set(['flux-system_west-us_kustomize.toolkit.fluxcd.io_Kustomization']),
      }),
      kustomization(),
    ),
    state: 'healthy',
  },
  {
    name: 'health checks of one object of two',
    see: reached(kustomization({ healthChecks: onlyShop })),
    state: 'pending',
    says: 'Health not evaluated for Deployment blue/west-us-infra-log-forwarder of west-us/infra/log/forwarder',
  },
  { name: 'health checks of every workload', see: reached(kustomization({ healthChecks: all })), state: 'healthy' },
  {
    name: 'health checks of every workload, and a ConfigMap beside them',
    see: reached(kustomization({ healthChecks: all, inventory: new Set([...all, inventoryId(objectOf())]) })),
    expect: leavesWith(objectOf()),
    state: 'healthy',
  },
  {
    name: 'health checks of one object of two, with `coverage: path`',
    see: reached(kustomization({ healthChecks: onlyShop })),
    expect: { coverage: 'path' },
    state: 'pending',
    says: 'Health not evaluated for west-us/infra/log/forwarder',
  },
  {
    name: 'a child without health checks that applies a part, below a checked parent',
    see: reached(
      kustomization({
        inventory: new Set([...onlyShop, 'flux-system_infra_kustomize.toolkit.fluxcd.io_Kustomization']),
      }),
      kustomization({
        name: 'infra',
        path: 'west-us/infra',
        inventory: inventoryOf([forwarder]),
        healthChecks: undefined,
      }),
    ),
    state: 'pending',
    says: 'Health not evaluated for Deployment blue/west-us-infra-log-forwarder of west-us/infra/log/forwarder',
  },
  {
    name: 'the same with `coverage: path`',
    see: reached(kustomization(), kustomization({ name: 'infra', path: 'west-us/infra', healthChecks: undefined })),
    expect: { coverage: 'path' },
    state: 'pending',
    says: 'Health not evaluated for west-us/infra/log/forwarder',
  },
  {
    name: 'a child that a leaf brings, without health checks',
    see: reached(
      kustomization({
        inventory: new Set([...all, 'blue_child_kustomize.toolkit.fluxcd.io_Kustomization']),
      }),
      kustomization({ name: 'child', namespace: 'blue', path: 'elsewhere', healthChecks: undefined }),
    ),
    expect: leavesWith(objectOf({ group: 'kustomize.toolkit.fluxcd.io', kind: 'Kustomization', name: 'child' })),
    state: 'pending',
    says: 'Health not evaluated for what is applied by Kustomization blue/child',
  },
  {
    name: 'a parent that is not at the commit yet, whose child is',
    see: reached(
      kustomization({
        name: 'flux-system',
        path: 'clusters/west',
        lastAppliedRevision: '0'.repeat(40),
        inventory: new Set(['flux-system_west-us_kustomize.toolkit.fluxcd.io_Kustomization']),
      }),
      kustomization(),
    ),
    state: 'pending',
    says: 'Kustomization flux-system/flux-system is applying',
  },
];

describe('a leaf is covered by what Flux has applied', () => {
  testCases(cases);
});

describe('the names of objects follow the Kustomization', () => {
  const seen = (id: string, changes: Partial<SpecChanges>, object: Partial<LeafObject> = {}) =>
    clusterVerdict(
      reached(kustomization({ inventory: new Set([...all, id]), changes: { alters: [], ...changes } })),
      expectationOf(leavesWithout(objectOf(object))),
    ).state;
  // What is looked at here is the ConfigMap alone.
  const leavesWithout = (object: LeafObject) => [{ ...shop, objects: [object] }];

  test.each<[string, string, { readonly spec?: Partial<SpecChanges>; readonly object?: Partial<LeafObject> }]>([
    ['as they are', 'blue_settings__ConfigMap', {}],
    ['in its target namespace', 'green_settings__ConfigMap', { spec: { targetNamespace: 'green' } }],
    ['with its prefix and suffix', 'blue_a-settings-b__ConfigMap', { spec: { namePrefix: 'a-', nameSuffix: '-b' } }],
    ['in the namespace that Kubernetes defaults to', 'default_settings__ConfigMap', { object: { namespace: '' } }],
    [
      'in no namespace',
      '_settings_rbac.authorization.k8s.io_ClusterRole',
      {
        spec: { targetNamespace: 'green' },
        object: { group: 'rbac.authorization.k8s.io', kind: 'ClusterRole', namespace: '' },
      },
    ],
    [
      'with a colon, as Flux writes it',
      '_system__admin_rbac.authorization.k8s.io_ClusterRole',
      {
        object: { group: 'rbac.authorization.k8s.io', kind: 'ClusterRole', namespace: '', name: 'system:admin' },
      },
    ],
    ['with a variable in the name', 'blue_settings-eu__ConfigMap', { object: { name: `settings-\${region}` } }],
    [
      'of a namespace',
      '_green__Namespace',
      { spec: { targetNamespace: 'green' }, object: { kind: 'Namespace', namespace: '' } },
    ],
  ])('%s', (_, id, { spec = {}, object }) => {
    expect(seen(id, spec, object)).toBe('healthy');
  });

  test.each<[string, string, Partial<SpecChanges>]>([
    ['another namespace', 'red_settings__ConfigMap', {}],
    ['the namespace that was replaced', 'blue_settings__ConfigMap', { targetNamespace: 'green' }],
    ['another kind', 'blue_settings__Secret', {}],
    ['a name without its prefix', 'blue_settings__ConfigMap', { namePrefix: 'a-' }],
  ])('but not %s', (_, id, changes) => {
    expect(seen(id, changes)).toBe('pending');
  });
});

describe('a group whose last leaf was taken out', () => {
  const removed = { ...expectation, leaves: [], removed: true };

  test.each<[CoveragePolicy]>([['strict'], ['path']])(
    'is awaited where a Kustomization applies its folder (%s)',
    (coverage) => {
      const gone = kustomization({ lastAppliedRevision: '0'.repeat(40), lastAttemptedRevision: '0'.repeat(40) });
      expect(clusterVerdict(reached(gone), { ...removed, coverage })).toMatchObject({
        state: 'pending',
        awaited: expect.stringContaining('has not attempted the merged commit'),
      });
    },
  );

  test('is in order where it got there, or where nothing applies it', () => {
    expect(clusterVerdict(reached(kustomization()), removed).state).toBe('healthy');
    expect(clusterVerdict(reached(kustomization({ path: 'east-us' })), removed).state).toBe('healthy');
  });
});
