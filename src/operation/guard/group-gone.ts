import { Failure } from '../../failure.ts';
import type { Environment } from '../../platform/types.ts';
import type { OperationKind } from '../kind.ts';
import type { GuardedRemovals } from './removals.ts';

/** The most clusters that a failure names. */
const mostClusters = 5;

/**
 * Answers why a render is refused whatever is approved: the folder of a group goes of which clusters are listed. Flux there would find
 * its path no more, keep what it has applied, and never be healthy, so that nobody can mean it. A rollback goes back to
 * what was, and is not refused; undefined: neither is this one.
 */
export function groupGone(
  removals: GuardedRemovals | undefined,
  { name, clusters }: Pick<Environment, 'name' | 'clusters'>,
  operation: OperationKind,
): Failure | undefined {
  const lost = removals?.groups.find(({ keeps }) => keeps);
  if (lost === undefined || operation === 'rollback') return undefined;
  const { group, clusters: count } = lost;
  const names = clusters.flatMap((cluster) => (cluster.group === group ? [cluster.name] : [])).slice(0, mostClusters);
  const more = count > names.length ? ` and ${count - names.length} more` : '';
  return new Failure(
    'InvalidConfig',
    `The last leaf of the group ${group} goes from ${name}, of which clusters are listed: ${names.join(', ')}${more}. Flux there would not find its path any more, ` +
      'would keep what runs there, and never be healthy again. To have it removed, put ' +
      `${group}/kustomization.yaml with "resources: []" on the config branch ${name} until it is gone. To leave it as it is, take ` +
      'these clusters off "clusters" in the same commit. Or assign a leaf to the group again. Then retry.',
  );
}
