import type { Scene } from '../scene.ts';
import { configMap, deployment, expects, merge, missingImage, reference, remains, shop, shopWith } from '../write.ts';

/** Kustomizations that are Ready and yet did not check the health of everything. */
export const healthCheckScenes: readonly Scene[] = [
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
    name: 'a child Kustomization that is suspended is no evidence',
    kustomizations: [{ name: 'root', wait: false }],
    steps: [
      merge({ ...shopWith(deployment('shop')), ...childOf('west-us', { wait: true, suspend: true }) }),
      expects('pending', { says: ['child is suspended'] }),
      remains('pending'),
    ],
  },
  {
    name: 'a bootstrap Kustomization without health checks does no harm',
    kustomizations: [{ name: 'root', wait: false }],
    steps: [merge({ ...shopWith(deployment('shop')), ...childOf('west-us', { wait: true }) }), expects('healthy')],
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
  },
];

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
