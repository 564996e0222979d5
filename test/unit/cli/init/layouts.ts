/*
 * Layouts of repositories as others publish them, in our own words and as small as they can be.
 */

/** Writes an object of Kubernetes on one line. */
function object(type: string, metadata: object, rest: object = {}): string {
  const slash = type.lastIndexOf('/');
  return `${JSON.stringify({ apiVersion: type.slice(0, slash), kind: type.slice(slash + 1), metadata, ...rest })}\n`;
}

const deployment = (name: string) =>
  object(
    'apps/v1/Deployment',
    { name, labels: { app: name } },
    {
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels: { app: name } },
          spec: {
            containers: [{ name, image: `${name}:1`, envFrom: [{ configMapRef: { name: `${name}-settings` } }] }],
          },
        },
      },
    },
  );

const overlay = (environment: string, replicas: number, app: string) => ({
  [`apps/${app}/overlays/${environment}/kustomization.yaml`]: `# ${environment} of ${app}
namePrefix: ${environment}-
resources:
- ../../base   # what all have
components: [ ../../../../components/monitored ]
patches:
- path: replicas.yaml
- path: ../../../../common/limits.yaml
  target: { kind: Deployment }
configMapGenerator:
- name: ${app}-settings
  files: [ colours=../../../../common/colours.txt, mode.txt ]
`,
  [`apps/${app}/overlays/${environment}/replicas.yaml`]: object(
    'apps/v1/Deployment',
    { name: app },
    { spec: { replicas } },
  ),
  [`apps/${app}/overlays/${environment}/mode.txt`]: `${environment}\n`,
  [`apps/${app}/overlays/${environment}/README.md`]: 'Ours.\n',
});

/** kustomize's own: a base and an overlay for each environment, with a component and files that overlays share. */
export const kustomizeLayout: Readonly<Record<string, string>> = {
  'common/limits.yaml': '- op: add\n  path: /spec/minReadySeconds\n  value: 5\n',
  'common/colours.txt': 'green\n',
  'components/monitored/kustomization.yaml':
    'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\ncommonAnnotations: { monitored: "yes" }\n',
  ...Object.fromEntries(
    ['shop', 'cart'].flatMap((app) => [
      [`apps/${app}/base/kustomization.yaml`, 'resources: [deployment.yaml]\n'],
      [`apps/${app}/base/deployment.yaml`, deployment(app)],
      ...Object.entries(overlay('dev', 1, app)),
    ]),
  ),
  ...overlay('prod', 3, 'shop'),
};

/** kustomize's multibases: environments beside their base, and a kustomization above that includes them all. */
export const multibasesLayout: Readonly<Record<string, string>> = {
  'examples/multibases/kustomization.yaml': 'resources: [dev, production]\nnamePrefix: all-\n',
  'examples/multibases/base/kustomization.yaml': 'resources: [pod.yaml]\n',
  'examples/multibases/base/pod.yaml': object('v1/Pod', { name: 'pod' }, { spec: {} }),
  'examples/multibases/dev/kustomization.yaml': 'resources: [ ../base ]\nnamePrefix: dev-\n',
  'examples/multibases/production/kustomization.yaml': 'bases:\n- ./../base\nnamePrefix: production-\n',
};

/** kustomize's first example: base and overlays at the root, where no base can be assigned. */
export const rootLayout: Readonly<Record<string, string>> = {
  'base/kustomization.yaml': 'resources: [pod.yaml]\n',
  'base/pod.yaml': object('v1/Pod', { name: 'pod' }, { spec: {} }),
  'overlays/production/kustomization.yaml': 'resources: [../../base]\nnamePrefix: production-\n',
};

const flux = (name: string, path: string, more: object = {}) =>
  object(
    'kustomize.toolkit.fluxcd.io/v1/Kustomization',
    { name, namespace: 'flux-system' },
    { spec: { interval: '1h', path, prune: true, sourceRef: { kind: 'GitRepository', name: 'flux-system' }, ...more } },
  );

/** Flux's example: a folder for each cluster, whose Flux Kustomizations name apps of that environment and infrastructure of all. */
export const fluxLayout: Readonly<Record<string, string>> = {
  'apps/base/podinfo/kustomization.yaml': 'namespace: podinfo\nresources: [release.yaml]\n',
  'apps/base/podinfo/release.yaml': object(
    'helm.toolkit.fluxcd.io/v2/HelmRelease',
    { name: 'podinfo' },
    { spec: { values: { replicas: 1 } } },
  ),
  'infrastructure/controllers/kustomization.yaml': 'resources: [namespace.yaml]\n',
  'infrastructure/controllers/namespace.yaml': object('v1/Namespace', { name: 'cert-manager' }),
  'infrastructure/configs/kustomization.yaml': 'resources: [issuer.yaml]\n',
  'infrastructure/configs/issuer.yaml': object(
    'cert-manager.io/v1/ClusterIssuer',
    { name: 'letsencrypt' },
    { spec: { acme: { server: 'https://staging.example.com' } } },
  ),
  ...Object.fromEntries(
    ['staging', 'production'].flatMap((name) => [
      [
        `apps/${name}/kustomization.yaml`,
        'resources:\n  - ../base/podinfo\npatches:\n  - path: values.yaml\n    target:\n      kind: HelmRelease\n',
      ],
      [
        `apps/${name}/values.yaml`,
        object(
          'helm.toolkit.fluxcd.io/v2/HelmRelease',
          { name: 'podinfo', namespace: 'podinfo' },
          { spec: { values: { host: name } } },
        ),
      ],
      [`clusters/${name}/apps.yaml`, flux('apps', `./apps/${name}`, { dependsOn: [{ name: 'configs' }] })],
      [
        `clusters/${name}/infrastructure.yaml`,
        [
          flux('controllers', './infrastructure/controllers'),
          flux('configs', './infrastructure/configs/', {
            patches: [
              {
                target: { kind: 'ClusterIssuer' },
                patch: `- {op: replace, path: /spec/acme/server, value: "https://${name}.example.com"}`,
              },
            ],
          }),
        ].join('---\n'),
      ],
      [`clusters/${name}/flux-system/kustomization.yaml`, 'resources: [gotk-sync.yaml]\n'],
      [`clusters/${name}/flux-system/gotk-sync.yaml`, flux('flux-system', `./clusters/${name}`)],
    ]),
  ),
};

/**
 * Argo CD's examples of ApplicationSets: a folder for each cluster, complete in itself, with a prefix in its name; manifests
 * alone, or with a kustomization.
 */
export const argoLayout: Readonly<Record<string, string>> = Object.fromEntries(
  ['dev', 'prod'].flatMap((name) => [
    [
      `examples/guestbook/engineering-${name}/kustomization.yaml`,
      `namePrefix: ${name}-\nresources:\n- deployment.yaml\n- svc.yaml\n`,
    ],
    [`examples/guestbook/engineering-${name}/deployment.yaml`, deployment('guestbook-ui')],
    [
      `examples/settings/engineering-${name}/settings.yaml`,
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\ndata: { environment: ${name} }\n`,
    ],
    [`examples/guestbook/engineering-${name}/svc.yaml`, object('v1/Service', { name: 'guestbook-ui' }, { spec: {} })],
  ]),
);
