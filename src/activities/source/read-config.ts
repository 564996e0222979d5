import { cut } from '../../cut.ts';
import type { Dependencies } from '../../dependencies.ts';
import { Failure } from '../../failure.ts';
import { isAtOrBehind } from '../../gitops/ancestry.ts';
import { missingConfigBranch } from '../../platform/check-environments.ts';
import { checkSource } from '../../platform/repository/allowed-repositories.ts';
import type { Activities } from '../contract.ts';
import type { ConfigSnapshot } from './contract.ts';
import { lateBranch, lateCommit } from './late-commit.ts';

/** Reads the head of an environment's config branch. Throws `Failure` InvalidInput where the commit is not on it. */
export async function readConfig(
  {
    repositories,
    allowed,
    intervals,
  }: Pick<Dependencies, 'repositories' | 'allowed'> & Partial<Pick<Dependencies, 'intervals'>>,
  { source: url, environment, config }: Parameters<Activities['readConfig']>[0],
): Promise<ConfigSnapshot> {
  checkSource(url, allowed);
  const source = repositories.open(url);
  // Asked before the branch: a commit that is pushed meanwhile is looked for again, and not taken for another branch's.
  const known = await source.ensureCommit(config);
  const head = await source.branchHead(environment);
  if (!head) throw missingConfigBranch(environment, source.url);
  if (!(await isAtOrBehind(source, config, head))) {
    const patienceMs = intervals?.commitPatienceMs;
    const late = known ? await lateBranch(source, { head, commit: config }, patienceMs) : lateCommit(patienceMs);
    throw new Failure(
      'InvalidInput',
      `${config} is not on ${environment}, the config branch of ${source.url}: it was never pushed there, or the branch ` +
        `was rewritten. Apply a commit of today's branch, such as its head ${head}.`,
      late,
    );
  }
  const { subject } = await source.commit(head);
  return { head, subject: cut(subject, 200) };
}
