import type { ClusterExpectation, KustomizationEvidence } from '../types.ts';
import type { Appliers } from './coverage.ts';
import { beyondReach } from './reach.ts';

/** What is compared at a look at most: each Kustomization with each object or leaf, at some million in a second. */
const most = 10_000_000;

/**
 * Says that a cluster has more Kustomizations than can be compared with what its group has, in a sentence; undefined: it has not.
 * Whoever may write to one cluster must not keep others from being looked at.
 */
export function beyondComparison(
  { kustomizations, others = [] }: Appliers,
  { leaves, coverage }: Pick<ClusterExpectation, 'leaves' | 'coverage'>,
): string | undefined {
  const appliers = kustomizations.length + others.length;
  const objects = leaves.reduce((sum, leaf) => sum + leaf.objects.length, 0);
  const many = `It has ${appliers} Kustomizations, and its group`;
  if (appliers * leaves.length > most)
    return `${many} ${leaves.length} leaves: more than can be compared. Have fewer of them.`;
  if (coverage === 'path' || appliers * objects <= most) return undefined;
  return `${many} ${objects} objects: more than can be compared. Have fewer of them, or set \`coverage: path\` in the Environment file.`;
}

/** Says that what Kustomizations apply leads too far through the branch to be followed, in a sentence; undefined: it does not. */
export function beyondFollowing(
  kustomizations: readonly KustomizationEvidence[],
  { reach }: Pick<ClusterExpectation, 'reach'>,
): string | undefined {
  const far = kustomizations.find(({ remote, path }) => !remote && reach(path) === beyondReach);
  if (far === undefined) return undefined;
  return `What the paths of its Kustomizations list in the branch is more than can be followed, as for ${far.namespace}/${far.name}: let kustomizations of people list less.`;
}
