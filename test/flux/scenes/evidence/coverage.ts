import type { Scene } from '../scene.ts';
import { configMap, deployment, expects, merge, remains, shop, shopWith } from '../write.ts';

/** Kustomizations that are Ready and yet did not apply everything of the commit as it is. */
export const coverageScenes: readonly Scene[] = [
  {
    name: '`images` of the Kustomization run another image than the commit has',
    kustomizations: [{ name: 'apps', images: [{ name: 'registry.example.org/shop', newTag: '0' }] }],
    steps: [merge(shopWith(deployment('shop'))), expects('pending', { says: ['spec.images'] }), remains('pending')],
  },
  {
    name: '`$patch: delete` of the Kustomization leaves out an object',
    kustomizations: [
      {
        name: 'apps',
        patches: [
          {
            target: { kind: 'ConfigMap', name: 'settings' },
            patch: deletionOf('settings'),
          },
        ],
      },
    ],
    steps: [
      merge(shopWith(deployment('shop'), configMap('settings'))),
      expects('pending', { says: ['spec.patches'] }),
      remains('pending'),
    ],
  },
  {
    name: '`components` of the Kustomization leave out an object',
    kustomizations: [{ name: 'apps', components: ['../components/small'] }],
    steps: [
      merge({ ...shopWith(deployment('shop'), configMap('settings')), ...componentWithout('settings') }),
      expects('pending', { says: ['spec.components'] }),
      remains('pending'),
    ],
  },
  {
    name: 'what is applied to another cluster does not cover this one',
    objects: [
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'other' }, stringData: { value: '$OTHER_KUBECONFIG' } },
    ],
    kustomizations: [{ name: 'apps', kubeConfig: { secretRef: { name: 'other' } } }],
    steps: [
      merge(shopWith({ ...configMap('$NAMESPACE'), metadata: { name: '$NAMESPACE', namespace: 'default' } })),
      expects('pending', { says: ['kubeConfig'] }),
      remains('pending'),
    ],
  },
  {
    name: 'a path above the group whose kustomization.yaml omits it does not cover it',
    kustomizations: [{ name: 'apps', path: './' }],
    steps: [
      merge({ ...shopWith(deployment('shop')), ...rootWith('legacy') }),
      expects('pending', { says: [`No Kustomization applies ${shop}`] }),
      remains('pending'),
    ],
  },
  {
    name: 'an overlay folder that lists the group covers it',
    kustomizations: [{ name: 'apps', path: './clusters/west-us-1' }],
    steps: [
      merge({
        ...shopWith(deployment('shop')),
        'clusters/west-us-1/kustomization.yaml': 'resources: [../../west-us]\n',
      }),
      expects('healthy'),
    ],
  },
  {
    name: 'an overlay folder that runs another image than the group has is no evidence',
    kustomizations: [{ name: 'apps', path: './clusters/west-us-1' }],
    steps: [
      merge({
        ...shopWith(deployment('shop')),
        'clusters/west-us-1/kustomization.yaml':
          'resources: [../../west-us]\nimages: [{ name: registry.example.org/shop, newTag: "0" }]\n',
      }),
      expects('pending', { says: ['images'] }),
      remains('pending'),
    ],
  },
  {
    name: 'a Kustomization outside the group that is broken does not fail the cluster',
    kustomizations: [{ name: 'apps' }, { name: 'legacy', path: './legacy' }],
    steps: [
      merge({ ...shopWith(deployment('shop')), 'legacy/kustomization.yaml': 'resources: [broken.yaml]\n' }),
      expects('healthy'),
    ],
  },
  {
    name: 'a Kustomization outside the group that the API server refuses does not fail the cluster',
    kustomizations: [{ name: 'apps' }, { name: 'legacy', path: './legacy' }],
    steps: [
      merge({
        ...shopWith(deployment('shop')),
        'legacy/objects.yaml': [{ ...configMap('legacy'), metadata: { name: 'Not A Name' } }],
      }),
      expects('healthy'),
    ],
  },
];

function deletionOf(name: string): string {
  return `$patch: delete\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;
}

function componentWithout(name: string) {
  const patches = [{ target: { kind: 'ConfigMap', name }, patch: deletionOf(name) }];
  const component = { apiVersion: 'kustomize.config.k8s.io/v1alpha1', kind: 'Component', patches };
  return { 'components/small/kustomization.yaml': JSON.stringify(component) };
}

function rootWith(folder: string) {
  return {
    'kustomization.yaml': `resources: [${folder}]\n`,
    [`${folder}/kustomization.yaml`]: 'resources: [objects.yaml]\n',
    [`${folder}/objects.yaml`]: JSON.stringify({ ...configMap('legacy'), metadata: namespaced('legacy') }),
  };
}

function namespaced(name: string) {
  return { name, namespace: '$NAMESPACE' };
}
