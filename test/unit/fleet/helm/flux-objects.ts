import type { ClusterApi } from '../../../../src/fleet/flux/cluster-api.ts';
import { RefusedRequest } from '../../../../src/fleet/flux/http.ts';
import { merged } from '../evidence.ts';

export const source = { repository: 'https://github.com/acme/gitops', branch: 'dev' };
const ready = [{ type: 'Ready', status: 'True', reason: 'Succeeded', message: 'fine' }];

export interface FluxObject {
  readonly metadata?: object;
  readonly spec?: object;
  readonly status?: object;
}

export function gitRepository({ metadata, spec, status }: FluxObject = {}) {
  return {
    metadata: { name: 'fleet', namespace: 'flux-system', ...metadata },
    spec: { url: 'ssh://git@github.com/acme/gitops', ref: { branch: 'dev' }, ...spec },
    status,
  };
}

export function kustomization({ metadata, spec, status }: FluxObject = {}) {
  return {
    metadata: { name: 'apps', namespace: 'flux-system', generation: 1, ...metadata },
    spec: { path: './west-us', wait: true, sourceRef: { kind: 'GitRepository', name: 'fleet' }, ...spec },
    status: {
      observedGeneration: 1,
      lastAppliedRevision: `dev@sha1:${merged}`,
      lastAttemptedRevision: `dev@sha1:${merged}`,
      conditions: ready,
      inventory: { entries: [{ id: 'blue_web_helm.toolkit.fluxcd.io_HelmRelease' }] },
      ...status,
    },
  };
}

/** An OCIRepository that holds the merge commit. */
export function ociRepository({ metadata, spec, status }: FluxObject = {}) {
  return {
    metadata: { name: 'fleet', namespace: 'flux-system', generation: 1, ...metadata },
    spec: { url: 'oci://registry.example.org/fleet', ...spec },
    status: {
      observedGeneration: 1,
      conditions: ready,
      artifact: { revision: 'dev@sha256:2222', metadata: origin(`dev@sha1:${merged}`) },
      ...status,
    },
  };
}

/** What `flux push artifact` writes about what an artifact was made of. */
export function origin(revision: string, url = 'git@github.com:acme/gitops.git') {
  return { 'org.opencontainers.image.source': url, 'org.opencontainers.image.revision': revision };
}

export function helmRelease({ metadata, spec, status }: FluxObject = {}) {
  return {
    metadata: { name: 'web', namespace: 'blue', generation: 2, ...metadata },
    spec: { chart: { spec: { chart: 'web', sourceRef: { kind: 'HelmRepository', name: 'charts' } } }, ...spec },
    status: { observedGeneration: 2, conditions: ready, lastAttemptedRevision: '1.2.0', ...status },
  };
}

export function helmChart({ metadata, spec, status }: FluxObject = {}) {
  return {
    metadata: { name: 'blue-web', namespace: 'flux-system', generation: 1, ...metadata },
    spec: { sourceRef: { kind: 'GitRepository', name: 'fleet' }, reconcileStrategy: 'Revision', ...spec },
    status: {
      observedGeneration: 1,
      observedSourceArtifactRevision: `dev@sha1:${merged}`,
      conditions: ready,
      artifact: { revision: '1.2.0+aaaaaaaaaaaa' },
      ...status,
    },
  };
}

/** A cluster that lists these objects by their plural; a number is the HTTP status by which it refuses to. */
export function clusterApiOf(objects: Readonly<Record<string, readonly object[] | number>>) {
  const asked: string[] = [];
  const api: Pick<ClusterApi, 'list'> = {
    async list(resource, { schema, read }) {
      asked.push(resource.plural);
      const found = objects[resource.plural] ?? [];
      if (typeof found === 'number') throw new RefusedRequest(found, '', { verb: 'list', resource });
      return read(found.map((each) => schema.parse(each)));
    },
  };
  return { api: api as ClusterApi, asked };
}
