import type { Urgency } from '../../budget/budget.ts';
import type { PullRequest, PullRequestEntry } from '../../port.ts';
import type { GitHubClient } from '../client.ts';
import { type GitHubPullRequest, issueSchema, pullRequestNumbered } from '../schemas.ts';

/** Reads the request as GitHub has it now, every field of `GitHubPullRequest` filled. */
export function getPullRequest(
  client: GitHubClient,
  number: number,
  urgency: Urgency = 'usual',
): Promise<GitHubPullRequest> {
  return client.ask({
    doing: `read pull request #${number}`,
    urgency,
    isNamed: true,
    request: (octokit, repository) => octokit.rest.pulls.get({ ...repository, pull_number: number }),
    answer: pullRequestNumbered(number),
  });
}

/** Reads the request in the words of the port, with who ended it. */
export async function readPullRequest(client: GitHubClient, number: number, urgency?: Urgency): Promise<PullRequest> {
  const found = await getPullRequest(client, number, urgency);
  const { memory, repository } = client.options;
  const labels = found.labels.map(({ name }) => name);
  if (urgency === 'merge') memory?.requestsOf(repository).noteState(number, stateOf(found), labels);
  const endedBy = found.merged_by?.login ?? (found.state === 'closed' ? await closedBy(client, number) : undefined);
  return toPullRequest(found, endedBy);
}

/** Names everything of a request by which a merge may fare differently, as far as GitHub shows it. */
export function stateOf({ head, base, draft, mergeable, mergeable_state, updated_at }: GitHubPullRequest): string {
  return JSON.stringify([head.sha, base, draft, mergeable, mergeable_state, updated_at]);
}

/** Puts GitHub's answer into the words of the port. */
export function toPullRequest(found: GitHubPullRequest, endedBy?: string): PullRequest {
  const merged = found.merged_at !== null;
  return {
    number: found.number,
    url: found.html_url,
    state: merged ? 'merged' : found.state,
    head: { branch: found.head.ref, sha: found.head.sha },
    base: found.base.ref,
    title: found.title,
    body: found.body ?? '',
    labels: found.labels.map(({ name }) => name),
    // GitHub names a test merge here while the request is open.
    mergeCommit: merged ? (found.merge_commit_sha ?? undefined) : undefined,
    author: found.user?.login,
    endedBy,
  };
}

/** Puts an entry of a list into the words of the port. */
export function toPullRequestEntry(found: GitHubPullRequest): PullRequestEntry {
  const { body: _, ...listed } = toPullRequest(found);
  return listed;
}

/** Asks who closed the request. A pull request is an issue too, and only the issue says it. */
async function closedBy(client: GitHubClient, number: number): Promise<string | undefined> {
  const issue = await client.ask({
    doing: `read who closed pull request #${number}`,
    request: (octokit, repository) => octokit.rest.issues.get({ ...repository, issue_number: number }),
    answer: issueSchema,
  });
  return issue.closed_by?.login;
}
