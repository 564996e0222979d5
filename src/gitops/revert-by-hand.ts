import { Failure } from '../failure.ts';
import type { CommitInfo, GitRepository } from '../git/repository.ts';
import type { Revert } from '../lane/types.ts';
import { type DeploymentEntry, deployments } from '../record/queries.ts';
import { shortSha } from '../short-sha.ts';
import { isAtOrBehind } from './ancestry.ts';
import type { EnvironmentPlace } from './deployed.ts';
import { type DeployedDependencies, type EnvironmentNow, wasDeployed } from './deployed-now.ts';
import { provenanceAt } from './gitops-branch.ts';
import { botIdentity } from './request-branch.ts';

/** Pairs of the record that are looked at, newest first, until one is true. */
const mostEntries = 20;
/** Commits since the branch was moved back; whoever did it further ago is not looked for. */
const furthest = 500;
/** A forge may show its branches a little later than it says that a request is merged. */
const settlingMs = 10_000;
/** The record's time is the Temporal server's. What is further ahead was forged, and is waited for by nobody. */
const mostSkewMs = 300_000;

/** What is known when a revert by hand is looked for. */
export interface RevertQuestion {
  readonly now: EnvironmentNow;
  /** Head of the main branch. */
  readonly main: string;
  /** Commits of reverts that were answered before. */
  readonly seenReverts: readonly string[];
}

/**
 * Finds out whether somebody else's hand moved the environment's branch back: what was last promoted or rolled back to
 * here, by the record, is newer than what is deployed. Undefined: nobody did.
 */
export async function revertByHand(
  dependencies: DeployedDependencies,
  where: EnvironmentPlace,
  { now, main, seenReverts }: RevertQuestion,
): Promise<Revert | undefined> {
  if (!now.deployed) return undefined;
  const source = dependencies.repositories.open(where.source);
  const to = now.deployed.revision.main;
  for (const entry of newestMains(now)) {
    if (entry.main === to) return undefined;
    if (!(await isAtOrBehind(source, entry.main, main))) continue;
    if ((await wasDeployed(dependencies, where, { now, entry })) === false) continue;
    if (!(await isAtOrBehind(source, to, entry.main))) return undefined;
    const moved = await movedBack(now, entry, now.deployed.provenance.revision.main);
    return !moved || seenReverts.includes(moved.commit) ? undefined : { ...moved, from: entry.main, to };
  }
  return undefined;
}

/** A config change only repeats the main commit that it found; it would hide that somebody had moved it. */
function newestMains({ entries }: EnvironmentNow): readonly DeploymentEntry[] {
  const mains = new Map<string, DeploymentEntry>();
  for (const entry of deployments(entries))
    if (entry.operation !== 'config change' && !mains.has(entry.main)) mains.set(entry.main, entry);
  return [...mains.values()].slice(0, mostEntries);
}

/**
 * The commit that took the revision back, and who made it; undefined: none did. Where what was recorded is not on the
 * branch any more, somebody pushed it away: no commit tells who, so it is known by the one that is gone.
 */
async function movedBack(
  { gitops, head }: EnvironmentNow,
  entry: DeploymentEntry,
  named: string,
): Promise<{ readonly commit: string; readonly by: string } | undefined> {
  if (await isAtOrBehind(gitops, entry.commit, head)) {
    const commit = await lastChangeOf(gitops, head, named);
    // It has named it since before: a config change has made that record void, and nobody has gone back.
    if (await isAtOrBehind(gitops, commit.sha, entry.commit)) return undefined;
    return { commit: commit.sha, by: nameOf(commit) };
  }
  const age = Date.now() - Date.parse(entry.time);
  if (age < settlingMs && age > -mostSkewMs)
    throw new Failure(
      'Unavailable',
      `${shortSha(entry.commit)} was recorded just now and is not on the branch of ${gitops.url} yet: looking again.`,
    );
  return { commit: entry.commit, by: nameOf(await gitops.commit(head)) };
}

/** The commit since which the branch names this main commit. */
async function lastChangeOf(gitops: GitRepository, head: string, main: string): Promise<CommitInfo> {
  let commit = await gitops.commit(head);
  for (let steps = 0; steps < furthest; steps++) {
    const [before] = commit.parents;
    if (before === undefined || (await mainAt(gitops, before)) !== main) break;
    commit = await gitops.commit(before);
  }
  return commit;
}

/** Provenance that was damaged once names nothing. */
async function mainAt(gitops: GitRepository, commit: string): Promise<string | undefined> {
  try {
    return (await provenanceAt(gitops, commit))?.revision.main;
  } catch (error) {
    if (error instanceof Failure && !error.retryable) return undefined;
    throw error;
  }
}

function nameOf({ author, committer }: CommitInfo): string {
  return (author.email === botIdentity.email ? committer : author).name;
}
