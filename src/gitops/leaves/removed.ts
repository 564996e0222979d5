import { Failure } from '../../failure.ts';
import { inventoryId, type Leaf, type LeafObject } from '../../fleet/coverage/identity.ts';
import type { GitRepository } from '../../git/repository.ts';
import type { Provenance } from '../../render/layout/provenance.ts';
import { readableProvenance } from '../gitops-branch.ts';
import { leavesAt } from './leaves.ts';

/** What an environment's branch had before a commit, and has no more. */
export interface Removed {
  /** The groups whose last leaf went: what Flux applied for them must go. */
  readonly removedGroups: readonly string[];
  /** Group → the objects that no leaf of it contains any more, without those that Flux must not delete. */
  readonly removedObjects: ReadonlyMap<string, readonly LeafObject[]>;
}

/** What the branch has now. */
interface Present {
  readonly provenance: Provenance;
  readonly leaves: ReadonlyMap<string, readonly Leaf[]>;
}

const nothing: Removed = { removedGroups: [], removedObjects: new Map() };

/** Compares what the branch has now with what it had before this commit. Where that cannot be read, nothing was removed. */
export async function removedSince(repository: GitRepository, commit: string, now: Present): Promise<Removed> {
  const [parent] = (await repository.commit(commit)).parents;
  if (parent === undefined || !(await repository.ensureCommit(parent))) return nothing;
  const before = await readableProvenance(repository, parent);
  if (before === undefined) return nothing;
  const leaves = await readableLeaves(repository, parent, before);
  const removed = [...leaves].map(([group, each]) => [group, objectsGone(each, now.leaves.get(group) ?? [])] as const);
  return {
    removedGroups: [...before.groups.keys()].filter((group) => !now.provenance.groups.has(group)),
    removedObjects: new Map(removed.filter(([, objects]) => objects.length > 0)),
  };
}

async function readableLeaves(
  repository: GitRepository,
  commit: string,
  { groups }: Provenance,
): Promise<ReadonlyMap<string, readonly Leaf[]>> {
  try {
    return (await leavesAt(repository, commit, groups)).leaves;
  } catch (error) {
    if (error instanceof Failure && !error.retryable) return new Map();
    throw error;
  }
}

/** Answers the objects of leaves that no leaf contains any more, without those that Flux must not delete. */
export function objectsGone(before: readonly Leaf[], now: readonly Leaf[]): readonly LeafObject[] {
  const kept = new Set(now.flatMap(({ objects }) => objects).map(inventoryId));
  return before
    .flatMap(({ objects }) => objects)
    .filter((object) => !object.unpruned && !kept.has(inventoryId(object)));
}
