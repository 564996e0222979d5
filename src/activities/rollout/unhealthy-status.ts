import type { NamedVerdict } from '../../fleet/summary.ts';
import { countGroups } from '../../operation/accept.ts';
import { type FleetStatus, fleetStatusLimit } from '../../operation/status.ts';
import type { Cluster } from '../../platform/types.ts';

/** The verdict on a cluster of an environment. */
interface ClusterWithVerdict extends NamedVerdict {
  readonly cluster: Cluster;
}

/** Lists the clusters that are not healthy, as many as a status has room for, and counts all of them by group. */
export function unhealthyStatus(others: readonly ClusterWithVerdict[]): Pick<FleetStatus, 'others' | 'groups'> {
  const grouped = others.map(({ name, state, awaited, cluster: { group } }) => ({ name, state, awaited, group }));
  return { others: grouped.slice(0, fleetStatusLimit), groups: countGroups(grouped) };
}
