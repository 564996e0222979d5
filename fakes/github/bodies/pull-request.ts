import type { Comparison } from '../git/compare.ts';
import { brokenRule } from '../merging.ts';
import type { ForgeState, PullRequest, Repository, User } from '../model.ts';
import { labelBody } from './issue.ts';
import { nodeId } from './node-id.ts';
import { repositoryApiUrl, repositoryBody } from './repository.ts';
import { userBody } from './user.ts';

/** `pull-request-simple`, as in lists. */
export function pullRequestSummary(state: ForgeState, repository: Repository, request: PullRequest) {
  const { id, number } = request;
  const api = repositoryApiUrl(state, repository);
  const web = `${state.url}/${repository.owner}/${repository.name}/pull/${number}`;
  const urls = urlsOf(api, web, number, request.headSha);
  return {
    id,
    node_id: nodeId('PR', id),
    number,
    ...urls,
    state: request.state,
    locked: false,
    title: request.title,
    user: userBody(state, request.author),
    body: request.body,
    labels: request.labels.map((label) => labelBody(state, repository, label)),
    milestone: null,
    active_lock_reason: null,
    created_at: request.createdAt,
    updated_at: request.updatedAt,
    closed_at: request.closedAt,
    merged_at: request.mergedAt,
    merge_commit_sha: request.mergeCommit ?? testMerge(request),
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    head: sideBody(state, repository, request.headBranch, request.headSha),
    base: sideBody(state, repository, request.baseBranch, request.baseSha),
    _links: linksOf(urls),
    author_association: 'MEMBER',
    auto_merge: null,
    draft: request.draft,
  };
}

/** `pull-request`, as for one. */
export function pullRequestBody(
  state: ForgeState,
  repository: Repository,
  request: PullRequest,
  comparison: Comparison,
  viewer: User,
) {
  const known = request.state === 'open' && request.uncomputedReads === 0;
  const mergeable = known ? comparison.mergedTree !== undefined : null;
  return {
    ...pullRequestSummary(state, repository, request),
    merged: request.mergedAt !== null,
    mergeable,
    rebaseable: mergeable,
    mergeable_state: mergeableState(repository, request, mergeable, viewer),
    merged_by: request.mergedBy && userBody(state, request.mergedBy),
    comments: request.comments.length,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: comparison.commits,
    additions: comparison.additions,
    deletions: comparison.deletions,
    changed_files: comparison.changedFiles,
  };
}

/** Of an open request GitHub gives the commit of a test merge, which is on no branch. */
function testMerge({ state, headSha }: PullRequest): string | null {
  return state === 'open' ? [...headSha].reverse().join('') : null;
}

function mergeableState(repository: Repository, request: PullRequest, mergeable: boolean | null, by: User): string {
  if (mergeable === null) return 'unknown';
  if (request.draft) return 'draft';
  if (!mergeable) return 'dirty';
  return brokenRule(repository, request, { by }) === undefined ? 'clean' : 'blocked';
}

function sideBody(state: ForgeState, repository: Repository, ref: string, sha: string) {
  return {
    label: `${repository.owner}:${ref}`,
    ref,
    sha,
    user: userBody(state, { id: 1, login: repository.owner }),
    repo: repositoryBody(state, repository),
  };
}

function urlsOf(api: string, web: string, number: number, sha: string) {
  return {
    url: `${api}/pulls/${number}`,
    html_url: web,
    diff_url: `${web}.diff`,
    patch_url: `${web}.patch`,
    issue_url: `${api}/issues/${number}`,
    commits_url: `${api}/pulls/${number}/commits`,
    review_comments_url: `${api}/pulls/${number}/comments`,
    review_comment_url: `${api}/pulls/comments{/number}`,
    comments_url: `${api}/issues/${number}/comments`,
    statuses_url: `${api}/statuses/${sha}`,
  };
}

function linksOf(urls: ReturnType<typeof urlsOf>) {
  return {
    self: { href: urls.url },
    html: { href: urls.html_url },
    issue: { href: urls.issue_url },
    comments: { href: urls.comments_url },
    review_comments: { href: urls.review_comments_url },
    review_comment: { href: urls.review_comment_url },
    commits: { href: urls.commits_url },
    statuses: { href: urls.statuses_url },
  };
}
