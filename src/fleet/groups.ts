import type { Cluster, Environment } from '../platform/types.ts';
import { remedies } from '../text/remedies.ts';

type FleetPolicy = Pick<Environment, 'name' | 'clusters' | 'clustersWaived' | 'withoutClusters'>;

/** What is wrong with an environment's groups. */
export interface FleetCheck {
  /** Sentences. Nothing of this environment can be green until these are mended. */
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

/** Answers the rendered groups that no cluster shows the health of, and that the Environment does not waive. */
export function groupsWithoutCluster(rendered: readonly string[], policy: FleetPolicy): readonly string[] {
  if (policy.clustersWaived) return [];
  const known = new Set([...policy.clusters.map((cluster) => cluster.group), ...policy.withoutClusters]);
  return rendered.filter((group) => !known.has(group));
}

/** Answers the clusters whose group is not rendered (yet), so that nothing is expected of them. */
export function clustersWithoutGroup(rendered: readonly string[], policy: FleetPolicy): readonly Cluster[] {
  const known = new Set(rendered);
  return policy.clusters.filter((cluster) => !known.has(cluster.group));
}

/**
 * Checks the groups by docs/design.md "Green": no clusters at all, or a rendered group without one, is an error; a
 * cluster of a group that is not rendered is a warning. `removed`: groups that the last merge took out.
 */
export function checkGroups(
  rendered: readonly string[],
  policy: FleetPolicy,
  removed: readonly string[] = [],
): FleetCheck {
  const errors: string[] = [];
  if (policy.clusters.length === 0 && !policy.clustersWaived) {
    errors.push(
      `Environment ${policy.name} lists no clusters: list them under "clusters", or write "clusters: none" to verify nothing.`,
    );
  } else {
    for (const group of groupsWithoutCluster(rendered, policy)) {
      errors.push(
        `Environment ${policy.name} has no cluster in the rendered group ${group}: ${remedies.listClusters}.`,
      );
    }
  }
  const withoutGroup = clustersWithoutGroup(rendered, policy);
  const gone = new Set(removed);
  const warnings = withoutGroup.map(({ name, group }) =>
    gone.has(group)
      ? `Cluster ${name} is in the group ${group}, from which the last leaf was taken out: Flux must get there once more.`
      : `Cluster ${name} is in the group ${group}, for which nothing is rendered yet.`,
  );
  return { errors, warnings };
}
