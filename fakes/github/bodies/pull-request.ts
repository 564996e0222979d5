import type { Comparison } from '../git/compare.ts';
import type { PullRequest, RepositoryContext, RequestContext, User } from '../model.ts';
import { brokenRule } from '../rules/broken-rule.ts';
import { awaitedOwners } from '../rules/reviews.ts';
import { labelBody } from './issue.ts';
import { nodeId } from './node-id.ts';
import { assigneesOf, teamBody } from './people.ts';
import { repositoryApiUrl, repositoryBody } from './repository.ts';
import { userBody } from './user.ts';

/** Writes a pull request as `pull-request-simple` of GitHub's description, as it stands in lists. */
export function pullRequestSummary(context: RequestContext) {
  const { state, repository, request } = context;
  const { id, number } = request;
  const api = repositoryApiUrl(state, repository);
  const web = `${state.url}/${repository.owner}/${repository.name}/pull/${number}`;
  const urls = { ...linkedUrls(api, web, number), statuses_url: `${api}/statuses/${request.headSha}` };
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
    labels: request.labels.map((label) => ({
      ...labelBody(state, repository, label),
      description: label.description ?? '',
    })),
    milestone: null,
    active_lock_reason: null,
    created_at: request.createdAt,
    updated_at: request.updatedAt,
    closed_at: request.closedAt,
    merged_at: request.mergedAt,
    merge_commit_sha: request.mergeCommit ?? testMerge(request),
    assignee: null,
    assignees: assigneesOf(context),
    requested_reviewers: requestedReviewers(context),
    requested_teams: request.requestedTeams.map((slug, index) => teamBody(context.state, slug, index + 1)),
    head: sideBody(context, request.headBranch, request.headSha),
    base: sideBody(context, request.baseBranch, request.baseSha),
    _links: linksOf(urls),
    author_association: 'MEMBER',
    auto_merge: null,
    draft: request.draft,
  };
}

/** Writes a pull request as `pull-request`, as it is answered alone. */
export function pullRequestBody(context: RequestContext, comparison: Comparison, viewer: User) {
  const { state, request } = context;
  const known = request.state === 'open' && request.uncomputedReads === 0;
  const mergeable = known ? comparison.mergedTree !== undefined : null;
  return {
    ...pullRequestSummary(context),
    merged: request.mergedAt !== null,
    mergeable,
    rebaseable: mergeable,
    mergeable_state: mergeableState(context, mergeable, viewer),
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

function requestedReviewers({ state, repository, request }: RequestContext) {
  // The ids of those whom the forge does not know as users are their places in the list.
  return [...new Set([...awaitedOwners(repository, request), ...request.requestedReviewers])].map((login, index) =>
    userBody(state, state.users.find((one) => one.login === login) ?? { id: index + 2, login }),
  );
}

/** Answers what GitHub gives for an open request: the commit of a test merge, which is on no branch. */
function testMerge({ state, headSha }: PullRequest): string | null {
  return state === 'open' ? [...headSha].reverse().join('') : null;
}

function mergeableState({ repository, request }: RequestContext, mergeable: boolean | null, by: User): string {
  if (mergeable === null) return 'unknown';
  if (request.draft) return 'draft';
  if (!mergeable) return 'dirty';
  return brokenRule(repository, request, { by }) === undefined ? 'clean' : 'blocked';
}

function sideBody({ state, repository }: RepositoryContext, ref: string, sha: string) {
  return {
    label: `${repository.owner}:${ref}`,
    ref,
    sha,
    user: userBody(state, { id: 1, login: repository.owner }),
    repo: repositoryBody(state, repository),
  };
}

function linkedUrls(api: string, web: string, number: number) {
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
  };
}

function linksOf(urls: ReturnType<typeof linkedUrls> & { readonly statuses_url: string }) {
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
