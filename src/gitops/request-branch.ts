import type { OperationKind } from '../operation/kind.ts';
import { configId, promotionId, rollbackId } from '../operation/messages.ts';
import { ownerAndName } from '../platform/repository-url.ts';

/** Author and committer of every commit that Fairlead builds; by it, our commits are told from others'. */
export const botIdentity = { name: 'Fairlead', email: 'fairlead@noreply.fairlead.dev' } as const;

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
