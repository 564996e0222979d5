import type { Scene } from './scene.ts';
import { configMap, deployment, expects, merge, reference, remains, shopWith } from './write.ts';

const listConfigMaps = '{ apiGroups: [""], resources: [configmaps], verbs: [list] }';
const settings = shopWith(deployment('shop'), configMap('settings'));

/** Users that may not do all that docs/fleet.md says: never green without the evidence, and the missing rule is named. */
export const permissionScenes: readonly Scene[] = [
  {
    name: 'a user that may not list Kustomizations sees nothing, and the rule is named',
    lacks: ['list kustomizations'],
    steps: [
      merge(settings),
      expects('unknown', { says: ['403', '[kustomizations]', '[list]'], seconds: 15 }),
      remains('unknown', { says: ['[kustomizations]'] }),
      { do: 'grant all' },
      expects('healthy', { via: ['pending', 'unknown'] }),
    ],
  },
  {
    name: 'a user that may not list GitRepositories sees nothing, and the rule is named',
    lacks: ['list gitrepositories'],
    steps: [
      merge(settings),
      expects('unknown', { says: ['403', '[gitrepositories]', '[list]'], seconds: 15 }),
      remains('unknown', { says: ['[gitrepositories]'] }),
      { do: 'pass deadline' },
      remains('unknown', { seconds: 4, says: ['[gitrepositories]'] }),
      { do: 'grant all' },
      expects('healthy', { via: ['failed', 'unknown'] }),
    ],
  },
  {
    name: 'a user that may not see whether a removed object is gone is not told that it is',
    lacks: ['list configmaps'],
    steps: [
      merge(settings),
      expects('healthy'),
      merge(shopWith(deployment('shop'))),
      expects('pending', { says: ['Whether removed objects are gone cannot be read', listConfigMaps] }),
      remains('pending'),
      { do: 'grant all' },
      expects('healthy'),
    ],
  },
  {
    name: 'a user that may not see what Flux does not wait for is not told that it is there',
    lacks: ['list configmaps'],
    kustomizations: [{ name: 'apps', wait: false, healthChecks: [reference('shop')] }],
    steps: [
      merge(settings),
      expects('pending', { says: ['Whether objects of this commit are being deleted cannot be read', listConfigMaps] }),
      remains('pending'),
      { do: 'grant all' },
      expects('healthy'),
    ],
  },
  {
    name: 'a user that may not patch anything waits for the intervals of Flux',
    lacks: ['patch gitrepositories', 'patch kustomizations'],
    gitRepository: { interval: '5s' },
    steps: [
      merge(shopWith(deployment('shop'))),
      expects('healthy'),
      merge(shopWith(deployment('shop', 'registry.example.org/shop:2'))),
      expects('healthy'),
    ],
  },
];
