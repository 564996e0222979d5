import { describe, expect, it } from 'vitest';
import { inventoryId, type LeafObject } from '../../../../src/fleet/coverage/identity.ts';
import { beyondReach, type FolderKustomization, reachOf } from '../../../../src/fleet/coverage/reach.ts';
import type { ClusterApi } from '../../../../src/fleet/flux/cluster-api.ts';
import { chartsOf } from '../../../../src/fleet/flux/follow/charts.ts';
import { readFlux } from '../../../../src/fleet/flux/follow/read-flux.ts';
import type { HelmReleaseObject } from '../../../../src/fleet/flux/follow/schemas.ts';
import { clusterRegression } from '../../../../src/fleet/regression.ts';
import type { KustomizationEvidence, OtherApplier } from '../../../../src/fleet/types.ts';
import { clusterVerdict } from '../../../../src/fleet/verdict.ts';
import { judgeApplied, kindsToRead } from '../../../../src/fleet/verify/applied.ts';
import { judgeObjects } from '../../../../src/fleet/verify/judge-objects.ts';
import { sameTrouble } from '../../../../src/operation/rollout-trouble.ts';
import { expectProcessorTimeBelow } from '../../support/processor-time.ts';
import { expectationOf, kustomization, merged } from '../evidence.ts';

const flux = 'kustomize.toolkit.fluxcd.io';
const made = <T>(count: number, make: (index: number) => T) => Array.from({ length: count }, (_, index) => make(index));
const many = (count: number, different: (index: number) => Partial<KustomizationEvidence> = () => ({})) =>
  made(count, (index) => kustomization({ name: `k${index}`, ...different(index) }));
const objectAt = (index: number, different: Partial<LeafObject> = {}): LeafObject => ({
  ...{ apiVersion: 'v1', group: '', kind: 'ConfigMap', namespace: 'blue', optional: false, name: `c${index}` },
  ...different,
});
const leafOf = (index: number, objects: readonly LeafObject[]) => ({ folder: `west-us/apps/blue/l${index}`, objects });
const called = (prefix: string) => (index: number) => ({ name: `${prefix}${index}`, namespace: 'blue', generation: 0 });
/** A cluster that has these objects, by the plural of their kind. */
const clusterWith = (lists: Readonly<Record<string, readonly unknown[]>>) =>
  ({
    list: async ({ plural }: { plural: string }, { read }: { read: (page: readonly unknown[]) => unknown }) =>
      read(lists[plural] ?? []),
  }) as unknown as ClusterApi;

expectProcessorTimeBelow(3_000);

