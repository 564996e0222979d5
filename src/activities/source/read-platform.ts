import { cut } from '../../cut.ts';
import type { Dependencies } from '../../dependencies.ts';
import { Failure } from '../../failure.ts';
import type { GitRepository } from '../../git/repository.ts';
import { missingConfigBranch, missingPlatformFile } from '../../platform/check-environments.ts';
import { parsePlatform } from '../../platform/platform.ts';
import type { Platform } from '../../platform/types.ts';
import { shortSha } from '../../short-sha.ts';
import type { CommitRef, PlatformSnapshot } from '../contract.ts';

export const configFile = 'fairlead.yaml';

/** The stages of a promotion come from its own commit, once. */
export async function readPlatform(
  { repositories, intervals }: Pick<Dependencies, 'repositories'> & Partial<Pick<Dependencies, 'intervals'>>,
  ref: CommitRef,
): Promise<PlatformSnapshot> {
  const source = repositories.open(ref.source);
  await checkOnMain(source, ref.commit, intervals?.commitPatienceMs);
  const platform = await platformAt(source, ref.commit);
  const names = platform.stages.flat();
  const branches = await source.branchHeads(names);
  const missing = names.find((name) => !branches.has(name));
  if (missing !== undefined) throw missingConfigBranch(missing, source.url);
  const { subject } = await source.commit(ref.commit);
  return { name: platform.name, subject: cut(subject, 200), stages: platform.stages };
}

/** Asked of the remote. */
export async function mainHead(source: GitRepository): Promise<string> {
  const mainBranch = await source.mainBranch();
  const head = await source.branchHead(mainBranch);
  if (head) return head;
  throw new Failure('NotFound', `${source.url} has no branch ${mainBranch}: promotions start there. Push one.`);
}

async function checkOnMain(source: GitRepository, commit: string, patienceMs?: number): Promise<void> {
  const mainBranch = await source.mainBranch();
  const head = await mainHead(source);
  if (!(await source.ensureCommit(commit)))
    throw new Failure('NotFound', `${source.url} has no commit ${commit}. Push it to ${mainBranch}, or check the id.`, {
      ...(patienceMs !== undefined && { patienceMs, retryAfterMs: 5_000 }),
    });
  if (!(await source.isAncestor(commit, head)))
    throw new Failure(
      'InvalidInput',
      `${commit} is not on ${mainBranch} of ${source.url}: only commits of ${mainBranch} are promoted. Merge it first.`,
    );
}

/** Platform file of a main commit. Throws `Failure` InvalidConfig with file, line, value and remedy. */
export async function platformAt(source: GitRepository, commit: string): Promise<Platform> {
  const file = await source.readFile(commit, configFile);
  if (!file) throw missingPlatformFile(`${shortSha(commit)} of ${source.url}`);
  return parsePlatform(file, `${configFile} at ${shortSha(commit)}`);
}
