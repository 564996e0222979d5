import type { Scene } from './scene.ts';
import {
  deployment,
  expects,
  kustomization,
  letsPodsRun,
  merge,
  remains,
  shopWith,
  waitingDeployment,
} from './write.ts';

const second = 'registry.example.org/shop:2';

/** Two clusters, of which the Environment file allows one to be unavailable. */
export const unavailableScenes: readonly Scene[] = [
  {
    name: 'a rollout goes on without a cluster that cannot be reached only where `maxUnavailable` allows one',
    cluster: 'outage',
    beside: 'steady',
    steps: [
      merge(shopWith(deployment('shop'))),
      expects('healthy'),
      { do: 'stop API server' },
      merge(shopWith(deployment('shop', second))),
      expects('unknown', { says: ['outage: The API server', 'cannot be reached'], via: ['pending', 'unknown'] }),
      remains('unknown', { seconds: 4 }),
      { do: 'allow unavailable', clusters: 1 },
      expects('healthy', { says: ['outage: The API server'], seconds: 15 }),
      { do: 'start API server' },
      { do: 'allow unavailable', clusters: 0 },
      expects('healthy', { via: ['healthy', 'pending', 'unknown'], seconds: 120 }),
    ],
  },
  {
    name: 'a rollout goes on without a cluster that is late only when the time is over',
    cluster: 'outage',
    beside: 'steady',
    steps: [
      { do: 'allow unavailable', clusters: 1 },
      merge(shopWith(deployment('shop'))),
      expects('healthy'),
      { do: 'patch', object: kustomization(), patch: { spec: { suspend: true } } },
      merge(shopWith(deployment('shop', second))),
      expects('pending', { says: ['outage: Kustomization $NAMESPACE/apps is suspended'] }),
      remains('pending'),
      { do: 'pass deadline' },
      expects('healthy', { says: ['outage: Kustomization $NAMESPACE/apps is suspended'], seconds: 15 }),
    ],
  },
  {
    name: 'a cluster that has failed is never left out',
    beside: 'outage',
    steps: [
      { do: 'allow unavailable', clusters: 1 },
      merge(shopWith(waitingDeployment('shop', { progressDeadlineSeconds: 5 }))),
      letsPodsRun,
      expects('failed', { says: ['outage: ', 'HealthCheckFailed', 'stalled'], seconds: 120 }),
      { do: 'pass deadline' },
      remains('failed', { seconds: 4 }),
    ],
  },
];
