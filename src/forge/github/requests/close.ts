import { createHash } from 'node:crypto';
import type { GitHubClient } from '../client.ts';
import { readPages } from '../pages.ts';
import { anythingSchema, commentsSchema } from '../schemas.ts';
import { BODY_LIMIT, limitBody } from '../text.ts';
import { getPullRequest } from './pull-request.ts';

/** Closes a request as `Forge.close` promises. */
export async function closePullRequest(client: GitHubClient, number: number, comment: string): Promise<void> {
  const { state } = await getPullRequest(client, number);
  if (state === 'closed') return;
  await commentOnce(client, number, comment);
  await client.ask({
    doing: `close pull request #${number}`,
    request: (octokit, repository) =>
      octokit.rest.pulls.update({ ...repository, pull_number: number, state: 'closed' }),
    answer: anythingSchema,
  });
}

/** Comments on a request, unless the same was said there before. A hidden line marks our comment. */
export async function commentOnce(client: GitHubClient, number: number, comment: string): Promise<void> {
  const marker = markerOf(comment);
  if (!(await isCommented(client, number, marker))) await postComment(client, number, withMarker(comment, marker));
}

function markerOf(comment: string): string {
  return `<!-- fairlead:closed ${createHash('sha256').update(comment).digest('hex').slice(0, 16)} -->`;
}

/** Looks in the first two thousand comments: behind them it is said once more, which is better than not to close. */
async function isCommented(client: GitHubClient, number: number, marker: string): Promise<boolean> {
  const lists = readPages(client, {
    doing: `read the comments of pull request #${number}`,
    request: (octokit, list) => octokit.rest.issues.listComments({ ...list, issue_number: number }),
    answer: commentsSchema,
  });
  for await (const comments of lists) {
    // The marker counts as a whole line only: a quoted one has a ">" before it.
    if (comments.some(({ body }) => body?.split(/\r?\n/).includes(marker))) return true;
  }
  return false;
}

function withMarker(comment: string, marker: string): string {
  return `${limitBody(comment, BODY_LIMIT - marker.length - 2)}\n\n${marker}`;
}

async function postComment(client: GitHubClient, number: number, body: string): Promise<void> {
  await client.ask({
    doing: `comment on pull request #${number}`,
    isContent: true,
    request: (octokit, repository) => octokit.rest.issues.createComment({ ...repository, issue_number: number, body }),
    answer: anythingSchema,
  });
}
