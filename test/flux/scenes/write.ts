import type { KubeObject, ObjectRef } from '../kubernetes/objects.ts';
import type { CheckedObject, Step, Tree, Verdict } from './scene.ts';

/** The image that kwok's pods cannot pull. */
export const missingImage = 'registry.example.org/missing:1';

/** The image with which the pods of Jobs fail. */
export const failingImage = 'registry.example.org/failing:1';

/** The leaf of most scenes. */
export const shop = 'west-us/apps/shop';

/** The folders of a group as Fairlead lays them out: each has a kustomization.yaml; those with objects are the leaves. */
export function group(leaves: Readonly<Record<string, readonly KubeObject[]>>): Tree {
  const files: Record<string, string | readonly KubeObject[]> = {};
  const folders = new Map<string, Set<string>>();
  for (const [leaf, objects] of Object.entries(leaves)) {
    files[`${leaf}/objects.yaml`] = objects;
    files[`${leaf}/kustomization.yaml`] = 'resources: [objects.yaml]\n';
    const parts = leaf.split('/');
    for (let depth = 1; depth < parts.length; depth += 1) {
      const folder = parts.slice(0, depth).join('/');
      folders.set(folder, (folders.get(folder) ?? new Set()).add(parts[depth] ?? ''));
    }
  }
  for (const [folder, inside] of folders) {
    files[`${folder}/kustomization.yaml`] = `resources: [${[...inside].join(', ')}]\n`;
  }
  return files;
}

/** A commit with these objects in the leaf `west-us/apps/shop`. */
export function shopWith(...objects: readonly KubeObject[]): Tree {
  return group({ [shop]: objects });
}

export function deployment(name: string, image = 'registry.example.org/shop:1', spec: object = {}): KubeObject {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'main', image }] } },
      ...spec,
    },
  };
}

/** A Job whose pod ends at once. */
export function job(name: string, { image = 'registry.example.org/smoke:1', spec = {}, pod = {} } = {}): KubeObject {
  const containers = [{ name: 'main', image }];
  const template = { spec: { restartPolicy: 'Never', containers, ...pod } };
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name }, spec: { backoffLimit: 0, template, ...spec } };
}

export function configMap(name: string, value = '1'): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { value } };
}

/** A ConfigMap that stays in deletion until somebody takes its finalizer away. */
export function kept(name: string): KubeObject {
  return { ...configMap(name), metadata: { name, finalizers: ['example.org/keep'] } };
}

/** Names a Deployment of the scene in `healthChecks`. */
export function reference(name: string) {
  return { apiVersion: 'apps/v1', kind: 'Deployment', name, namespace: '$NAMESPACE' };
}

/** Adds annotations to an object. */
export function annotated(object: KubeObject, annotations: Readonly<Record<string, string>>): KubeObject {
  return { ...object, metadata: { ...object.metadata, annotations } };
}

export function kustomization(name = 'apps'): ObjectRef {
  return { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization', metadata: { name } };
}

export const gitRepository: ObjectRef = {
  apiVersion: 'source.toolkit.fluxcd.io/v1',
  kind: 'GitRepository',
  metadata: { name: 'fleet' },
};

export const merge = (tree: Tree): Step => ({ do: 'merge', tree });
export const push = (tree: Tree): Step => ({ do: 'push', tree, counts: true });
export const pushForeign = (tree: Tree): Step => ({ do: 'push', tree, counts: false });

/** How a verdict is expected: within (or for) how many seconds, with which words, after which others. */
interface How {
  readonly seconds?: number;
  readonly says?: readonly string[];
  readonly via?: readonly Verdict[];
  readonly warns?: readonly string[];
}

export const expects = (state: Verdict, { seconds = 90, ...how }: How = {}): Step => ({
  do: 'expect',
  that: { state, seconds, ...how },
});

export const remains = (state: Verdict, { seconds = 8, ...how }: How = {}): Step => ({
  do: 'remain',
  that: { state, seconds, ...how },
});

export const expectsCheck = (of: CheckedObject, state: Verdict, { seconds = 60, ...how }: How = {}): Step => ({
  do: 'expect check',
  of,
  that: { state, seconds, ...how },
});

/** Waits until Flux has given the Kustomization `apps` this status. */
export const awaitsStatus = (
  status: object,
  { seconds = 90, meanwhile = ['pending'] }: { seconds?: number; meanwhile?: readonly Verdict[] } = {},
): Step => ({ do: 'await', object: kustomization(), has: { status }, seconds, meanwhile });

/** Annotates a live object, as somebody with kubectl does. */
export const annotates = (object: ObjectRef, annotations: Readonly<Record<string, string>>): Step => ({
  do: 'patch',
  object,
  patch: { metadata: { annotations } },
});

/** Selects no node until `letsPodsRun`. */
export const onceTheyRun = { $NAMESPACE: 'runs' };

/** A Deployment whose pods find no node until `letsPodsRun`. */
export function waitingDeployment(name: string, spec: object = {}): KubeObject {
  const labels = { app: name };
  const containers = [{ name: 'main', image: 'registry.example.org/shop:1' }];
  const template = { metadata: { labels }, spec: { nodeSelector: onceTheyRun, containers } };
  return deployment(name, undefined, { template, ...spec });
}

export const letsPodsRun: Step = {
  do: 'patch',
  object: { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' } },
  patch: { metadata: { labels: { $NAMESPACE: 'runs' } } },
};

/** Sends the new pods of a live Deployment to a node that is not there, in a field that Flux leaves alone. */
export const breaksDeployment = (name: string): Step => ({
  do: 'patch',
  object: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name } },
  patch: { spec: { template: { spec: { nodeSelector: { nowhere: 'at-all' } } } } },
});