/** Each took the main thread for many seconds at each look, or all memory: there were more pairs than anybody counted. */
describe('A cluster', () => {
  it('beside folders that lie very deep is followed until that takes its time', () => {
    const deep = Array.from({ length: 495 }, () => 'n'.repeat(31)).join('/');
    const reach = reachOf(
      { manifests: made(2_000, (index) => `${deep}/${index}/a.yaml`), kustomizations: new Map() },
      50_000,
    );
    expect(reach('')).toBe(beyondReach);
  });

  it('with very many Kustomizations, and as many in its group, is judged by paths alone', () => {
    const objects = made(20_000, (index) => objectAt(index, { group: flux, kind: 'Kustomization' }));
    const kustomizations = many(20_000, () => ({ path: 'elsewhere' }));
    const expectation = { ...expectationOf([leafOf(0, objects)]), coverage: 'path' } as const;
    expect(clusterVerdict({ kind: 'reached', kustomizations }, expectation)).toMatchObject({ state: 'pending' });
  });

  it.each(['strict', 'path'] as const)(
    'with more Kustomizations than leaves can be compared with is unknown (%s)',
    (coverage) => {
      const expectation = { ...expectationOf(made(4_000, (index) => leafOf(index, []))), coverage };
      expect(clusterVerdict({ kind: 'reached', kustomizations: many(4_000) }, expectation)).toEqual({
        state: 'unknown',
        awaited:
          'It has 4000 Kustomizations, and its group 4000 leaves: more than can be compared. Have fewer of them.',
      });
    },
  );

  it('with very many Kustomizations that wait for all of a large leaf is judged by paths alone', () => {
    const workloads = made(100_000, (index) => objectAt(index, { group: 'apps', kind: 'Deployment' }));
    const expectation = { ...expectationOf([leafOf(0, workloads)]), coverage: 'path' } as const;
    expect(clusterVerdict({ kind: 'reached', kustomizations: many(5_000) }, expectation).state).toBe('healthy');
  });

  it('with very many Kustomizations whose source tells no commit is judged by paths alone', () => {
    const objects = made(20_000, (index) => objectAt(index));
    const inventory = new Set([inventoryId(objectAt(7))]);
    const others = made(
      20_000,
      (index): OtherApplier => ({ name: `o${index}`, namespace: 'blue', inventory, untold: 'a bucket' }),
    );
    const expectation = { ...expectationOf([leafOf(0, objects)]), coverage: 'path' } as const;
    const { awaited } = clusterVerdict({ kind: 'reached', kustomizations: [], others }, expectation);
    expect(awaited).toContain('Kustomization blue/o0 applies west-us/apps/blue/l0 from a bucket');
  });

  it('that says after the rollout that it has very many Kustomizations is no worse, and not compared', () => {
    const expectation = expectationOf([
      leafOf(
        0,
        made(40_000, (index) => objectAt(index)),
      ),
    ]);
    const kustomizations = many(20_000, () => ({ path: 'elsewhere', inventory: new Set(['x']) }));
    expect(clusterRegression({ kind: 'reached', kustomizations }, expectation)).toBeUndefined();
  });

  it('that says when its objects are looked at that it has very many Kustomizations is not compared', () => {
    const leaves = [
      leafOf(
        0,
        made(40_000, (index) => objectAt(index)),
      ),
    ];
    const kustomizations = many(20_000, () => ({ path: 'elsewhere', inventory: new Set(['x']) }));
    const found = { objects: [], read: new Set(['v1 ConfigMap']), unread: new Map(), withoutStatus: new Set<string>() };
    expect(kindsToRead(leaves, kustomizations)).toEqual([]);
    expect(judgeApplied({ kind: 'reached', kustomizations, ...found }, leaves).awaited).toContain('more than can be');
  });

  it('with very many paths is judged, however many files others have', () => {
    const manifests = made(20_000, (index) => `east-us/apps/blue/l${index}/all.yaml`);
    const reach = reachOf({ manifests, kustomizations: new Map() });
    const kustomizations = many(20_000, (index) => ({ path: `elsewhere/${index}` }));
    const expectation = { ...expectationOf([leafOf(0, [objectAt(0)])]), reach };
    expect(clusterVerdict({ kind: 'reached', kustomizations }, expectation).state).toBe('pending');
  });

  it('whose paths each list the same thousands of folders is unknown, and nothing of that is kept', () => {
    const folders = made(5_000, (index) => `all/f${index}`);
    const listed = new Map<string, FolderKustomization>([
      ['all', { entries: folders.map((folder) => folder.slice(4)), alters: [] }],
      ...folders.map((folder) => [folder, { entries: ['all.yaml'], alters: [] }] as const),
      ...made(5_000, (index) => [`to/${index}`, { entries: ['../../all'], alters: [] }] as const),
    ]);
    const manifests = folders.map((folder) => `${folder}/all.yaml`);
    const expectation = { ...expectationOf([leafOf(0, [])]), reach: reachOf({ manifests, kustomizations: listed }) };
    const before = process.memoryUsage().heapUsed;
    const kustomizations = many(5_000, (index) => ({ path: `to/${index}` }));
    expect(clusterVerdict({ kind: 'reached', kustomizations }, expectation)).toEqual({
      state: 'unknown',
      awaited: expect.stringMatching(/ is more than can be followed, as for flux-system\/k\d+: /),
    });
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(250_000_000);
  });

  it('with very many OCIRepositories that hold the branch, and Kustomizations of others, is read', async () => {
    const artifact = {
      revision: 'latest@sha256:1',
      metadata: {
        'org.opencontainers.image.source': 'https://github.com/acme/gitops',
        'org.opencontainers.image.revision': `sha1:${merged}`,
      },
    };
    const sourceRef = { kind: 'OCIRepository', name: 'none' };
    const api = clusterWith({
      ocirepositories: made(5_000, (index) => ({ metadata: called('o')(index), spec: {}, status: { artifact } })),
      kustomizations: made(5_000, (index) => ({ metadata: called('k')(index), spec: { sourceRef } })),
    });
    const read = await readFlux(api, { repository: 'https://github.com/acme/gitops', branch: 'dev' });
    expect([read.objects, read.fetched]).toEqual([[], []]);
  });

  it('with very many HelmReleases that name HelmCharts is read', async () => {
    const releases = made(20_000, (index) => ({
      metadata: called('r')(index),
      spec: { chartRef: { kind: 'HelmChart', name: `c${index}` } },
    })) as unknown as readonly HelmReleaseObject[];
    const charts = made(20_000, (index) => ({ metadata: called('c')(index), spec: { sourceRef: {} } }));
    const chartOf = await chartsOf(clusterWith({ helmcharts: charts }), releases, {
      repositories: [],
      ociRepositories: async () => ({ objects: [] }),
    });
    expect(new Set(releases.map((each) => chartOf(each)?.lacks))).toEqual(
      new Set(['has not been reconciled since its spec changed']),
    );
  });

  it.each([
    ['in as many namespaces', undefined],
    ['that Kustomizations put into a namespace of their own', 'here'],
  ])('with objects of one name %s is judged, however many a check names', (_, targetNamespace) => {
    const changes = targetNamespace === undefined ? undefined : { targetNamespace, alters: [] };
    const owner = kustomization({ changes });
    const labels = { [`${flux}/name`]: owner.name, [`${flux}/namespace`]: owner.namespace };
    const wanted = made(100_000, (index) => objectAt(index, { name: 'one', namespace: `n${index}` }));
    const objects = made(250, (index) => {
      const metadata = { name: 'one', namespace: targetNamespace ?? `n${index}`, labels };
      return { apiVersion: 'v1', kind: 'ConfigMap', metadata };
    });
    const observation = { kind: 'reached', kustomizations: [owner], objects, unread: new Map() } as const;
    const { state, awaited } = judgeObjects(observation, { wanted, acceptable: () => true, since: '2026-03-01' });
    expect(state).toBe(targetNamespace === undefined ? 'pending' : 'healthy');
    expect(awaited).toMatch(targetNamespace === undefined ? /; and 99747 more$/ : /^$/);
  });

  it('with very many warnings keeps a few', () => {
    const failing = { path: 'elsewhere', ready: { status: 'False', reason: 'BuildFailed', message: 'no' } } as const;
    const kustomizations = [kustomization(), ...many(1_000, () => failing)];
    const { warnings } = clusterVerdict({ kind: 'reached', kustomizations }, expectationOf([leafOf(0, [])]));
    expect(warnings).toHaveLength(21);
    expect(warnings?.at(-1)).toBe('980 more warnings are not listed.');
  });
});

it('very many clusters that say the same are counted', () => {
  const others = made(100_000, (index) => ({ name: `c${index}`, awaited: 'the same' }));
  expect(sameTrouble(others)).toMatchObject([{ awaited: 'the same', names: { length: 100_000 } }]);
});
