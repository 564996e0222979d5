import type { PullRequest, Repository, User } from '../model.ts';
import { missingCheck } from './checks.ts';
import { awaitedOwners, reviewersOf } from './reviews.ts';

/** Who wants to merge; `fromQueue`: the merge queue itself does. */
interface Merger {
  readonly by: User;
  readonly fromQueue?: boolean;
}

/** Says in GitHub's words what the base's protection still lacks; undefined where it lacks nothing. */
export function brokenRule(
  repository: Repository,
  request: PullRequest,
  { by, fromQueue }: Merger,
): string | undefined {
  const rules = repository.protections.get(request.baseBranch) ?? {};
  const approvals = rules.requiredApprovals ?? 0;
  if (approvals > 0 && reviewersOf(repository, request, 'CHANGES_REQUESTED').length > 0)
    return 'Changes were requested by a reviewer with write access.';
  if (reviewersOf(repository, request, 'APPROVED').length < approvals) {
    return approvals === 1
      ? 'At least 1 approving review is required by reviewers with write access.'
      : `At least ${approvals} approving reviews are required by reviewers with write access.`;
  }
  const owners = awaitedOwners(repository, request);
  if (owners.length > 0) return `Waiting on code owner review from ${owners.join(' and/or ')}.`;
  const missing = missingCheck(repository, request, rules.requiredChecks ?? []);
  if (missing !== undefined) return missing;
  if (rules.restrictedTo !== undefined && !rules.restrictedTo.includes(by.login)) {
    return "You're not authorized to push to this branch. Visit https://docs.github.com/articles/about-protected-branches/ for more information.";
  }
  if (rules.mergeQueue && fromQueue !== true) return 'Changes must be made through the merge queue';
  return undefined;
}
