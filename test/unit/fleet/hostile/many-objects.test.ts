import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectedAmong, expectedIds, hasApplied } from '../../../../src/fleet/coverage/expected.ts';
import { inventoryId, type LeafObject, type SpecChanges } from '../../../../src/fleet/coverage/identity.ts';
import type { ClusterApi } from '../../../../src/fleet/flux/cluster-api.ts';
import { readObjects } from '../../../../src/fleet/flux/objects/named-objects.ts';
import type { KustomizationEvidence } from '../../../../src/fleet/types.ts';
import { clusterVerdict } from '../../../../src/fleet/verdict.ts';
import { judgeApplied } from '../../../../src/fleet/verify/applied.ts';
import { judgeObjects } from '../../../../src/fleet/verify/judge-objects.ts';
import { leftovers } from '../../../../src/fleet/verify/leftovers.ts';
import { expectationOf, kustomization } from '../evidence.ts';

const widget = (name: string): LeafObject => ({
  ...{ apiVersion: 'example.org/v1', group: 'example.org', kind: 'Widget', namespace: 'blue', optional: false },
  name,
});
const widgets = (count: number) => Array.from({ length: count }, (_, index) => widget(`w${index}`));
const leafOf = (objects: readonly LeafObject[]) => ({ folder: 'west-us/apps/blue/shop', objects });
const many = (count: number, different: (index: number) => Partial<KustomizationEvidence>) =>
  Array.from({ length: count }, (_, index) => kustomization({ name: `k${index}`, ...different(index) }));
const verdictOf = (kustomizations: readonly KustomizationEvidence[], objects: readonly LeafObject[]) =>
  clusterVerdict({ kind: 'reached', kustomizations }, expectationOf([leafOf(objects)]));

/** Each took the main thread for many seconds at each look, or all memory. */
describe('A cluster', () => {
  it('with very many custom resources is judged', () => {
    const objects = widgets(12_000);
    const owner = kustomization({ inventory: new Set(objects.map(inventoryId)) });
    const labels = {
      'kustomize.toolkit.fluxcd.io/name': owner.name,
      'kustomize.toolkit.fluxcd.io/namespace': owner.namespace,
    };
    const live = objects.slice(1).map(({ apiVersion, kind, name, namespace }) => {
      return { apiVersion, kind, metadata: { name, namespace, labels }, status: { phase: 'Ready' } };
    });
    const kinds = new Set(['example.org/v1 Widget']);
    const observation = {
      kustomizations: [owner],
      objects: live,
      read: kinds,
      unread: new Map(),
      withoutStatus: kinds,
    };
    expect(judgeApplied({ kind: 'reached', ...observation }, [leafOf(objects)])).toEqual({
      awaited: 'Widget blue/w0 of this commit is not there: it was deleted since Flux applied it',
      warnings: [],
    });
  });

  it('with very many objects of each name that is asked for is judged', () => {
    const wanted = widgets(4_000);
    const objects = wanted.flatMap(({ apiVersion, kind, name }) =>
      Array.from({ length: 25 }, (_, index) => ({ apiVersion, kind, metadata: { name, namespace: `n${index}` } })),
    );
    const observation = { kind: 'reached', kustomizations: [kustomization()], objects, unread: new Map() } as const;
    const expected = { wanted, acceptable: () => true, since: '2026-03-01T13:00:00Z' };
    expect(judgeObjects(observation, expected)).toMatchObject({ state: 'pending' });
    expect(leftovers(observation, { removed: wanted, acceptable: () => true })).toBeUndefined();
  });

  it('with very many HelmReleases is judged', () => {
    const group = 'helm.toolkit.fluxcd.io';
    const objects = widgets(10_000).map((each) => ({ ...each, group, kind: 'HelmRelease', apiVersion: `${group}/v2` }));
    const owner = kustomization({ inventory: new Set(objects.map(inventoryId)) });
    expect(verdictOf([owner], objects).awaited).toContain('HelmRelease blue/w0 is not there');
  });

  it('is asked for very many objects of one kind, as where a commit has removed them', async () => {
    const api = { read: async () => ({ resources: [] }) } as unknown as ClusterApi;
    const { objects, unread } = await readObjects(api, widgets(100_000));
    expect(objects).toEqual([]);
    expect([...unread.values()]).toEqual(['the cluster does not serve Widget of example.org/v1']);
  });

  it('with very many Kustomizations that are not ready is judged', () => {
    const unready = { status: 'False', reason: 'No', message: 'no' } as const;
    const { state, awaited } = verdictOf(
      many(20_000, () => ({ ready: unready })),
      widgets(1),
    );
    expect(state).toBe('pending');
    expect(awaited).toContain('Kustomization flux-system/k0 is not ready');
  });

  it('with very many objects whose names have variables is judged', () => {
    const inventory = new Set(Array.from({ length: 10_000 }, (_, index) => `blue_m${index}__ConfigMap`));
    const objects = widgets(10_000).map(({ name, ...rest }) => ({ ...rest, name: `${name}-\${x}` }));
    expect(verdictOf([kustomization({ inventory })], objects).awaited).toContain('Flux has not applied Widget');
  });

  it('whose Kustomizations change names each in its own way leaves nothing in memory', () => {
    const objects = widgets(4_000);
    const before = process.memoryUsage().heapUsed;
    const changing = many(500, (index) => ({
      ...{ path: 'elsewhere', inventory: new Set(['blue_p0-w0_example.org_Other']) },
      changes: { namePrefix: `p${index}-`, alters: [] },
    }));
    expect(verdictOf(changing, objects).state).toBe('pending');
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(250_000_000);
  });

  it('with more Kustomizations than can be compared with its objects is unknown, and says so', () => {
    expect(
      verdictOf(
        many(3_000, () => ({})),
        widgets(4_000),
      ),
    ).toEqual({
      state: 'unknown',
      awaited: expect.stringMatching(
        /^It has 3000 Kustomizations, and its group 4000 objects: more than can be compared/,
      ),
    });
  });
});

const part = fc.constantFrom('', 'a', 'b', 'ab', 'default');
const identity = fc.record({
  group: fc.constantFrom('', 'apps'),
  kind: fc.constantFrom('Namespace', 'APIService', 'ConfigMap'),
  namespace: part,
  name: fc.constantFrom('a', 'b', 'ab', 'ba', 'aba', 'default'),
});
const changes: fc.Arbitrary<SpecChanges | undefined> = fc.option(
  fc.record({
    alters: fc.constant([]),
    targetNamespace: fc.option(part, { nil: undefined }),
    namePrefix: part,
    nameSuffix: part,
  }),
  { nil: undefined },
);

it('an object on a cluster is found among thousands as it is among the ids of each', () => {
  fc.assert(
    fc.property(identity, fc.array(identity, { maxLength: 4 }), changes, (live, all, change) => {
      const objects = all.map((each) => ({ ...each, group: live.group, kind: live.kind }));
      const isOne = objects.some((object) => expectedIds(object, change).includes(inventoryId(live)));
      expect(expectedAmong(objects)(live, change)).toBe(isOne);
      const inventory = new Set([inventoryId(live)]);
      expect(objects.some((object) => hasApplied({ inventory, changes: change }, object))).toBe(isOne);
    }),
    { numRuns: 5_000 },
  );
});
