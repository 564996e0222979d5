import type { ClusterExpectation } from '../types.ts';
import type { Appliers } from './coverage.ts';

/** What is compared at a look at most: each Kustomization with each object, at some million in a second. */
const most = 10_000_000;

/**
 * Says that a cluster has more Kustomizations than can be compared with the objects of its group, in a sentence; undefined: it has not.
 * Whoever may write to one cluster must not keep others from being looked at.
 */
export function beyondComparison(
  { kustomizations, others = [] }: Appliers,
  { leaves, coverage }: Pick<ClusterExpectation, 'leaves' | 'coverage'>,
): string | undefined {
  if (coverage === 'path') return undefined;
  const appliers = kustomizations.length + others.length;
  const objects = leaves.reduce((sum, leaf) => sum + leaf.objects.length, 0);
  if (appliers * objects <= most) return undefined;
  return `It has ${appliers} Kustomizations, and its group ${objects} objects: more than can be compared. Have fewer of them, or set \`coverage: path\` in the Environment file.`;
}
