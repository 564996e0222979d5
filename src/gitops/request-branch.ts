import type { OperationKind } from '../operation/kind.ts';
import { configId, promotionId, rollbackId } from '../operation/messages.ts';
import { branchKey } from '../platform/branch-key.ts';
import { platformId } from '../platform/repository/platform-id.ts';
import type { EnvironmentPlace } from './deployed.ts';

/**
 * Names the head branch of a request: docs/design.md "One environment, step by step". The name contains that of the
 * GitOps branch rather than of the environment, because that is unique in the repository, also where platforms share
 * it.
 */
export function requestBranch(operation: OperationKind, main: string, gitopsBranch: string): string {
  const key = branchKey(gitopsBranch);
  if (operation === 'config change') return `configure/${key}`;
  return `${operation === 'promotion' ? 'deploy' : 'rollback'}/${main}/${key}`;
}

/** Answers the main commit that a request branch names; undefined: it names none, as that of config changes. */
export function mainInBranch(branch: string): string | undefined {
  return /^(?:deploy|rollback)\/([0-9a-f]{40})\//.exec(branch)?.[1];
}

/** The operation that a request branch belongs to. */
export interface BranchOwner {
  readonly operation: OperationKind;
  readonly workflowId: string;
}

/** Tells whose request comes from this branch; undefined where it is not ours, or not of this environment. */
export function ownerOf(branch: string, { source, environment, gitops }: EnvironmentPlace): BranchOwner | undefined {
  const platform = platformId(source);
  const main = mainInBranch(branch) ?? '';
  const owners: readonly BranchOwner[] = [
    { operation: 'promotion', workflowId: promotionId(platform, main) },
    { operation: 'config change', workflowId: configId(platform, environment) },
    { operation: 'rollback', workflowId: rollbackId(platform, environment) },
  ];
  return owners.find(({ operation }) => requestBranch(operation, main, gitops.branch) === branch);
}
