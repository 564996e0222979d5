import type { Scene } from '../scene.ts';
import {
  annotates,
  configMap,
  deployment,
  expects,
  gitRepository,
  kept,
  kustomization,
  merge,
  reference,
  remains,
  shopWith,
} from '../write.ts';

const second = 'registry.example.org/shop:2';
const shopDeployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'shop' } };

/** Objects on the cluster that Flux leaves alone, or that others take away. */
export const liveObjectScenes: readonly Scene[] = [
  {
    name: '`reconcile: disabled` on the live object keeps Flux from applying it',
    steps: [
      merge(shopWith(deployment('shop'))),
      expects('healthy'),
      annotates(shopDeployment, { 'kustomize.toolkit.fluxcd.io/reconcile': 'disabled' }),
      merge(shopWith(deployment('shop', second))),
      expects('pending', { says: ['shop', 'reconcile'] }),
      remains('pending'),
    ],
  },
  {
    name: '`ssa: Ignore` on the live object keeps Flux from applying it',
    steps: [
      merge(shopWith(deployment('shop'))),
      expects('healthy'),
      annotates(shopDeployment, { 'kustomize.toolkit.fluxcd.io/ssa': 'Ignore' }),
      merge(shopWith(deployment('shop', second))),
      expects('pending', { says: ['shop', 'ssa'] }),
      remains('pending'),
    ],
  },
  {
    name: '`ssa: IfNotPresent` on the live object alone keeps Flux from nothing',
    steps: [
      merge(shopWith(deployment('shop'))),
      expects('healthy'),
      annotates(shopDeployment, { 'kustomize.toolkit.fluxcd.io/ssa': 'IfNotPresent' }),
      merge(shopWith(deployment('shop', second))),
      expects('healthy'),
    ],
  },
  {
    name: '`ssa: IfNotPresent` that the Kustomization adds keeps Flux from updating',
    kustomizations: [
      { name: 'apps', commonMetadata: { annotations: { 'kustomize.toolkit.fluxcd.io/ssa': 'IfNotPresent' } } },
    ],
    steps: [
      merge(shopWith(deployment('shop'))),
      { do: 'wait', seconds: 10 },
      merge(shopWith(deployment('shop', second))),
      expects('pending', { says: ['shop'] }),
      remains('pending'),
    ],
  },
  {
    name: 'an object that another Kustomization applies as well, and otherwise, is no evidence',
    kustomizations: [{ name: 'apps' }, { name: 'legacy', path: './legacy', interval: '5s' }],
    steps: [
      merge({ ...shopWith(deployment('shop')), 'legacy/objects.yaml': [deployment('shop', second)] }),
      // The one that applies it again and again has the last word.
      { do: 'wait', seconds: 15 },
      expects('pending', { says: ['legacy'] }),
      remains('pending'),
    ],
  },
  {
    name: 'an object that a Kustomization of another source applies as well, and otherwise, is no evidence',
    objects: [
      {
        ...gitRepository,
        metadata: { name: 'legacy' },
        spec: { url: 'https://git.example.org/legacy/$NAMESPACE', interval: '10m', ref: { branch: 'dev' } },
      },
      {
        ...kustomization('legacy'),
        spec: { interval: '5s', prune: true, sourceRef: { kind: 'GitRepository', name: 'legacy' } },
      },
    ],
    steps: [
      { do: 'push legacy', tree: { 'objects.yaml': [deployment('shop', second)] } },
      merge(shopWith(deployment('shop'))),
      { do: 'wait', seconds: 15 },
      expects('pending', { says: ['legacy'] }),
      remains('pending'),
    ],
  },
  {
    name: 'an object that is stuck in its deletion is awaited as Flux does with `wait`',
    steps: [
      merge(shopWith(deployment('shop'), kept('settings'))),
      expects('healthy'),
      { do: 'remove', object: configMap('settings') },
      merge(shopWith(deployment('shop', second), kept('settings'))),
      remains('pending', { seconds: 12 }),
    ],
  },
  {
    name: 'an object that is stuck in its deletion is awaited also where `healthChecks` do not name it',
    kustomizations: [{ name: 'apps', wait: false, healthChecks: [reference('shop')] }],
    steps: [
      merge(shopWith(deployment('shop'), kept('settings'))),
      expects('healthy'),
      { do: 'remove', object: configMap('settings') },
      merge(shopWith(deployment('shop', second), kept('settings'))),
      expects('pending', { says: ['ConfigMap $NAMESPACE/settings', 'being deleted: look for finalizers'] }),
      remains('pending'),
      { do: 'patch', object: configMap('settings'), patch: { metadata: { finalizers: null } } },
      expects('pending', { says: ['ConfigMap $NAMESPACE/settings of this commit is not there'], seconds: 15 }),
      remains('pending', { seconds: 4 }),
      annotates(kustomization(), { 'reconcile.fluxcd.io/requestedAt': 'by-hand' }),
      expects('healthy'),
    ],
  },
];
