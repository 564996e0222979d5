import type { KubeObject } from '../../kubernetes/objects.ts';
import type { Scene } from '../scene.ts';
import { deployment, expects, merge, reference, shopWith } from '../write.ts';

const named = { name: 'apps', wait: false, healthChecks: [reference('shop')] };

/** Custom resources, which Flux calls current before any controller has seen them. */
export const customResourceScenes: readonly Scene[] = [
  {
    name: 'a custom resource that no controller has seen is healthy with a warning, until one has',
    objects: mayListWidgets(),
    steps: [
      merge(shopWith(widgetDefinition(), widget('one'), widget('two'))),
      expects('healthy', { warns: ['Widget $NAMESPACE/one, Widget $NAMESPACE/two: it has no status'] }),
      { do: 'patch', object: widget('one'), patch: { status: { phase: 'Running' } }, subresource: 'status' },
      expects('healthy', { warns: ['Widget $NAMESPACE/two: it has no status'], seconds: 15 }),
      { do: 'patch', object: widget('two'), patch: { status: { phase: 'Running' } }, subresource: 'status' },
      expects('healthy', { warns: [], seconds: 15 }),
    ],
  },
  {
    name: 'a custom resource whose status is about an older generation is healthy with a warning, where Flux does not wait',
    objects: mayListWidgets(),
    kustomizations: [named],
    steps: [
      merge(shopWith(deployment('shop'), widgetDefinition(), widget('one'))),
      expects('healthy'),
      { do: 'patch', object: widget('one'), patch: { status: { observedGeneration: 1 } }, subresource: 'status' },
      expects('healthy', { warns: [], seconds: 15 }),
      merge(shopWith(deployment('shop'), widgetDefinition(), widget('one', 2))),
      expects('healthy', { warns: ['Widget $NAMESPACE/one: its status is about an older generation'] }),
    ],
  },
  {
    name: 'a custom resource of a kind without a status is healthy without a warning',
    objects: mayListWidgets(),
    steps: [merge(shopWith(widgetDefinition({}), widget('one'))), expects('healthy', { warns: [] })],
  },
  {
    name: 'custom resources that the user may not list are healthy with a warning that names the rule',
    steps: [
      merge(shopWith(widgetDefinition(), widget('one'))),
      expects('healthy', { warns: ['{ apiGroups: [$NAMESPACE.example.org], resources: [widgets], verbs: [list] }'] }),
    ],
  },
];

function widget(name: string, size = 1): KubeObject {
  return { apiVersion: '$NAMESPACE.example.org/v1', kind: 'Widget', metadata: { name }, spec: { size } };
}

function widgetDefinition(subresources: object = { status: {} }): KubeObject {
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.$NAMESPACE.example.org' },
    spec: {
      group: '$NAMESPACE.example.org',
      scope: 'Namespaced',
      names: { kind: 'Widget', plural: 'widgets', singular: 'widget', listKind: 'WidgetList' },
      versions: [{ name: 'v1', served: true, storage: true, subresources, schema }],
    },
  };
}

/** Lets the product's user list widgets, as a rule that is added to its ClusterRole does. */
function mayListWidgets(): readonly KubeObject[] {
  const [apiVersion, metadata] = ['rbac.authorization.k8s.io/v1', { name: '$NAMESPACE-widgets' }];
  const group = 'rbac.authorization.k8s.io';
  const rule = { apiGroups: ['$NAMESPACE.example.org'], resources: ['widgets'], verbs: ['list'] };
  return [
    { apiVersion, kind: 'ClusterRole', metadata, rules: [rule] },
    {
      apiVersion,
      kind: 'ClusterRoleBinding',
      metadata,
      roleRef: { apiGroup: group, kind: 'ClusterRole', name: metadata.name },
      subjects: [{ apiGroup: group, kind: 'User', name: 'fairlead' }],
    },
  ];
}
