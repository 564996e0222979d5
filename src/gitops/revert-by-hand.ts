import type { PollIntervals } from '../dependencies.ts';
import { Failure } from '../failure.ts';
import type { CommitInfo, GitRepository } from '../git/repository.ts';
import type { Revert } from '../lane/types.ts';
import { type DeploymentEntry, deployments } from '../record/queries.ts';
import { shortSha } from '../short-names.ts';
import { isAtOrBehind, isOnMain } from './ancestry.ts';
import type { EnvironmentPlace } from './deployed.ts';
import { type DeployedDependencies, type EnvironmentNow, wasDeployed } from './deployed-now.ts';
import { personOf } from './foreign-author.ts';
import { readableRevision } from './gitops-branch.ts';

/** The most main commits of the record that are looked at, newest first, until one is true. */
const mostEntries = 20;
/** The most commits since the branch was moved back that are followed to whoever did it. */
const mostCommitsBack = 500;
/** A forge may show its branches a little later than it says that a request is merged. */
const settlingMs = 10_000;
/** An entry's time is the Temporal server's. One that is further ahead was forged, and is not waited for. */
const mostSkewMs = 300_000;

/** The parts by which a revert is found, with how long git may be behind the forge. */
type RevertDependencies = DeployedDependencies & { readonly intervals?: Pick<PollIntervals, 'commitPatienceMs'> };

/** The facts from which a revert by hand is found. */
export interface RevertQuestion {
  readonly now: EnvironmentNow;
  /** The commits of reverts for which the lane was held before. */
  readonly seenReverts: readonly string[];
}

/**
 * Finds a revert by hand: the main commit that, by the record, was last promoted or rolled back to here is newer than
 * the deployed one. Undefined: nobody moved the branch back, or the lane was held for it before. Throws `Failure`
 * Unavailable where the forge does not show yet what was recorded just now.
 */
export async function revertByHand(
  dependencies: RevertDependencies,
  where: EnvironmentPlace,
  { now, seenReverts }: RevertQuestion,
): Promise<Revert | undefined> {
  if (!now.deployed) return undefined;
  const source = dependencies.repositories.open(where.source);
  const to = now.deployed.revision.main;
  for (const entry of newestMains(now)) {
    if (entry.main === to) return undefined;
    if (!(await isOnMain(source, entry.main))) continue;
    if ((await wasDeployed(dependencies, where, { now, entry })) === false) continue;
    if (!(await isAtOrBehind(source, to, entry.main))) return undefined;
    const { commitPatienceMs: lagMs } = dependencies.intervals ?? {};
    const moved = await findMoveBack(now, { entry, lagMs }, now.deployed.provenance.revision.main);
    return !moved || seenReverts.includes(moved.commit) ? undefined : { ...moved, from: entry.main, to };
  }
  return undefined;
}

/**
 * Lists the newest entry of each main commit. A config change only repeats the one that it found, and would hide a
 * revert.
 */
function newestMains({ entries }: EnvironmentNow): readonly DeploymentEntry[] {
  const mains = new Map<string, DeploymentEntry>();
  for (const entry of deployments(entries))
    if (entry.operation !== 'config change' && !mains.has(entry.main)) mains.set(entry.main, entry);
  return [...mains.values()].slice(0, mostEntries);
}

/**
 * Answers the commit that moved the branch back, and who made it; undefined where none did. Where the recorded commit
 * is not on the branch any more, a forced push removed it: that commit then stands for the revert, and the head for
 * who. A branch that is merely where it was before may be late: it is a revert when git has had the time for that.
 */
async function findMoveBack(
  { gitops, head }: EnvironmentNow,
  { entry, lagMs = 0 }: { readonly entry: DeploymentEntry; readonly lagMs: number | undefined },
  named: string,
): Promise<{ readonly commit: string; readonly by: string } | undefined> {
  if (await isAtOrBehind(gitops, entry.commit, head)) {
    const commit = await lastChangeOfMain(gitops, head, named);
    // The branch has named it since before: a config change has made that entry void, and nobody has gone back.
    if (await isAtOrBehind(gitops, commit.sha, entry.commit)) return undefined;
    return { commit: commit.sha, by: personOf(commit, gitops.identity) };
  }
  const age = Date.now() - Date.parse(entry.time);
  // A head from which the recorded commit descends is what git has shown before it: it may just be late.
  const mayBeLate = lagMs > settlingMs && (await isAtOrBehind(gitops, head, entry.commit));
  if (age < (mayBeLate ? lagMs : settlingMs) && age > -mostSkewMs)
    throw new Failure(
      'Unavailable',
      `${shortSha(entry.commit)} was recorded just now and is not on the branch of ${gitops.url} yet: looking again.`,
    );
  return { commit: entry.commit, by: personOf(await gitops.commit(head), gitops.identity) };
}

/** Answers the commit since which the branch names this main commit. */
async function lastChangeOfMain(gitops: GitRepository, head: string, main: string): Promise<CommitInfo> {
  let commit = await gitops.commit(head);
  for (let steps = 0; steps < mostCommitsBack; steps++) {
    const [before] = commit.parents;
    if (before === undefined || (await readableRevision(gitops, before))?.main !== main) break;
    commit = await gitops.commit(before);
  }
  return commit;
}
