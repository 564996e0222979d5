import { cut } from '../../cut.ts';
import type { Dependencies } from '../../dependencies.ts';
import { Failure } from '../../failure.ts';
import type { GitRepository } from '../../git/repository.ts';
import { isOnBranch } from '../../gitops/ancestry.ts';
import { mainHead, platformAt } from '../../gitops/platform-file.ts';
import { missingConfigBranch } from '../../platform/check-environments.ts';
import { checkSource } from '../../platform/repository/allowed-repositories.ts';
import type { CommitRef, PlatformSnapshot } from './contract.ts';
import { firstLookName } from './first-look.ts';
import { lateBranch, lateCommit } from './late-commit.ts';

/**
 * Reads the Platform file at a promotion's own commit, once: its stages do not change while it runs. Throws `Failure`
 * where the commit is not on main or a config branch is missing. `runId`: the execution that begins, whose first stage may see
 * the branches as this has seen them.
 */
export async function readPlatform(
  {
    repositories,
    allowed,
    intervals,
  }: Pick<Dependencies, 'repositories' | 'allowed'> & Partial<Pick<Dependencies, 'intervals'>>,
  ref: CommitRef,
  runId?: string,
): Promise<PlatformSnapshot> {
  checkSource(ref.source, allowed);
  const source = repositories.open(ref.source);
  await checkOnMain(source, ref.commit, intervals?.commitPatienceMs);
  const platform = await platformAt(source, ref.commit);
  const names = platform.stages.flat();
  // They are read next.
  const branches = await source.branchHeads(names, { isFetched: true });
  const missing = names.find((name) => !branches.has(name));
  if (missing !== undefined) throw missingConfigBranch(missing, source.url);
  const { subject } = await source.commit(ref.commit);
  if (runId !== undefined) for (const name of platform.stages[0] ?? []) source.leaveLook(firstLookName(runId, name));
  return { name: platform.name, subject: cut(subject, 200), stages: platform.stages };
}

async function checkOnMain(source: GitRepository, commit: string, patienceMs?: number): Promise<void> {
  const mainBranch = await source.mainBranch();
  // Most often the commit is main's head, which the same connection brings.
  await source.branchHeads([mainBranch], { isFetched: true });
  if (!(await source.ensureCommit(commit)))
    throw new Failure(
      'NotFound',
      `${source.url} has no commit ${commit}. Push it to ${mainBranch}, or check the id.`,
      lateCommit(patienceMs),
    );
  // A no is asked once more, after the commit was found: one that is pushed meanwhile is on that head.
  if (await isOnBranch(source, mainBranch, commit)) return;
  const head = await mainHead(source);
  throw new Failure(
    'InvalidInput',
    `${commit} is not on ${mainBranch} of ${source.url}: only commits of ${mainBranch} are promoted. Merge it first.`,
    await lateBranch(source, { head, commit }, patienceMs),
  );
}
