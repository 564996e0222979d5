import type { Scene, Step } from './scene.ts';
import {
  annotated,
  awaitsStatus,
  configMap,
  deployment,
  expects,
  group,
  letsPodsRun,
  merge,
  missingImage,
  remains,
  shop,
  shopWith,
  waitingDeployment,
} from './write.ts';

/** Commits whose workloads become available, late, or never. */
export const healthyScenes: readonly Scene[] = [
  {
    name: 'two health checks that time out do not make red what becomes healthy at the third',
    kustomizations: [{ name: 'apps', retryInterval: '5s' }],
    steps: [
      // After a first commit nothing makes Flux try again at once, so that it shows the failure until its retry.
      merge(shopWith(deployment('shop'))),
      expects('healthy'),
      merge(shopWith(deployment('shop'), waitingDeployment('cart'))),
      awaitsFailures(1, 50),
      awaitsFailures(2, 50),
      remains('pending', { seconds: 4 }),
      letsPodsRun,
      expects('healthy', { seconds: 120 }),
    ],
  },
  {
    name: 'an image that cannot be pulled is pending, and has failed at the deadline',
    steps: [
      merge(shopWith(deployment('shop', missingImage))),
      awaitsStatus({ history: [{ lastReconciledStatus: 'HealthCheckFailed' }] }, { seconds: 100 }),
      { do: 'pass deadline' },
      expects('failed', { seconds: 15 }),
    ],
  },
  {
    name: 'between two attempts the sentence still says that one failed',
    steps: [
      merge(shopWith(deployment('shop', missingImage))),
      awaitsStatus({ history: [{ lastReconciledStatus: 'HealthCheckFailed' }] }, { seconds: 100 }),
      // For a moment Flux says itself that it failed; then it is at it again.
      expects('pending', { says: ['after 1 failure'], seconds: 60 }),
    ],
  },
  {
    name: 'a rollout that Kubernetes gave up has failed before the deadline',
    steps: [
      merge(shopWith(deployment('shop', missingImage, { progressDeadlineSeconds: 5 }))),
      expects('failed', { says: ['HealthCheckFailed', 'stalled'], seconds: 120 }),
    ],
  },
  {
    name: 'a commit whose Deployments become available is healthy',
    steps: [
      merge(group({ [shop]: [deployment('shop'), configMap('settings')], 'west-us/infra/dns': [deployment('dns')] })),
      expects('healthy'),
    ],
  },
  {
    name: 'a newer commit is not healthy before Flux has applied it',
    steps: [
      merge(shopWith(deployment('shop'))),
      expects('healthy'),
      merge(shopWith(deployment('shop', 'registry.example.org/shop:2'))),
      expects('healthy'),
      merge(shopWith(deployment('shop', 'registry.example.org/shop:3'), configMap('settings'))),
      expects('healthy'),
    ],
  },
  {
    name: 'an object whose own manifest says `ssa: IfNotPresent` is not required',
    steps: [
      merge(shopWith(deployment('shop'), seed('1'))),
      expects('healthy'),
      merge(shopWith(deployment('shop'), seed('2'))),
      expects('healthy'),
    ],
  },
];

/** Waits until the commit after the first one has failed so often. */
function awaitsFailures(count: number, seconds: number): Step {
  const failed = { lastReconciledStatus: 'HealthCheckFailed', totalReconciliations: count };
  return awaitsStatus({ history: [failed, {}] }, { seconds });
}

function seed(value: string) {
  return annotated(configMap('seed', value), { 'kustomize.toolkit.fluxcd.io/ssa': 'IfNotPresent' });
}
