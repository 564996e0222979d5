import { Failure } from '../../failure.ts';
import { inventoryId, type Leaf, type LeafObject } from '../../fleet/coverage/identity.ts';
import type { GitRepository } from '../../git/repository.ts';
import type { Provenance } from '../../render/layout/provenance.ts';
import { type EarlierCommit, earlierCommitsOf } from './earlier-commits.ts';
import { leavesAt } from './leaves.ts';

/** What an environment's branch has now, and had before. */
export interface BranchChange {
  readonly leaves: ReadonlyMap<string, readonly Leaf[]>;
  readonly earlier: readonly EarlierCommit[];
}

/** Lists the groups that an earlier commit had and the branch has no more, and those that it has emptied. */
export function groupsGone(
  earlier: readonly Pick<EarlierCommit, 'groups'>[],
  now: Pick<Provenance, 'groups'>,
): readonly string[] {
  const known = new Set([...earlier.flatMap(({ groups }) => [...groups.keys()]), ...now.groups.keys()]);
  return [...known].filter((group) => (now.groups.get(group) ?? []).length === 0).sort();
}

/** Answers the objects that a cluster may have been given by an earlier commit, and that its group has no more. */
export type RemovedObjects = (cluster: {
  readonly name: string;
  readonly group: string;
}) => Promise<readonly LeafObject[]>;

/**
 * Finds what was removed from a branch, cluster by cluster, without what Flux must not delete. An earlier commit whose
 * manifests cannot be read removes nothing. Each commit is read once, when the first cluster needs it.
 */
export function removedFrom(repository: GitRepository, { leaves, earlier }: BranchChange): RemovedObjects {
  const read = new Map<EarlierCommit, Promise<BranchChange['leaves']>>();
  const readOnce = (each: EarlierCommit) => remember(read, each, () => readableLeaves(repository, each));
  const gone = new Map<string, Promise<readonly LeafObject[]>>();
  return ({ name, group }) => {
    const commits = earlierCommitsOf(name, earlier);
    return remember(gone, `${commits.length} ${group}`, async () => {
      const before = await Promise.all(commits.map(readOnce));
      return objectsGone(
        before.map((each) => each.get(group) ?? []),
        leaves.get(group) ?? [],
      );
    });
  };
}

function remember<Key, Value>(known: Map<Key, Value>, key: Key, workOut: () => Value): Value {
  const before = known.get(key);
  if (before !== undefined) return before;
  const value = workOut();
  known.set(key, value);
  return value;
}

async function readableLeaves(
  repository: GitRepository,
  { commit, groups }: EarlierCommit,
): Promise<BranchChange['leaves']> {
  try {
    return (await leavesAt(repository, commit, groups)).leaves;
  } catch (error) {
    if (error instanceof Failure && !error.retryable) return new Map();
    throw error;
  }
}

/**
 * Answers the objects of earlier commits, newest first, that no leaf contains any more, each once. Whether Flux may
 * delete an object is what the newest commit that had it says.
 */
export function objectsGone(before: readonly (readonly Leaf[])[], now: readonly Leaf[]): readonly LeafObject[] {
  const kept = new Set(now.flatMap(({ objects }) => objects).map(inventoryId));
  const gone = new Map<string, LeafObject>();
  for (const object of before.flat().flatMap(({ objects }) => objects)) {
    const id = inventoryId(object);
    if (!kept.has(id) && !gone.has(id)) gone.set(id, object);
  }
  return [...gone.values()].filter(({ unpruned }) => !unpruned);
}
