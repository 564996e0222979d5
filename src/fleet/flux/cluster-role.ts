import { clusterResources, type Resource, type Verb } from './resources.ts';

/** What each verb is for, as it stands in the ClusterRole. */
const reasons: Readonly<Record<Verb, string>> = {
  list: 'Needed: to see what Flux has applied.',
  patch: 'Recommended: to ask Flux to fetch after a merge, and to look again at the end of a soak.',
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
  const resources: readonly (Resource & { readonly verbs: Readonly<Partial<Record<Verb, true>>> })[] =
    Object.values(clusterResources);
  const rulesOf = (verb: Verb) =>
    resources
      .filter(({ verbs }) => verbs[verb])
      .map(({ group, plural }) => `  - apiGroups: [${group}]\n    resources: [${plural}]\n    verbs: [${verb}]\n`);
  const parts = (Object.keys(reasons) as readonly Verb[]).map(
    (verb) => `  # ${reasons[verb]}\n${rulesOf(verb).join('')}`,
  );
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
