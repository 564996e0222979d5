import { z } from 'zod';
import { cut } from '../../../cut.ts';
import { Failure } from '../../../failure.ts';
import { listOf } from '../../../text/json-lists.ts';
import type { MergeResult } from '../../port.ts';
import type { GitHubClient } from '../client.ts';
import { askGraphql } from '../graphql.ts';
import type { GitHubPullRequest } from '../schemas.ts';
import { getPullRequest } from './pull-request.ts';

const ENQUEUE = `mutation ($input: EnqueuePullRequestInput!) {
  enqueuePullRequest(input: $input) { mergeQueueEntry { position } }
}`;
/** Only GraphQL says why a queue has thrown a request out: events of the REST API have no reason. */
const READ = `query ($id: ID!) { node(id: $id) { ... on PullRequest {
  mergeQueueEntry { position state enqueuedAt }
  timelineItems(last: 1, itemTypes: [REMOVED_FROM_MERGE_QUEUE_EVENT]) {
    nodes { ... on RemovedFromMergeQueueEvent { reason createdAt actor { login } } }
  }
} } }`;
const IS_QUEUED = 'query ($id: ID!) { node(id: $id) { ... on PullRequest { isInMergeQueue } } }';
const DEQUEUE =
  'mutation ($input: DequeuePullRequestInput!) { dequeuePullRequest(input: $input) { clientMutationId } }';

const errorsSchema = listOf(z.object({ message: z.string() })).optional();
const enqueuedSchema = z.object({
  data: z
    .object({
      enqueuePullRequest: z.object({ mergeQueueEntry: z.object({ position: z.int() }).nullable() }).nullish(),
    })
    .nullish(),
  errors: errorsSchema,
});
const entrySchema = z.object({ position: z.int(), state: z.string().optional(), enqueuedAt: z.iso.datetime() });
const removalSchema = z.object({
  reason: z.string().nullish(),
  createdAt: z.iso.datetime(),
  actor: z.object({ login: z.string() }).nullish(),
});
const queueSchema = z.object({
  data: z
    .object({
      node: z
        .object({
          mergeQueueEntry: entrySchema.nullish(),
          timelineItems: z.object({ nodes: listOf(removalSchema) }).nullish(),
        })
        .nullish(),
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
 * Puts the request into the branch's merge queue, which only GraphQL can, and says what is awaited. One that is queued already, or
 * that the queue does not take yet, is waited for. One that the queue has thrown out since `since` is not put in again: it
 * would be thrown out again and again, while nobody looks.
 */
export async function enterQueue(
  client: GitHubClient,
  found: GitHubPullRequest,
  since: string | undefined,
): Promise<MergeResult> {
  const { entry, removal } = await readQueue(client, found);
  if (entry !== undefined) return { kind: 'not yet', awaiting: entryWords(entry) };
  if (removal !== undefined && since !== undefined && isSince(removal, since)) {
    // GitHub calls a merge by the queue a removal, too, and may show the request as open for a moment.
    if (/^merged$/i.test(removal.reason ?? ''))
      return { kind: 'not yet', awaiting: 'the merge by the merge queue', isBrief: true };
    return { kind: 'refused', reason: removalWords(removal) };
  }
  return { kind: 'not yet', awaiting: await enqueue(client, found) };
}

type Entry = z.infer<typeof entrySchema>;
type Removal = z.infer<typeof removalSchema>;

async function readQueue(
  client: GitHubClient,
  { number, node_id: id }: GitHubPullRequest,
): Promise<{ readonly entry: Entry | undefined; readonly removal: Removal | undefined }> {
  const doing = `see where pull request #${number} is in the merge queue`;
  const { data } = await askGraphql(client, queueSchema, { doing, query: READ, variables: { id } });
  const { mergeQueueEntry: entry, timelineItems: removals } = data?.node ?? {};
  return { entry: entry ?? undefined, removal: removals?.nodes.at(-1) };
}

async function enqueue(client: GitHubClient, found: GitHubPullRequest): Promise<string> {
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

/** The states of an entry that say more than that it waits. */
const entryStates: Readonly<Record<string, string>> = {
  AWAITING_CHECKS: 'its checks run',
  MERGEABLE: 'its checks are green',
  UNMERGEABLE: 'it cannot be merged as the queue stands',
  LOCKED: 'it is being merged',
};

function entryWords({ position, state = '', enqueuedAt }: Entry): string {
  const how = entryStates[state];
  return `the merge queue, position ${position} since ${enqueuedAt}${how === undefined ? '' : `: ${how}`}`;
}

/** GitHub writes whole seconds. */
function isSince({ createdAt }: Removal, since: string): boolean {
  return Date.parse(createdAt) >= Math.floor(Date.parse(since) / 1000) * 1000;
}

function removalWords({ reason, createdAt, actor }: Removal): string {
  const why = reason ? `: ${oneLine(reason).replaceAll('_', ' ')}` : ', and says no reason';
  const by = actor ? `, by ${oneLine(actor.login)}` : '';
  return `The merge queue threw it out (${createdAt}${by})${why}. A retry puts it in again.`;
}

function oneLine(text: string): string {
  return cut(text.replace(/\s+/g, ' ').trim().replace(/\.$/, ''), 500);
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
