import type { Scene } from './scene.ts';
import {
  annotates,
  configMap,
  deployment,
  expects,
  kept,
  merge,
  missingImage,
  remains,
  shop,
  shopWith,
} from './write.ts';

const second = 'registry.example.org/shop:2';
const shopDeployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'shop' } };

/** Kustomizations that are Ready and yet did not apply, or did not check, everything of the commit. */
export const coverageScenes: readonly Scene[] = [
  {
    name: '`healthChecks` must name every workload',
    kustomizations: [{ name: 'apps', wait: false, healthChecks: [reference('shop')] }],
    steps: [
      merge(shopWith(deployment('shop'), deployment('cart', missingImage), deployment('search', missingImage))),
      expects('pending', { says: ['cart'] }),
      remains('pending'),
    ],
  },
  {
    name: '`healthChecks` that name every workload are enough',
    kustomizations: [{ name: 'apps', wait: false, healthChecks: [reference('shop'), reference('cart')] }],
    steps: [merge(shopWith(deployment('shop'), deployment('cart'), configMap('settings'))), expects('healthy')],
  },
  {
    name: 'a child Kustomization without health checks below a checked one is not checked',
    kustomizations: [{ name: 'root' }],
    steps: [
      merge({ ...shopWith(deployment('shop', missingImage)), ...childOf('west-us', { wait: false }) }),
      expects('pending', { says: ['Health not evaluated', shop] }),
      remains('pending'),
    ],
  },
  {
    name: 'a bootstrap Kustomization without health checks does no harm',
    kustomizations: [{ name: 'root', wait: false }],
    steps: [merge({ ...shopWith(deployment('shop')), ...childOf('west-us', { wait: true }) }), expects('healthy')],
  },
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
    todo: { why: 'what a kustomization.yaml above the group changes is not read', fails: 'false green', says: 'image' },
  },
  {
    name: 'an object that another Kustomization applies as well, and otherwise, is no evidence',
    kustomizations: [{ name: 'apps' }, { name: 'legacy', path: './legacy', dependsOn: [{ name: 'apps' }] }],
    steps: [
      merge({ ...shopWith(deployment('shop')), 'legacy/objects.yaml': [deployment('shop', second)] }),
      { do: 'wait', seconds: 12 },
      expects('pending', { says: ['legacy'] }),
      remains('pending'),
    ],
    todo: { why: 'nobody looks whether two Kustomizations apply the same object', fails: 'false green', says: 'image' },
  },
  {
    name: '`healthCheckExprs` that call every Deployment healthy are no evidence',
    kustomizations: [
      {
        name: 'apps',
        healthCheckExprs: [{ apiVersion: 'apps/v1', kind: 'Deployment', current: 'has(metadata.name)' }],
      },
    ],
    steps: [
      merge(shopWith(deployment('shop', missingImage))),
      expects('pending', { says: ['healthCheckExprs'] }),
      remains('pending'),
    ],
    todo: { why: 'nobody reads `healthCheckExprs`', fails: 'false green', says: 'Deployment' },
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
      expects('pending', { says: ['settings', 'being deleted'] }),
      remains('pending'),
    ],
    todo: { why: 'Flux does not look at it, and nobody else does', fails: 'false green', says: 'is being deleted' },
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

function reference(name: string) {
  return { apiVersion: 'apps/v1', kind: 'Deployment', name, namespace: '$NAMESPACE' };
}

/** Lets a folder have nothing but a Kustomization for its folder `apps`. */
function childOf(folder: string, spec: object) {
  const child = {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name: 'child', namespace: '$NAMESPACE' },
    spec: {
      path: `./${folder}/apps`,
      sourceRef: { kind: 'GitRepository', name: 'fleet' },
      interval: '10m',
      retryInterval: '2s',
      timeout: '30s',
      prune: true,
      ...spec,
    },
  };
  return {
    [`${folder}/kustomization.yaml`]: 'resources: [child.yaml]\n',
    [`${folder}/child.yaml`]: JSON.stringify(child),
  };
}

/** Writes a patch that takes a ConfigMap out of a build. */
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
