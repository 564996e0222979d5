import type { GitRepository } from '../../git/repository.ts';
import { createFairTurns } from '../../processes/fair-turns.ts';
import { type BranchLeaves, leavesAt } from './leaves.ts';

/** From so many bytes on, the files of a commit are read in turns. */
const largeBytes = 8 * 1024 * 1024;
/** How many large commits this process reads at once: each may take some hundred megabytes. */
const largeAtOnce = 2;

const turns = createFairTurns(largeAtOnce);

/**
 * Reads the leaves of a commit, as `leavesAt` does. Dozens of environments may be looked at at once: large ones take turns, in which
 * each GitOps repository has its share.
 */
export async function leavesInTurn(...asked: Parameters<typeof leavesAt>): Promise<BranchLeaves> {
  const [repository, commit] = asked;
  const read = () => leavesAt(...asked);
  return (await sizeOf(repository, commit)) < largeBytes ? read() : turns.run(repository.url, read);
}

async function sizeOf(repository: GitRepository, commit: string): Promise<number> {
  return [...(await repository.listFiles(commit)).values()].reduce((sum, { size }) => sum + size, 0);
}
