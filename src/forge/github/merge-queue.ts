import { z } from 'zod';
import type { GitHubClient } from './client.ts';
import type { GitHubPullRequest } from './schemas.ts';

const MUTATION = `mutation ($input: EnqueuePullRequestInput!) {
  enqueuePullRequest(input: $input) { mergeQueueEntry { position } }
}`;

const answerSchema = z.object({
  data: z
    .object({
      enqueuePullRequest: z.object({ mergeQueueEntry: z.object({ position: z.int() }).nullable() }).nullish(),
    })
    .nullish(),
  errors: z.array(z.object({ message: z.string() })).optional(),
});

/**
 * Puts the request into the branch's merge queue, which only GraphQL can, and says what is awaited. A request
 * that is queued already, or that the queue does not take yet, is waited for.
 */
export async function enqueue(client: GitHubClient, found: GitHubPullRequest): Promise<string> {
  const { data, errors = [] } = await client.ask({
    doing: `put pull request #${found.number} into the merge queue`,
    request: (octokit) =>
      octokit.request({
        method: 'POST',
        url: graphqlUrl(client.options.apiUrl),
        query: MUTATION,
        variables: { input: { pullRequestId: found.node_id, expectedHeadOid: found.head.sha } },
      }),
    answer: answerSchema,
  });
  const [error] = errors;
  if (error !== undefined) return `the merge queue: ${error.message.replace(/\.$/, '')}`;
  const position = data?.enqueuePullRequest?.mergeQueueEntry?.position;
  return position === undefined ? 'the merge queue' : `the merge queue, position ${position}`;
}

/** Enterprise Server has GraphQL beside, not below, its REST API. */
function graphqlUrl(apiUrl: string): string {
  const base = apiUrl.replace(/\/+$/, '');
  return base.endsWith('/api/v3') ? base.replace(/\/v3$/, '/graphql') : `${base}/graphql`;
}
