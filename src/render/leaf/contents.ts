import { limits } from '../../platform/limits.ts';
import type { PlannedLeaf } from './plan.ts';

/** Reads contents of git by their ids. */
export type ReadContents = (oids: Iterable<string>) => Promise<ReadonlyMap<string, Buffer>>;

/** How much is read at once: few reads for many small leaves, and not all of a large environment. */
const bytesAtOnce = 8 * 1024 * 1024;

/**
 * Reads the files of leaves whose plans have them not, with those of the leaves that stand next to them. What nobody
 * asks for, because its output is known, is read with its neighbours or not at all.
 */
export function contentsOfLeaves(
  plans: readonly PlannedLeaf[],
  read: ReadContents,
): (plan: PlannedLeaf) => Promise<ReadonlyMap<string, Buffer>> {
  let groups: ReadonlyMap<PlannedLeaf, ReadonlySet<string>> | undefined;
  const reads = new Map<ReadonlySet<string>, ReturnType<ReadContents>>();
  return async (plan) => {
    groups ??= neighbours(plans);
    const wanted = groups.get(plan) ?? new Set();
    const contents = reads.get(wanted) ?? read(wanted);
    reads.set(wanted, contents);
    return contents;
  };
}

/** Puts the ids of what leaves have not into groups that are read at once. */
function neighbours(plans: readonly PlannedLeaf[]): ReadonlyMap<PlannedLeaf, ReadonlySet<string>> {
  const groups = new Map<PlannedLeaf, Set<string>>();
  let group = new Set<string>();
  let bytes = 0;
  for (const plan of plans) {
    if (bytes > bytesAtOnce) [group, bytes] = [new Set(), 0];
    groups.set(plan, group);
    for (const file of plan.files.values()) {
      if (typeof file === 'string' || file.content !== undefined || group.has(file.oid)) continue;
      // Such a leaf fails before it is read.
      if (file.size > limits.fileBytes) continue;
      group.add(file.oid);
      bytes += file.size;
    }
  }
  return groups;
}
