import { clusterResources, type Resource, type Verb } from './resources.ts';

/** What each verb is for, as it stands in the ClusterRole. */
const reasons: Readonly<Record<Verb, string>> = {
  list: 'Needed: to see what Flux has applied.',
  patch: 'Recommended: to ask Flux to fetch after a merge, and to look again at the end of a soak.',
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
  return `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: fairlead
rules:
${parts.join('')}`;
}
