import { chartFiles, helmReleaseKind } from '../helm/release.ts';
import type { KubeObject, ObjectRef } from '../kubernetes/objects.ts';
import { lateSeconds } from '../source/control.ts';
import type { Scene, Step, Tree } from './scene.ts';
import { annotated, configMap, expects, merge, remains, shopWith } from './write.ts';

const web: ObjectRef = { ...helmReleaseKind, metadata: { name: 'web' } };

/** HelmReleases, and Kustomizations whose source is no GitRepository. */
export const helmScenes: readonly Scene[] = [
  {
    name: 'a HelmRelease whose upgrade is late is not green by its old Ready',
    steps: [
      merge(release({ values: { value: '1' } })),
      expects('healthy'),
      merge(release({ values: { value: '2' } }, { [lateSeconds]: '8' })),
      expects('healthy'),
    ],
  },
  {
    name: 'a HelmRelease whose upgrade failed is named with its message, and the next commit mends it',
    steps: [
      merge(release({ values: { value: '1' } })),
      expects('healthy'),
      merge(release({ values: { value: '2', broken: true }, timeout: '5s' })),
      expects('failed', {
        says: ['web is stalled: RetriesExceeded: Failed to upgrade after 1 attempt(s); UpgradeFailed'],
      }),
      merge(release({ values: { value: '3' } })),
      expects('healthy'),
    ],
  },
  {
    name: 'a HelmRelease whose chart cannot be rendered is pending, with its message, and has failed at the deadline',
    steps: [
      merge(release({ values: { value: '1' } })),
      expects('healthy'),
      merge(release({ values: { value: '2', fail: 'no such flag' } })),
      expects('pending', { says: ['web is not ready', 'no such flag'] }),
      remains('pending'),
      { do: 'pass deadline' },
      expects('failed', { says: ['Not healthy in time: HelmRelease'] }),
    ],
  },
  {
    name: 'a HelmRelease that is suspended on the cluster is named, with the command that resumes it',
    steps: [
      merge(release({ values: { value: '1' } })),
      expects('healthy'),
      { do: 'patch', object: web, patch: { spec: { suspend: true } } },
      expects('pending', { says: ['flux resume helmrelease web'] }),
      merge(release({ values: { value: '2' } })),
      remains('pending'),
      { do: 'patch', object: web, patch: { spec: { suspend: false } } },
      expects('healthy'),
    ],
  },
  {
    name: 'a HelmRelease that does not wait for what it installs is no evidence',
    steps: [
      merge(release({ values: { value: '1' }, install: { disableWait: true } })),
      expects('pending', { says: ['spec.install.disableWait'] }),
      remains('pending'),
    ],
  },
  {
    name: 'a HelmRelease whose chart in this branch has changed is awaited until the chart is released',
    steps: [
      merge(release({}, { [lateSeconds]: '6' })),
      expects('healthy'),
      merge({ ...release({}, { [lateSeconds]: '6' }), ...chartFiles('charts/web', '2') }),
      // First the chart is late, and then its release: a look may see only one of the two.
      expects('pending', { says: ['its chart', 'HelmChart'] }),
      expects('healthy'),
    ],
  },
  {
    name: 'a HelmRelease whose chart in this branch is made anew by its version only is no evidence',
    steps: [
      merge(release({ chart: chartOf({ reconcileStrategy: 'ChartVersion' }) })),
      expects('pending', { says: ['reconcileStrategy: Revision'] }),
      merge({
        ...release({ chart: chartOf({ reconcileStrategy: 'ChartVersion' }) }),
        ...chartFiles('charts/web', '2'),
      }),
      remains('pending'),
    ],
  },
  {
    name: 'a HelmRelease whose OCIRepository has another tag is awaited until that is released',
    steps: [
      { do: 'push artifact', tree: archived('1', '1.0.0'), tag: '1.0.0', tellsCommit: false },
      { do: 'push artifact', tree: archived('2', '2.0.0'), tag: '2.0.0', tellsCommit: false },
      merge(fromRegistry('1.0.0')),
      expects('healthy'),
      merge(fromRegistry('2.0.0')),
      expects('healthy'),
      {
        do: 'await',
        object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web-release' } },
        has: { data: { content: '2' } },
        seconds: 1,
        meanwhile: [],
      },
    ],
  },
  {
    name: 'a HelmRelease that somebody deleted is missed',
    steps: [
      merge(release({})),
      expects('healthy'),
      { do: 'remove', object: web },
      expects('pending', { says: ['web is not there'] }),
    ],
  },
  {
    name: 'an OCIRepository that does not say which commit it holds covers nothing',
    objects: [ociRepository()],
    kustomizations: [{ name: 'apps', sourceRef: { kind: 'OCIRepository', name: 'fleet' } }],
    steps: [
      merge(shopWith(configMap('settings'))),
      pushArtifact(shopWith(configMap('settings')), false),
      expects('pending', {
        says: ['OCIRepository', 'does not say which Git commit of this branch it holds: not covered'],
      }),
      remains('pending'),
    ],
  },
  {
    name: 'an OCIRepository that says which commit it holds is followed',
    objects: [ociRepository()],
    kustomizations: [{ name: 'apps', sourceRef: { kind: 'OCIRepository', name: 'fleet' } }],
    steps: [
      merge(shopWith(configMap('settings'))),
      pushArtifact(shopWith(configMap('settings')), true),
      expects('healthy'),
      merge(shopWith(configMap('settings', '2'))),
      expects('pending', { says: ['has not attempted the merged commit'] }),
      remains('pending'),
      pushArtifact(shopWith(configMap('settings', '2')), true),
      expects('healthy'),
      { do: 'begin soak' },
      remains('healthy', { seconds: 3 }),
      { do: 'end soak', mayAsk: true },
      expects('healthy'),
    ],
  },
];

function release(spec: object, annotations: Readonly<Record<string, string>> = {}): Tree {
  const own = { interval: '10m', timeout: '30s', chart: chartOf({}, annotations), values: { value: '1' }, ...spec };
  return {
    ...shopWith(
      Object.keys(annotations).length === 0 ? { ...web, spec: own } : annotated({ ...web, spec: own }, annotations),
    ),
    ...chartFiles('charts/web', '1'),
  };
}

function chartOf(spec: object, annotations: Readonly<Record<string, string>> = {}) {
  const sourceRef = { kind: 'GitRepository', name: 'fleet' };
  return {
    metadata: { annotations },
    spec: { chart: './charts/web', interval: '10m', reconcileStrategy: 'Revision', sourceRef, ...spec },
  };
}

/** A HelmRelease and the OCIRepository of its chart, whose tag alone is another one from commit to commit. */
function fromRegistry(tag: string): Tree {
  const spec = {
    interval: '10m',
    timeout: '30s',
    chartRef: { kind: 'OCIRepository', name: 'web' },
    values: { value: '1' },
  };
  const repository = ociRepository();
  return shopWith(
    { ...repository, metadata: { name: 'web' }, spec: { ...(repository.spec as object), ref: { tag } } },
    annotated({ ...web, spec }, { [lateSeconds]: '6' }),
  );
}

/** A chart as a registry has it. */
function archived(content: string, version: string): Tree {
  return chartFiles('web', content, version);
}

function ociRepository(): KubeObject {
  return {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'OCIRepository',
    metadata: { name: 'fleet' },
    spec: { url: 'oci://registry.example.org/$NAMESPACE', interval: '10m' },
  };
}

function pushArtifact(tree: Tree, tellsCommit: boolean): Step {
  return { do: 'push artifact', tree, tellsCommit };
}
