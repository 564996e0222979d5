import { z } from 'zod';
import { Failure } from '../../../failure.ts';
import type { GitHubClient } from '../client.ts';
import type { GitHubPullRequest } from '../schemas.ts';
import { getPullRequest } from './pull-request.ts';

const ENQUEUE = `mutation ($input: EnqueuePullRequestInput!) {
  enqueuePullRequest(input: $input) { mergeQueueEntry { position } }
}`;
const IS_QUEUED = 'query ($id: ID!) { node(id: $id) { ... on PullRequest { isInMergeQueue } } }';
const DEQUEUE =
  'mutation ($input: DequeuePullRequestInput!) { dequeuePullRequest(input: $input) { clientMutationId } }';

const errorsSchema = z.array(z.object({ message: z.string() })).optional();
const enqueuedSchema = z.object({
  data: z
    .object({
      enqueuePullRequest: z.object({ mergeQueueEntry: z.object({ position: z.int() }).nullable() }).nullish(),
    })
    .nullish(),
  errors: errorsSchema,
});
const queuedSchema = z.object({
  data: z.object({ node: z.object({ isInMergeQueue: z.boolean() }).nullish() }).nullish(),
  errors: errorsSchema,
});
const dequeuedSchema = z.object({ errors: errorsSchema });

/**
 * Puts the request into the branch's merge queue, which only GraphQL can, and says what is awaited. A request that is
 * queued already, or that the queue does not take yet, is waited for.
 */
export async function enqueue(client: GitHubClient, found: GitHubPullRequest): Promise<string> {
  const { data, errors = [] } = await askGraphql(client, enqueuedSchema, {
    doing: `put pull request #${found.number} into the merge queue`,
    query: ENQUEUE,
    variables: { input: { pullRequestId: found.node_id, expectedHeadOid: found.head.sha } },
  });
  const [error] = errors;
  if (error !== undefined) return `the merge queue: ${error.message.replace(/\.$/, '')}`;
  const position = data?.enqueuePullRequest?.mergeQueueEntry?.position;
  return position === undefined ? 'the merge queue' : `the merge queue, position ${position}`;
}

/** Leaves the queue as `Forge.leaveQueue` promises. A GitHub that does not know of queues has none. */
export async function leaveQueue(client: GitHubClient, number: number): Promise<void> {
  const { node_id: id } = await getPullRequest(client, number);
  const doing = `see whether pull request #${number} is in the merge queue`;
  const { data } = await askGraphql(client, queuedSchema, { doing, query: IS_QUEUED, variables: { id } });
  if (!data?.node?.isInMergeQueue) return;
  const { errors: [error] = [] } = await askGraphql(client, dequeuedSchema, {
    doing: `take pull request #${number} out of the merge queue`,
    query: DEQUEUE,
    variables: { input: { id } },
  });
  if (error === undefined) return;
  throw new Failure(
    'Refused',
    `GitHub does not let pull request #${number} leave its merge queue: ${error.message}. Take it out there, then retry.`,
  );
}

interface GraphqlCall {
  readonly doing: string;
  readonly query: string;
  readonly variables: object;
}

function askGraphql<T>(
  client: GitHubClient,
  answer: z.ZodType<T>,
  { doing, query, variables }: GraphqlCall,
): Promise<T> {
  const url = graphqlUrl(client.options.apiUrl);
  return client.ask({
    doing,
    request: (octokit) => octokit.request({ method: 'POST', url, query, variables }),
    answer,
  });
}

/** Answers the address of GraphQL, which an Enterprise Server has beside its REST API and not below it. */
function graphqlUrl(apiUrl: string): string {
  const base = apiUrl.replace(/\/+$/, '');
  return base.endsWith('/api/v3') ? base.replace(/\/v3$/, '/graphql') : `${base}/graphql`;
}
