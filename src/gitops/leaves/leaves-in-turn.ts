import { LRUCache } from 'lru-cache';
import type { AtEnd } from '../../async/with-ends.ts';
import type { GitRepository } from '../../git/repository.ts';
import { createFairTurns } from '../../processes/fair-turns.ts';
import { type BranchLeaves, leavesAt } from './leaves.ts';

/** From so many bytes on, the files of a commit are read in turns. */
const largeBytes = 8 * 1024 * 1024;
/** How many large commits this process reads at once: each may take some hundred megabytes. */
const largeAtOnce = 2;
/** From so many objects on, what was read takes much memory for as long as somebody has it: 130 bytes each. */
const defaultManyObjects = 50_000;
/** How many of those that look for a while may have so many at once. */
const looksAtOnce = 2;

/** A commit, and its groups with their categories, as its provenance says. */
interface CommitOfGroups {
  readonly commit: string;
  readonly groups: ReadonlyMap<string, readonly string[]>;
}

/** Who has what was read for as long as a look at clusters takes. */
export interface LongLook {
  /** Has something done when the look has ended. */
  readonly atEnd: AtEnd;
  readonly signal: AbortSignal | undefined;
}

/** Reads the leaves of a commit, as `leavesAt` does, for whoever looks for a while or not. Throws the reason of the look's signal. */
export type ReadLeaves = (repository: GitRepository, commit: CommitOfGroups, long?: LongLook) => Promise<BranchLeaves>;

/**
 * Makes a reader for all environments of this process, of which dozens may be looked at at once. Large commits are read in turns, in which
 * each GitOps repository has its share. One with very many objects is had by whoever looks for a while in turns, too, until the look ends.
 */
export function createLeavesReader(manyObjects: number = defaultManyObjects): ReadLeaves {
  const reads = createFairTurns(largeAtOnce);
  const looks = createFairTurns(looksAtOnce);
  /** The commits with very many objects, as far as they were read lately. */
  const withMany = new LRUCache<string, true>({ max: 1_000 });
  return async (repository, { commit, groups }, long) => {
    const read = () => leavesAt(repository, commit, groups);
    if ((await sizeOf(repository, commit)) < largeBytes) return read();
    const readInTurn = () => reads.run(repository.url, read);
    if (long === undefined) return readInTurn();
    const name = `${repository.url} ${commit}`;
    const few = withMany.has(name) ? undefined : await unlessMany(readInTurn, manyObjects);
    if (few) return few;
    withMany.set(name, true);
    long.atEnd(await looks.take(repository.url, long.signal));
    return readInTurn();
  };
}

/** The reader of this process. */
export const leavesInTurn: ReadLeaves = createLeavesReader();

/** Forgets what has very many objects: whoever waits for a place must not have them. */
async function unlessMany(read: () => Promise<BranchLeaves>, many: number): Promise<BranchLeaves | undefined> {
  const found = await read();
  let count = 0;
  for (const leaves of found.leaves.values()) for (const { objects } of leaves) count += objects.length;
  return count < many ? found : undefined;
}

async function sizeOf(repository: GitRepository, commit: string): Promise<number> {
  return [...(await repository.listFiles(commit)).values()].reduce((sum, { size }) => sum + size, 0);
}
