import type { Scene } from './scene.ts';
import {
  configMap,
  deployment,
  expects,
  gitRepository,
  group,
  kustomization,
  letsPodsRun,
  merge,
  push,
  pushForeign,
  remains,
  shop,
  shopWith,
  waitingDeployment,
} from './write.ts';

const plain = shopWith(deployment('shop'));

/** GitRepositories that have nothing to do with the scene, but come first by name. */
const foreignSources = Array.from({ length: 6 }, (_, index) => ({
  ...gitRepository,
  metadata: { name: `another-${index}` },
  spec: { url: 'https://git.example.org/another/repository.git', interval: '10m', ref: { branch: 'dev' } },
}));

/** What Flux waits for, or does not do at all. */
export const waitingScenes: readonly Scene[] = [
  {
    name: 'a Kustomization that depends on another one waits for it',
    kustomizations: [
      { name: 'base', path: './west-us/infra' },
      { name: 'apps', path: './west-us/apps', dependsOn: [{ name: 'base' }] },
    ],
    steps: [
      merge(group({ 'west-us/infra/dns': [waitingDeployment('dns')], [shop]: [deployment('shop')] })),
      expects('pending', { says: ['DependencyNotReady'] }),
      letsPodsRun,
      expects('healthy', { seconds: 120 }),
    ],
  },
  {
    name: 'without health checks nothing is known of the health',
    kustomizations: [{ name: 'apps', wait: false }],
    steps: [merge(plain), expects('pending', { says: [`Health not evaluated for ${shop}`] }), remains('pending')],
  },
  {
    name: 'a suspended Kustomization is named, with the command that resumes it',
    kustomizations: [{ name: 'apps', suspend: true }],
    steps: [
      merge(plain),
      expects('pending', { says: ['is suspended', 'flux resume kustomization apps -n $NAMESPACE'] }),
      remains('pending'),
      { do: 'patch', object: kustomization(), patch: { spec: { suspend: false } } },
      expects('healthy'),
    ],
  },
  {
    name: 'a Kustomization that is being deleted is no evidence',
    steps: [
      merge(plain),
      expects('healthy'),
      {
        do: 'patch',
        object: kustomization(),
        patch: { metadata: { finalizers: ['finalizers.fluxcd.io', 'example.org/keep'] } },
      },
      { do: 'remove', object: kustomization() },
      expects('pending', { says: ['is being deleted'], seconds: 15 }),
      remains('pending'),
    ],
  },
  {
    name: 'a path that leaves out the leaf does not cover it',
    kustomizations: [{ name: 'apps', path: './west-us/infra' }],
    steps: [
      merge(group({ 'west-us/infra/dns': [configMap('dns')], [shop]: [deployment('shop')] })),
      expects('pending', { says: [`No Kustomization applies ${shop}`] }),
      remains('pending'),
    ],
  },
  {
    name: 'a path that is not in the commit covers nothing',
    kustomizations: [{ name: 'apps', path: './west-us/apps/shpo' }],
    steps: [merge(plain), expects('pending', { says: [`No Kustomization applies ${shop}`] }), remains('pending')],
  },
  {
    name: 'a source that cannot be fetched is named, until it can',
    steps: [
      { do: 'fail fetches', message: 'connection refused' },
      merge(plain),
      expects('pending', { says: ['GitRepository $NAMESPACE/fleet', 'connection refused'] }),
      remains('pending'),
      { do: 'allow fetches' },
      expects('healthy'),
    ],
  },
  {
    name: 'a suspended source is named',
    gitRepository: { suspend: true },
    steps: [merge(plain), expects('pending', { says: ['GitRepository $NAMESPACE/fleet is suspended'] })],
  },
  {
    name: 'a cluster may skip the merge for a later commit at which the same is deployed',
    steps: [
      merge(plain),
      expects('healthy'),
      { do: 'fail fetches', message: 'connection reset' },
      merge(shopWith(deployment('shop', 'registry.example.org/shop:2'))),
      expects('pending', { says: ['has not attempted the merged commit', 'connection reset'] }),
      push(shopWith(deployment('shop', 'registry.example.org/shop:2'), configMap('more'))),
      { do: 'allow fetches' },
      expects('healthy'),
    ],
  },
  {
    name: 'a cluster at a commit that does not count is not healthy',
    gitRepository: { interval: '5s' },
    steps: [
      merge(plain),
      expects('healthy'),
      pushForeign(shopWith(deployment('shop', 'registry.example.org/shop:2'))),
      expects('pending', { says: ['has not attempted the merged commit'], via: ['healthy', 'pending'], seconds: 120 }),
      remains('pending'),
    ],
  },
  {
    name: 'without a Kustomization of this source nothing is known',
    kustomizations: [],
    steps: [merge(plain), expects('pending', { says: ['No Kustomization has this GitOps repository'] })],
  },
  {
    name: 'a source that follows another branch is another source, and is named before others',
    objects: foreignSources,
    gitRepository: { ref: { branch: 'qa' } },
    steps: [
      merge(plain),
      expects('pending', {
        says: ['No Kustomization has this GitOps repository', '/$NAMESPACE.git@qa'],
        seconds: 15,
      }),
    ],
  },
  {
    name: 'a source that is pinned to a tag follows no branch, and is named before others',
    objects: foreignSources,
    gitRepository: { ref: { tag: 'v1' } },
    steps: [merge(plain), expects('pending', { says: ['/$NAMESPACE.git@a fixed revision'], seconds: 15 })],
  },
  {
    name: 'a cluster without Flux says so',
    cluster: 'other',
    steps: [merge(plain), expects('pending', { says: ['Flux is not installed'], seconds: 15 })],
  },
  {
    name: 'a Kustomization that Flux calls stalled has failed',
    kustomizations: [{ name: 'apps', healthCheckExprs: [{ apiVersion: 'v1', kind: 'ConfigMap', current: 'data.(' }] }],
    steps: [merge(plain), expects('failed', { says: ['is stalled', 'InvalidCELExpression'] })],
  },
];
