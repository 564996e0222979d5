import type { KubeObject } from '../kubernetes/objects.ts';
import type { Scene } from './scene.ts';
import { annotates, configMap, deployment, expects, kept, kustomization, merge, remains, shopWith } from './write.ts';

/** A Deployment that no API server takes. */
const invalid: KubeObject = deployment('shop', undefined, { selector: { matchLabels: { app: 'another' } } });

/** Commits that Flux cannot build, apply or prune. */
export const refusedScenes: readonly Scene[] = [
  {
    name: 'an object that cannot be deleted keeps the commit pending, also when Flux has forgotten it',
    objects: deletionsRefused('configmaps'),
    steps: [
      merge(shopWith(deployment('shop'), configMap('old'))),
      expects('healthy'),
      merge(shopWith(deployment('shop'))),
      expects('pending', { says: ['old'] }),
      remains('pending', { seconds: 12 }),
    ],
  },
  {
    name: 'an object that is still going after it was pruned keeps the commit pending',
    steps: [
      merge(shopWith(deployment('shop'), kept('old'))),
      expects('healthy'),
      merge(shopWith(deployment('shop'))),
      expects('pending', { says: ['old'] }),
      remains('pending', { seconds: 12 }),
    ],
  },
  {
    name: 'an object that Flux leaves alone and that the commit has no more keeps the commit pending',
    steps: [
      merge(shopWith(deployment('shop'), configMap('old'))),
      expects('healthy'),
      annotates(configMap('old'), { 'kustomize.toolkit.fluxcd.io/reconcile': 'disabled' }),
      merge(shopWith(deployment('shop'))),
      expects('pending', { says: ['old'] }),
      remains('pending'),
    ],
  },
  {
    name: 'manifests that do not build have failed before the deadline',
    steps: [
      merge({
        ...shopWith(deployment('shop')),
        'west-us/apps/shop/kustomization.yaml': 'resources: [objects.yaml, missing.yaml]\n',
      }),
      expects('failed', { says: ['BuildFailed', 'missing.yaml'], seconds: 120 }),
    ],
  },
  {
    name: 'manifests that the API server refuses have failed before the deadline',
    steps: [merge(shopWith(invalid)), expects('failed', { says: ['ReconciliationFailed', 'selector'], seconds: 120 })],
  },
  {
    name: 'what Flux refused after a healthy commit has failed, and the mended commit is healthy',
    steps: [
      merge(shopWith(deployment('shop'))),
      expects('healthy'),
      merge(shopWith(invalid)),
      expects('failed', { says: ['ReconciliationFailed'], seconds: 120 }),
      merge(shopWith(deployment('shop', 'registry.example.org/shop:2'))),
      expects('healthy', { seconds: 120 }),
    ],
  },
  {
    name: "a failure of the Kustomization's older spec does not count",
    kustomizations: [{ name: 'apps', targetNamespace: 'nowhere' }],
    steps: [
      merge(shopWith(deployment('shop'))),
      expects('failed', { says: ['ReconciliationFailed', 'nowhere'], seconds: 120 }),
      { do: 'patch', object: kustomization(), patch: { spec: { targetNamespace: null } } },
      expects('healthy', { seconds: 120 }),
    ],
  },
  {
    name: 'manifests that failed before the merge, too, have failed',
    steps: [
      merge(shopWith(invalid)),
      expects('failed', { says: ['ReconciliationFailed'], seconds: 120 }),
      // The times of the history have whole seconds.
      { do: 'wait', seconds: 2 },
      merge(shopWith(invalid)),
      expects('pending', { seconds: 15 }),
      expects('failed', { says: ['ReconciliationFailed'], seconds: 120 }),
    ],
  },
];

/** Lets the API server refuse every deletion of a resource in the scene's namespace. */
function deletionsRefused(resource: string): readonly KubeObject[] {
  const apiVersion = 'admissionregistration.k8s.io/v1';
  const metadata = { name: '$NAMESPACE' };
  const namespaceSelector = { matchLabels: { 'kubernetes.io/metadata.name': '$NAMESPACE' } };
  const rule = { apiGroups: [''], apiVersions: ['v1'], operations: ['DELETE'], resources: [resource] };
  return [
    {
      apiVersion,
      kind: 'ValidatingAdmissionPolicy',
      metadata,
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: { namespaceSelector, resourceRules: [rule] },
        validations: [{ expression: 'false', message: 'it is kept by policy' }],
      },
    },
    {
      apiVersion,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata,
      spec: { policyName: '$NAMESPACE', validationActions: ['Deny'] },
    },
  ];
}
