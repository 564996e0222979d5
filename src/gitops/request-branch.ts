import type { CommitInfo, GitRepository } from '../git/repository.ts';
import type { OperationKind } from '../operation/kind.ts';
import { configId, promotionId, rollbackId } from '../operation/messages.ts';
import { ownerAndName } from '../platform/repository-url.ts';

/** Author and committer of every commit that Fairlead builds; by it, our commits are told from others'. */
export const botIdentity = { name: 'Fairlead', email: 'fairlead@noreply.fairlead.dev' } as const;

export const labels: Readonly<Record<OperationKind, string>> = {
  promotion: 'promoted',
  'config change': 'configured',
  rollback: 'rolled-back',
};

/** The head branch of our request: DESIGN "One environment, step by step". */
export function requestBranch(operation: OperationKind, main: string, environment: string): string {
  if (operation === 'config change') return `configure/${environment}`;
  return `${operation === 'promotion' ? 'deploy' : 'rollback'}/${main}/${environment}`;
}

export interface BranchOwner {
  readonly operation: OperationKind;
  readonly workflowId: string;
}

/** Whose request comes from this branch; undefined: it is not ours, or not of this environment. */
export function ownerOf(
  branch: string,
  { source, environment }: { readonly source: string; readonly environment: string },
): BranchOwner | undefined {
  const platform = ownerAndName(source);
  const main = /^(?:deploy|rollback)\/([0-9a-f]{40})\//.exec(branch)?.[1] ?? '';
  const owners: readonly BranchOwner[] = [
    { operation: 'promotion', workflowId: promotionId(platform, main) },
    { operation: 'config change', workflowId: configId(platform, environment) },
    { operation: 'rollback', workflowId: rollbackId(platform, environment) },
  ];
  return owners.find(({ operation }) => requestBranch(operation, main, environment) === branch);
}

/**
 * Who, other than us, committed at the head of our branch; undefined: nobody. A merge of the
 * environment's branch into ours (*Update branch* on the forge) is not a foreign push.
 */
export async function foreignAuthor(
  repository: GitRepository,
  head: string,
  environmentHead: string,
): Promise<string | undefined> {
  await repository.ensureCommit(head);
  const commit = await repository.commit(head);
  if (isOurs(commit)) return undefined;
  const [first, second, ...more] = commit.parents;
  const update = first !== undefined && second !== undefined && more.length === 0;
  if (update && isOurs(await repository.commit(first)) && (await repository.isAncestor(second, environmentHead)))
    return undefined;
  return (commit.author.email === botIdentity.email ? commit.committer : commit.author).name;
}

function isOurs({ author, committer }: CommitInfo): boolean {
  return author.email === botIdentity.email && committer.email === botIdentity.email;
}
