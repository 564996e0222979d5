import type { Scene } from './scene.ts';
import { deployment, expects, merge, remains, shopWith } from './write.ts';

/** What happens while nobody can reach the cluster. These scenes are played one after the other. */
export const outageScenes: readonly Scene[] = [
  {
    name: 'a cluster that cannot be reached is unknown, also after the deadline, and healthy when it is back',
    cluster: 'outage',
    gitRepository: { interval: '10s' },
    kustomizations: [{ name: 'apps', interval: '30s' }],
    steps: [
      merge(shopWith(deployment('shop'))),
      expects('healthy'),
      { do: 'stop API server' },
      merge(shopWith(deployment('shop', 'registry.example.org/shop:2'))),
      expects('unknown', { says: ['cannot be reached'], seconds: 15 }),
      remains('unknown', { seconds: 4 }),
      { do: 'pass deadline' },
      remains('unknown', { seconds: 4 }),
      { do: 'start API server' },
      expects('healthy', { seconds: 200, via: ['failed', 'unknown'] }),
    ],
  },
  {
    name: 'a cluster that was away at the end of the soak is asked again when it is back',
    cluster: 'outage',
    steps: [
      merge(shopWith(deployment('shop'))),
      expects('healthy', { seconds: 90 }),
      { do: 'begin soak' },
      // Flux must have nothing to do when it loses the API server, or it would look again by itself.
      remains('healthy', { seconds: 8, via: ['pending'] }),
      { do: 'stop API server' },
      { do: 'end soak', mayAsk: true },
      expects('unknown', { says: ['cannot be reached'], seconds: 15 }),
      { do: 'start API server' },
      expects('healthy', { seconds: 60, via: ['pending', 'unknown'] }),
    ],
  },
];
