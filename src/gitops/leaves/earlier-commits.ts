import type { GitRepository } from '../../git/repository.ts';
import type { RecordedEntry } from '../../record/entry.ts';
import { healthyEntries } from '../../record/queries.ts';
import type { Provenance } from '../../render/layout/provenance.ts';
import { readableProvenance } from '../gitops-branch.ts';
import { sameRevision } from '../same-render.ts';

/** A commit that an environment's branch had before, and that Flux may have applied. */
export interface EarlierCommit {
  readonly commit: string;
  readonly groups: Provenance['groups'];
  /** Answers whether a cluster was recorded healthy at this commit before, so that nothing older is left on it. */
  readonly wasHealthy: (cluster: string) => boolean;
}

/** From where, and how far, to look back. */
export interface BranchPast {
  readonly head: string;
  /** The commit whose health is awaited: its parent counts whatever the record says. */
  readonly awaited: string;
  /** The record of the environment, newest first. */
  readonly entries: readonly RecordedEntry[];
}

/** An environment that was never healthy is compared with so many commits of its branch. */
export const mostEarlierCommits = 20;

/**
 * Lists what the branch had before its head, newest first, back to the latest commit that was recorded healthy on every
 * cluster: what one of them had, and the head has not, Flux may have failed to delete. A commit whose provenance cannot
 * be read is passed over. An entry of the record counts only where it names the pair of its commit.
 */
export async function earlierCommits(
  repository: GitRepository,
  { head, awaited, entries }: BranchPast,
): Promise<readonly EarlierCommit[]> {
  const healthy = healthyEntries(entries);
  const found: EarlierCommit[] = [];
  let at = head;
  let isBeforeAwaited = false;
  for (let looked = 0; looked < mostEarlierCommits; looked += 1) {
    isBeforeAwaited ||= at === awaited;
    const [parent] = (await repository.commit(at)).parents;
    if (parent === undefined || !(await repository.ensureCommit(parent))) break;
    at = parent;
    const provenance = await readableProvenance(repository, parent);
    if (provenance === undefined) continue;
    const evidence = isBeforeAwaited ? healthy : [];
    const leftOut = evidence
      .filter((entry) => entry.commit === parent && sameRevision(entry, provenance.revision))
      .map((entry) => entry.leftOut ?? []);
    const everLeftOut = inAll(leftOut);
    const wasHealthy = (cluster: string) => leftOut.length > 0 && !everLeftOut.has(cluster);
    found.push({ commit: parent, groups: provenance.groups, wasHealthy });
    if (leftOut.some((names) => names.length === 0)) break;
  }
  return found;
}

/** Answers the names that all lists have: there may be thousands of both, and each cluster asks. */
function inAll(lists: readonly (readonly string[])[]): ReadonlySet<string> {
  const [first = [], ...rest] = lists;
  let found = new Set(first);
  for (const names of rest) found = new Set(names.filter((name) => found.has(name)));
  return found;
}

/** Answers the commits that a cluster may have objects of: back to the latest at which it was healthy itself. */
export function earlierCommitsOf(cluster: string, all: readonly EarlierCommit[]): readonly EarlierCommit[] {
  const last = all.findIndex(({ wasHealthy }) => wasHealthy(cluster));
  return last < 0 ? all : all.slice(0, last + 1);
}
