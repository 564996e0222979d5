import { mergeBy } from './git/merge-methods.ts';
import { branchHead, git } from './git/run.ts';
import {
  type MergeMethod,
  type Protection,
  type PullRequest,
  type Repository,
  type RequestContext,
  timestamp,
  type User,
} from './model.ts';
import { comparisonOf, followBranches, markMerged } from './pull-requests.ts';
import { brokenRule } from './rules/broken-rule.ts';

/** Who wants to merge, and how. */
export interface MergeWish {
  readonly by: User;
  readonly method: MergeMethod;
  /** The commit that the head must be. */
  readonly sha?: string;
  readonly title?: string;
  readonly message?: string;
  /** Says that the merge queue itself merges. */
  readonly fromQueue?: boolean;
}

export type Merged =
  | { readonly kind: 'merged'; readonly commit: string }
  | { readonly kind: 'refused'; readonly status: 405 | 409; readonly message: string };

/** Merges as GitHub does, or refuses in GitHub's words. Must run in the repository's turn. */
export async function mergePullRequest(context: RequestContext, wish: MergeWish): Promise<Merged> {
  const { state, repository, request } = context;
  const refusal = await refusalOf(repository, request, wish);
  if (refusal !== undefined) return { kind: 'refused', ...refusal };
  const base = request.baseSha;
  const { mergedTree: tree } = await comparisonOf(repository, request);
  const commit =
    tree &&
    (await mergeBy(wish.method, {
      directory: repository.directory,
      base,
      head: request.headSha,
      tree,
      ...messageOf(repository, request, wish),
      author: { name: wish.by.login, email: `${wish.by.login}@users.noreply.github.com` },
      date: timestamp(state),
    }));
  if (commit === undefined) return { kind: 'refused', status: 405, message: 'Pull Request is not mergeable' };
  await git(repository.directory, ['update-ref', `refs/heads/${request.baseBranch}`, commit, base]);
  markMerged(context, wish.by, commit);
  if (repository.deleteBranchOnMerge) await deleteHead(repository, request);
  await followBranches(state, repository, wish.by);
  return { kind: 'merged', commit };
}

type Refusal = { readonly status: 405 | 409; readonly message: string };

async function refusalOf(repository: Repository, request: PullRequest, wish: MergeWish): Promise<Refusal | undefined> {
  const refuse = (message: string): Refusal => ({ status: 405, message });
  if (request.state !== 'open') return refuse('Pull Request is not mergeable');
  if (wish.sha !== undefined && wish.sha !== request.headSha) {
    return { status: 409, message: 'Head branch was modified. Review and try the merge again.' };
  }
  if (request.draft) return refuse('Pull Request is still a draft');
  if (request.uncomputedReads > 0) return refuse('Pull Request is not mergeable');
  const { mergedTree } = await comparisonOf(repository, request);
  if (mergedTree === undefined) return refuse('Pull Request is not mergeable');
  if (rulesOf(repository, request).signedCommits && !(await isSigned(repository, request)))
    return refuse('Repository rule violations found\n\nCommits must have verified signatures.\n\n');
  const rule = brokenRule(repository, request, wish) ?? forbiddenMethod(repository, request, wish.method);
  return rule === undefined ? undefined : refuse(rule);
}

function rulesOf({ protections }: Repository, { baseBranch }: PullRequest): Protection {
  return protections.get(baseBranch) ?? {};
}

/** Answers whether the head has a signature; whose it is, is not looked at. */
async function isSigned({ directory }: Repository, { headSha }: PullRequest): Promise<boolean> {
  return (await git(directory, ['cat-file', 'commit', headSha])).includes('\ngpgsig ');
}

function forbiddenMethod(repository: Repository, request: PullRequest, method: MergeMethod): string | undefined {
  const linear = repository.protections.get(request.baseBranch)?.linearHistory === true;
  const allowed = repository.mergeMethods.includes(method) && !(linear && method === 'merge');
  if (allowed) return undefined;
  const name = { merge: 'Merge commits', squash: 'Squash merges', rebase: 'Rebase merges' }[method];
  return `${name} are not allowed on this repository.`;
}

function messageOf(
  repository: Repository,
  { number, title, headBranch, body }: PullRequest,
  wish: MergeWish,
): { readonly subject: string; readonly body: string } {
  if (wish.method === 'squash') {
    return { subject: wish.title ?? `${title} (#${number})`, body: wish.message ?? body ?? '' };
  }
  const subject = `Merge pull request #${number} from ${repository.owner}/${headBranch}`;
  return { subject: wish.title ?? subject, body: wish.message ?? title };
}

async function deleteHead({ directory }: Repository, { headBranch, headSha }: PullRequest): Promise<void> {
  if (branchHead(directory, headBranch) !== headSha) return;
  await git(directory, ['update-ref', '-d', `refs/heads/${headBranch}`, headSha]);
}
