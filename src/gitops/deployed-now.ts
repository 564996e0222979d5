import type { Dependencies } from '../dependencies.ts';
import type { GitRepository } from '../git/repository.ts';
import { type RecordedEntry, recordName } from '../record/entry.ts';
import type { DeploymentEntry } from '../record/queries.ts';
import { type Deployed, deployedAt, type EnvironmentPlace } from './deployed.ts';
import { type GitopsHeads, gitopsHeads } from './gitops-branch.ts';
import { type RecordDependencies, readRecord } from './record/read-record.ts';
import { sameRevision } from './same-render.ts';

/** The parts that finding out what is deployed needs. */
export type DeployedDependencies = RecordDependencies & Pick<Dependencies, 'renderer' | 'leafCache' | 'planner'>;

/** The branch and the record of an environment, asked of the remote. */
export interface EnvironmentNow {
  readonly gitops: GitRepository;
  /** The head of the environment's branch. */
  readonly head: string;
  /** The entries of the record as far as they count by their signatures, newest first. */
  readonly entries: readonly RecordedEntry[];
  /** The pair that is deployed; undefined: nothing of ours is on the branch. */
  readonly deployed: Deployed | undefined;
}

/**
 * Reads what is deployed in an environment now. `branches` are asked for with the same connection, for a step that follows. Throws
 * `Failure` `NotFound` where there is no such branch, and what `deployedAt` throws.
 */
export async function deployedNow(
  dependencies: DeployedDependencies,
  where: EnvironmentPlace,
  branches: readonly string[] = [],
): Promise<EnvironmentNow> {
  const gitops = dependencies.repositories.open(where.gitops.repository);
  // Both heads must be of one moment: an entry is about a merge that the head then contains.
  return deployedWith(
    dependencies,
    where,
    await gitopsHeads(gitops, where.gitops, { branches, notes: recordName(where.gitops.branch) }),
  );
}

/** Reads what is deployed at heads that were asked for at one moment. Throws what `deployedAt` throws. */
export async function deployedWith(
  dependencies: DeployedDependencies,
  where: EnvironmentPlace,
  { base: head, notes: noted }: Pick<GitopsHeads, 'base' | 'notes'>,
): Promise<EnvironmentNow> {
  const gitops = dependencies.repositories.open(where.gitops.repository);
  const record = await readRecord(dependencies, where, { head: noted });
  const deployed = await deployedAt(dependencies, where, { head, record });
  return { gitops, head, entries: record.entries, deployed };
}

/**
 * Tells whether a pair was deployed at the commit that its entry is about: the provenance names it, or it renders to
 * the same. Undefined: that commit cannot be had any more, so that nobody can tell.
 */
export async function wasDeployed(
  dependencies: DeployedDependencies,
  where: EnvironmentPlace,
  { now: { gitops }, entry }: { readonly now: EnvironmentNow; readonly entry: DeploymentEntry },
): Promise<boolean | undefined> {
  const { commit } = entry;
  if (!(await gitops.ensureCommit(commit))) return undefined;
  const alone = { entries: [entry], unproven: [] };
  const there = await deployedAt(dependencies, where, { head: commit, record: alone });
  return there !== undefined && sameRevision(there.revision, entry);
}
