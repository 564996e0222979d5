import type { PullRequest } from '../../port.ts';
import type { GitHubClient } from '../client.ts';
import { type GitHubPullRequest, issueSchema, pullRequestNumbered } from '../schemas.ts';

/** Reads the request as GitHub has it now, every field of `GitHubPullRequest` filled. */
export function getPullRequest(client: GitHubClient, number: number): Promise<GitHubPullRequest> {
  return client.ask({
    doing: `read pull request #${number}`,
    request: (octokit, repository) => octokit.rest.pulls.get({ ...repository, pull_number: number }),
    answer: pullRequestNumbered(number),
  });
}

/** Reads the request in the words of the port, with who ended it. */
export async function readPullRequest(client: GitHubClient, number: number): Promise<PullRequest> {
  const found = await getPullRequest(client, number);
  const endedBy = found.merged_by?.login ?? (found.state === 'closed' ? await closedBy(client, number) : undefined);
  return toPullRequest(found, endedBy);
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

/** Asks who closed the request. A pull request is an issue too, and only the issue says it. */
async function closedBy(client: GitHubClient, number: number): Promise<string | undefined> {
  const issue = await client.ask({
    doing: `read who closed pull request #${number}`,
    request: (octokit, repository) => octokit.rest.issues.get({ ...repository, issue_number: number }),
    answer: issueSchema,
  });
  return issue.closed_by?.login;
}
