import { haveCommonHistory } from './git/compare.ts';
import { branchHead } from './git/run.ts';
import { type ForgeState, type PullRequest, type Repository, timestamp, type User } from './model.ts';
import { comparisonOf, keepHead } from './pull-requests.ts';

/** What a new pull request is opened with. */
export interface NewPullRequest {
  readonly head: { readonly branch: string; readonly sha: string };
  readonly base: { readonly branch: string; readonly sha: string };
  readonly title: string;
  readonly body: string | null;
  readonly draft: boolean;
  readonly author: User;
}

/** Opens a pull request, and answers it; undefined where the head brings no commits. */
export async function openPullRequest(
  state: ForgeState,
  repository: Repository,
  wanted: NewPullRequest,
): Promise<PullRequest | undefined> {
  const now = timestamp(state);
  const request: PullRequest = {
    id: state.nextId(),
    number: repository.pullRequests.length + 1,
    author: wanted.author,
    headBranch: wanted.head.branch,
    baseBranch: wanted.base.branch,
    headSha: wanted.head.sha,
    baseSha: wanted.base.sha,
    draft: wanted.draft,
    title: wanted.title,
    body: wanted.body,
    createdAt: now,
    updatedAt: now,
    state: 'open',
    closedAt: null,
    closedBy: null,
    mergedAt: null,
    mergedBy: null,
    mergeCommit: null,
    queuedAt: undefined,
    thrownOut: undefined,
    uncomputedReads: 0,
    labels: [],
    requestedReviewers: [],
    requestedTeams: [],
    assignees: [],
    comments: [],
    reviews: [],
  };
  if ((await comparisonOf(repository, request)).commits === 0) return undefined;
  repository.pullRequests.push(request);
  await keepHead(repository, request);
  return request;
}

/** Opens a closed request again; false where GitHub refuses: merged, a branch gone, or another head pushed since. */
export async function reopenPullRequest(
  state: ForgeState,
  { directory }: Repository,
  request: PullRequest,
): Promise<boolean> {
  const head = branchHead(directory, request.headBranch);
  const base = branchHead(directory, request.baseBranch);
  if (request.mergedAt !== null || head !== request.headSha || base === undefined) return false;
  if (!(await haveCommonHistory(directory, base, head))) return false;
  const now = timestamp(state);
  Object.assign(request, { state: 'open', closedAt: null, closedBy: null, baseSha: base, updatedAt: now });
  return true;
}
