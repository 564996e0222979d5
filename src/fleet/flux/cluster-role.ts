import { clusterResources, type Resource, type Verb } from './resources.ts';

type ListedResource = Resource & {
  readonly verbs: Readonly<Partial<Record<Verb, true>>>;
  readonly whereNamed?: true;
};

/**
 * The kinds of objects that commits usually have, by API group. Secrets are never read; a kind that is not here is read
 * where a rule for it is added.
 */
const usualKinds: Readonly<Record<string, readonly string[]>> = {
  '""': ['configmaps', 'namespaces', 'persistentvolumeclaims', 'pods', 'serviceaccounts', 'services'],
  'apiextensions.k8s.io': ['customresourcedefinitions'],
  apps: ['daemonsets', 'deployments', 'replicasets', 'statefulsets'],
  autoscaling: ['horizontalpodautoscalers'],
  batch: ['cronjobs', 'jobs'],
  'networking.k8s.io': ['ingresses', 'networkpolicies'],
  policy: ['poddisruptionbudgets'],
  'rbac.authorization.k8s.io': ['clusterrolebindings', 'clusterroles', 'rolebindings', 'roles'],
};

/** Writes the ClusterRole that allows what Fairlead does on a cluster and nothing else, as docs/fleet.md shows it. */
export function clusterRole(): string {
  const resources: readonly ListedResource[] = Object.values(clusterResources);
  const rulesOf = (verb: Verb, where: (resource: ListedResource) => boolean = () => true) =>
    resources
      .filter((resource) => resource.verbs[verb] && where(resource))
      .map(({ group, plural }) => `  - apiGroups: [${group}]\n    resources: [${plural}]\n    verbs: [${verb}]\n`);
  const isNamed = ({ whereNamed }: ListedResource) => whereNamed === true;
  const parts = [
    `  # Needed: to see what Flux has applied.\n${rulesOf('list', (each) => !isNamed(each)).join('')}`,
    `  # Needed where the branch has HelmReleases, or an OCIRepository holds it.\n${rulesOf('list', isNamed).join('')}`,
    `  # Recommended: to ask Flux to fetch after a merge, and to look again at the end of a soak.\n${rulesOf('patch').join('')}`,
  ];
  const objects = Object.entries(usualKinds).map(
    ([group, plurals]) => `  - apiGroups: [${group}]\n    resources: [${plurals.join(', ')}]\n    verbs: [list]\n`,
  );
  return `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: fairlead
rules:
${parts.join('')}  # Needed where coverage is strict: to see that what a commit removed is gone, and what it has is there.
${objects.join('')}`;
}
