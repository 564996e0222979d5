import { setImmediate } from 'node:timers/promises';
import type { Git } from '../process/commands.ts';
import type { Sha } from '../repository.ts';
import { fetchMissing } from './fetch.ts';
import { mostParents } from './read.ts';

/** After so many parents, some ten milliseconds, others get their turn: a commit may name one parent a hundred thousand times. */
const parentsInOneGo = 20_000;

/** Answers as `GitRepository.ancestorsAmong` promises, with three processes, however many commits there are. */
export async function ancestorsAmong(git: Git, commits: readonly Sha[]): Promise<ReadonlyMap<Sha, ReadonlySet<Sha>>> {
  const missing = new Set(await fetchMissing(git, commits));
  const there = [...new Set(commits)].filter((sha) => !missing.has(sha));
  const behind = there.length < 2 ? new Map<Sha, bigint>() : await markAncestors(git, there);
  return new Map(
    commits.map((sha) => {
      const marks = behind.get(sha) ?? 0n;
      return [sha, new Set(there.filter((_, index) => (marks >> BigInt(index)) & 1n))];
    }),
  );
}

/**
 * Marks, for each commit, which of these it descends from, a bit for each. Walks, parents first, what lies above their
 * common ancestor.
 */
async function markAncestors(git: Git, commits: readonly Sha[]): Promise<ReadonlyMap<Sha, bigint>> {
  const common = await git.plumb(['merge-base', '--octopus', ...commits], '', [0, 1]);
  const base = common.stdout.toString('utf8').trim();
  const without = base === '' ? [] : [`^${base}`];
  const listed = await git.text(['rev-list', '--topo-order', '--reverse', '--parents', ...commits, ...without]);
  const own = new Map(commits.map((sha, index) => [sha, 1n << BigInt(index)]));
  const behind = new Map<Sha, bigint>();
  let looked = 0;
  for (const line of linesOf(listed)) {
    const [sha = '', ...parents] = line.split(' ', mostParents + 1);
    let marks = 0n;
    for (const parent of new Set(parents)) marks |= (behind.get(parent) ?? 0n) | (own.get(parent) ?? 0n);
    behind.set(sha, marks);
    looked += parents.length + 1;
    if (looked < parentsInOneGo) continue;
    looked = 0;
    await setImmediate();
  }
  return behind;
}

/** Answers the lines of a text, one after the other: there may be millions. */
function* linesOf(text: string): Iterable<string> {
  for (let at = 0; at < text.length; ) {
    const found = text.indexOf('\n', at);
    const end = found < 0 ? text.length : found;
    yield text.slice(at, end);
    at = end + 1;
  }
}
