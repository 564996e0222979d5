import type { KubeObject } from '../kubernetes/objects.ts';

/**
 * Flux's HelmRelease of API version v2, with the parts of its CRD that an API server acts upon: the generation grows with
 * the spec alone, the status is written by itself, and one that nobody has seen has observed the generation -1. The real
 * CRD lies in helm-controller's own repository alone.
 */
export const helmReleaseCrd: KubeObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'helmreleases.helm.toolkit.fluxcd.io' },
  spec: {
    group: 'helm.toolkit.fluxcd.io',
    names: { kind: 'HelmRelease', listKind: 'HelmReleaseList', plural: 'helmreleases', singular: 'helmrelease' },
    scope: 'Namespaced',
    versions: [
      {
        name: 'v2',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
              status: {
                type: 'object',
                default: { observedGeneration: -1 },
                'x-kubernetes-preserve-unknown-fields': true,
              },
            },
          },
        },
      },
    ],
  },
};
