import type { ObjectId } from '../../render/types.ts';

/** What a group has after a render, and what the render changes there; objects by `objectKey`. */
export interface GroupObjects {
  readonly after: ReadonlySet<string>;
  readonly added: ReadonlySet<string>;
  readonly removed: ReadonlyMap<string, ObjectId>;
}

/** Clusters that apply the same groups. */
export interface SharedClusters {
  readonly groups: readonly string[];
  readonly count: number;
}

/** What goes from clusters, counted on each. */
export interface SharedRemovals {
  readonly removed: number;
  readonly before: number;
  /** What goes from one of them at least. */
  readonly gone: readonly ObjectId[];
}

/** The groups that have an object before and after a render. */
interface Holders {
  readonly before: string[];
  readonly after: string[];
  id?: ObjectId;
}

/**
 * Counts what goes from clusters that apply several groups: what none of the groups of a cluster has any more. It is counted object
 * by object and not cluster by cluster, because thousands of clusters may share a group of thousands of objects.
 */
export function sharedRemovals(
  clusters: readonly SharedClusters[],
  objectsOf: (group: string) => GroupObjects,
): SharedRemovals {
  const clustersWith = createClusterCount(clusters);
  let [removed, before] = [0, 0];
  const gone: ObjectId[] = [];
  for (const holders of objectHolders(clusters, objectsOf)) {
    before += clustersWith(holders.before);
    if (holders.id === undefined) continue;
    const without = clustersWith([...new Set([...holders.before, ...holders.after])]) - clustersWith(holders.after);
    removed += without;
    if (without > 0) gone.push(holders.id);
  }
  return { removed, before, gone };
}

function objectHolders(
  clusters: readonly SharedClusters[],
  objectsOf: (group: string) => GroupObjects,
): Iterable<Holders> {
  const holders = new Map<string, Holders>();
  const holdersOf = (key: string) => {
    const known = holders.get(key) ?? { before: [], after: [] };
    holders.set(key, known);
    return known;
  };
  for (const group of new Set(clusters.flatMap(({ groups }) => groups))) {
    const { after, added, removed } = objectsOf(group);
    for (const key of after) {
      const { after: has, before: had } = holdersOf(key);
      has.push(group);
      if (!added.has(key)) had.push(group);
    }
    for (const [key, id] of removed) {
      const known = holdersOf(key);
      known.before.push(group);
      known.id = id;
    }
  }
  return holders.values();
}

/** Makes a function that counts the clusters that apply one of some groups. */
function createClusterCount(clusters: readonly SharedClusters[]): (groups: readonly string[]) => number {
  const applying = new Map<string, number[]>();
  for (const [index, { groups }] of clusters.entries())
    for (const group of groups) {
      const known = applying.get(group);
      if (known === undefined) applying.set(group, [index]);
      else known.push(index);
    }
  const counted = new Map<string, number>();
  const seen = new Uint32Array(clusters.length);
  let look = 0;
  return (groups) => {
    const key = groups.join('\n');
    const known = counted.get(key);
    if (known !== undefined) return known;
    look += 1;
    let count = 0;
    for (const group of groups)
      for (const index of applying.get(group) ?? []) {
        if (seen[index] === look) continue;
        seen[index] = look;
        count += clusters[index]?.count ?? 0;
      }
    counted.set(key, count);
    return count;
  };
}
