import { kustomizationText } from '../../../src/render/layout/kustomization-text.ts';
import type { Scene } from './scene.ts';
import {
  annotates,
  configMap,
  deployment,
  expects,
  group,
  merge,
  missingImage,
  remains,
  shop,
  shopWith,
} from './write.ts';

const other = { 'east-us/apps/shop/objects.yaml': [configMap('elsewhere')] };

/** Leaves and groups that a commit takes out. */
export const removedScenes: readonly Scene[] = [
  {
    name: 'what a commit takes out is gone when it is healthy',
    steps: [
      merge(group({ [shop]: [deployment('shop'), configMap('old')], 'west-us/apps/cart': [deployment('cart')] })),
      expects('healthy'),
      merge(shopWith(deployment('shop'))),
      expects('healthy'),
    ],
  },
  {
    name: 'a group that is taken out is healthy when Flux has removed its objects',
    kustomizations: [{ name: 'apps', path: './' }],
    steps: [merge({ ...shopWith(deployment('shop')), ...other }), expects('healthy'), merge(other), expects('healthy')],
  },
  {
    name: 'a group that is taken out with the very folder that Flux applies is not healthy',
    steps: [
      merge({ ...shopWith(deployment('shop')), ...other }),
      expects('healthy'),
      merge(other),
      expects('pending', { says: ['kustomization path not found'] }),
      remains('pending'),
    ],
  },
  {
    name: 'a group that is emptied is healthy when Flux has removed its objects, also where it applies that very folder',
    steps: [
      merge({ ...shopWith(deployment('shop')), ...other }),
      expects('healthy'),
      merge({ ...other, 'west-us/kustomization.yaml': kustomizationText([]) }),
      expects('healthy'),
    ],
  },
  {
    name: 'a leaf that is taken out with the very folder that a Kustomization of its own applies is not healthy',
    kustomizations: [
      { name: 'apps', path: './west-us/apps' },
      { name: 'infra', path: './west-us/infra' },
    ],
    steps: [
      merge(group({ [shop]: [deployment('shop')], 'west-us/infra/dns': [configMap('dns')] })),
      expects('healthy'),
      merge(shopWith(deployment('shop'))),
      expects('pending', { says: ['removed', 'dns'] }),
      remains('pending'),
    ],
  },
  {
    name: 'what a commit took out that was never healthy is awaited after the next one, too',
    steps: [
      merge(shopWith(deployment('shop'), configMap('old'))),
      expects('healthy'),
      annotates(configMap('old'), { 'kustomize.toolkit.fluxcd.io/prune': 'disabled' }),
      merge(shopWith(deployment('shop', missingImage))),
      { do: 'watch', seconds: 5 },
      merge(shopWith(deployment('shop'))),
      expects('pending', { says: ['Flux has left what was removed from the branch', 'old'] }),
      remains('pending'),
      { do: 'remove', object: configMap('old') },
      expects('healthy'),
    ],
  },
];
