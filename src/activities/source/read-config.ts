import type { Dependencies } from '../../dependencies.ts';
import { Failure } from '../../failure.ts';
import { isAtOrBehind } from '../../gitops/ancestry.ts';
import { missingConfigBranch } from '../../platform/check-environments.ts';
import type { Activities, ConfigSnapshot } from '../contract.ts';

/** The head of an environment's config branch, provided that the commit is on it. */
export async function readConfig(
  { repositories }: Pick<Dependencies, 'repositories'>,
  { source: url, environment, config }: Parameters<Activities['readConfig']>[0],
): Promise<ConfigSnapshot> {
  const source = repositories.open(url);
  const head = await source.branchHead(environment);
  if (!head) throw missingConfigBranch(environment, source.url);
  if (!(await isAtOrBehind(source, config, head)))
    throw new Failure(
      'InvalidInput',
      `${config} is not on ${environment}, the config branch of ${source.url}: it was never pushed there, or the branch ` +
        `was rewritten. Apply a commit of today's branch, such as its head ${head}.`,
    );
  const { subject } = await source.commit(head);
  return { head, subject: subject.slice(0, 200) };
}
