import { Failure } from '../../failure.ts';
import { inventoryId, type Leaf, type LeafObject } from '../../fleet/coverage/identity.ts';
import type { GitRepository } from '../../git/repository.ts';
import { limits } from '../../platform/limits.ts';
import type { Provenance } from '../../render/layout/provenance.ts';
import { type EarlierCommit, earlierCommitsOf } from './earlier-commits.ts';
import { leavesInTurn } from './leaves-in-turn.ts';

/** What an environment's branch has now, and had before. */
export interface BranchChange {
  readonly leaves: ReadonlyMap<string, readonly Leaf[]>;
  readonly earlier: readonly EarlierCommit[];
  /** How many objects that are gone are kept. Default: as many as an environment may have. */
  readonly most?: number;
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

/** What an earlier commit had that the branch has no more: group → objects by id. */
type ObjectsGone = ReadonlyMap<string, ReadonlyMap<string, LeafObject>>;

/**
 * Finds what was removed from a branch, cluster by cluster, without what Flux must not delete. An earlier commit whose
 * manifests cannot be read removes nothing. Each commit is read once, when the first cluster needs it, and one after the
 * other: each may have as much as an environment may. Of all that is gone a bounded number is kept; older commits are then not read.
 */
export function removedFrom(
  repository: GitRepository,
  { leaves, earlier, most = limits.environmentObjects }: BranchChange,
): RemovedObjects {
  let left: number = most;
  const keptIn = createKept(leaves);
  const readGone = async (each: EarlierCommit): Promise<ObjectsGone> => {
    const gone = new Map<string, ReadonlyMap<string, LeafObject>>();
    if (left <= 0) return gone;
    for (const [group, before] of await readableLeaves(repository, each)) {
      const ofGroup = goneOf(before, keptIn(group));
      left -= ofGroup.size;
      gone.set(group, ofGroup);
    }
    return gone;
  };
  const read = new Map<EarlierCommit, Promise<ObjectsGone>>();
  let last: Promise<unknown> = Promise.resolve();
  const readOnce = (each: EarlierCommit) =>
    remember(read, each, () => {
      const next = last.then(() => readGone(each));
      last = next;
      return next;
    });
  const found = new Map<string, Promise<readonly LeafObject[]>>();
  return ({ name, group }) => {
    const commits = earlierCommitsOf(name, earlier);
    return remember(found, `${commits.length} ${group}`, async () => {
      const all = await Promise.all(commits.map(readOnce));
      return newestOfEach(all.map((gone) => gone.get(group) ?? new Map()));
    });
  };
}

/** Makes a function that answers the ids of what a group has now. */
function createKept(leaves: BranchChange['leaves']): (group: string) => ReadonlySet<string> {
  const known = new Map<string, ReadonlySet<string>>();
  return (group) => remember(known, group, () => idsOf(leaves.get(group) ?? []));
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
    return (await leavesInTurn(repository, { commit, groups })).leaves;
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
  const kept = idsOf(now);
  return newestOfEach(before.map((leaves) => goneOf(leaves, kept)));
}

function idsOf(leaves: readonly Leaf[]): ReadonlySet<string> {
  return new Set(leaves.flatMap(({ objects }) => objects.map(inventoryId)));
}

function goneOf(before: readonly Leaf[], kept: ReadonlySet<string>): ReadonlyMap<string, LeafObject> {
  const gone = new Map<string, LeafObject>();
  for (const { objects } of before)
    for (const object of objects) {
      const id = inventoryId(object);
      if (!kept.has(id) && !gone.has(id)) gone.set(id, object);
    }
  return gone;
}

function newestOfEach(all: readonly ReadonlyMap<string, LeafObject>[]): readonly LeafObject[] {
  const newest = new Map<string, LeafObject>();
  for (const gone of all) for (const [id, object] of gone) if (!newest.has(id)) newest.set(id, object);
  return [...newest.values()].filter(({ unpruned }) => !unpruned);
}
