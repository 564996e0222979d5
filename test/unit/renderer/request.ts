import type { ChartRequest, LeafRequest } from '../../../src/render/types.ts';

/** A leaf of one ConfigMap. */
export function plainLeaf(name: string): LeafRequest {
  return {
    root: '/config/west/apps/shop',
    files: {
      '/config/west/apps/shop/kustomization.yaml': 'resources: [cm.yaml]\n',
      '/config/west/apps/shop/cm.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`,
    },
  };
}

/** A leaf of a chart with one template. */
export function chartLeaf(template: string, chart: Partial<ChartRequest> = {}): LeafRequest {
  return {
    root: '/config/west/infra/log',
    files: {
      '/main/infra/log/Chart.yaml': 'apiVersion: v2\nname: log\nversion: 1.0.0\n',
      '/main/infra/log/templates/cm.yaml': template,
      '/config/west/infra/log/kustomization.yaml': 'resources: [chart.yaml]\n',
    },
    chart: {
      directory: '/main/infra/log',
      outputFile: '/config/west/infra/log/chart.yaml',
      valuesFiles: [],
      releaseName: 'log',
      namespace: 'logging',
      includeCRDs: false,
      apiVersions: [],
      ...chart,
    },
  };
}
