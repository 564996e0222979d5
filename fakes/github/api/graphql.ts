import { type Answer, ok } from '../answer.ts';
import { idOfNode } from '../bodies/node-id.ts';
import {
  type ForgeState,
  inTurn,
  type PullRequest,
  type Repository,
  type RequestContext,
  timestamp,
  type User,
} from '../model.ts';
import { followBranches, leaveQueue } from '../pull-requests.ts';
import { answerComments } from '../reports/comments.ts';
import { brokenRule } from '../rules/broken-rule.ts';

interface Variables {
  readonly id?: string;
  readonly input?: { readonly pullRequestId?: string; readonly id?: string; readonly expectedHeadOid?: string };
}

type Field = 'enqueuePullRequest' | 'dequeuePullRequest' | 'node';

/** Answers what is asked about comments, and about merge queues: two mutations, and whether a request is in one. */
export async function answerGraphql(
  state: ForgeState,
  user: User,
  body: Readonly<Record<string, unknown>>,
): Promise<Answer> {
  if (String(body.query).includes('viewerDidAuthor')) return answerComments(state, user, body.variables ?? {});
  const fields: readonly Field[] = ['enqueuePullRequest', 'dequeuePullRequest', 'node'];
  const field = fields.find((name) => String(body.query).includes(`${name}(`));
  if (field === undefined) return error('node', `Only ${fields.join(', ')} are known here`);
  const { id: asked, input = {} } = (body.variables ?? {}) as Variables;
  const nodeId = asked ?? input.pullRequestId ?? input.id ?? '';
  const id = idOfNode('PR', nodeId);
  for (const repository of state.repositories.values()) {
    const request = repository.pullRequests.find((one) => one.id === id);
    if (request === undefined) continue;
    if (field === 'node') return ok({ data: { node: queueOf(repository, request) } });
    return inTurn(repository, () =>
      field === 'enqueuePullRequest'
        ? enqueue({ state, repository, request }, user, input.expectedHeadOid)
        : dequeue(state, user, request),
    );
  }
  return error(field, `Could not resolve to a node with the global id of '${nodeId}'`, 'NOT_FOUND');
}

async function enqueue(
  { state, repository, request }: RequestContext,
  by: User,
  head: string | undefined,
): Promise<Answer> {
  const refuse = (message: string) => error('enqueuePullRequest', message);
  await followBranches(state, repository);
  if (head !== undefined && head !== request.headSha)
    return refuse('Expected head oid does not match the current head');
  if (request.queuedAt) return refuse('Pull request is already in the queue');
  const rule = brokenRule(repository, request, { by, fromQueue: true });
  if (rule !== undefined) return refuse(rule);
  request.queuedAt = timestamp(state);
  return ok({ data: { enqueuePullRequest: { mergeQueueEntry: { position: positionOf(repository, request) } } } });
}

async function dequeue(state: ForgeState, { login: by }: User, request: PullRequest): Promise<Answer> {
  if (!request.queuedAt) return error('dequeuePullRequest', 'Pull request is not in the merge queue');
  leaveQueue(state, request, { reason: 'manual', by });
  return ok({ data: { dequeuePullRequest: { clientMutationId: null } } });
}

/** Answers what is asked of a request: whether and where it is in the queue, and how it last left it. */
function queueOf(repository: Repository, request: PullRequest) {
  const { queuedAt, thrownOut } = request;
  const position = positionOf(repository, request);
  return {
    isInMergeQueue: queuedAt !== undefined,
    mergeQueueEntry: queuedAt === undefined ? null : { position, state: 'AWAITING_CHECKS', enqueuedAt: queuedAt },
    timelineItems: {
      nodes: thrownOut ? [{ reason: thrownOut.reason, createdAt: thrownOut.at, actor: { login: thrownOut.by } }] : [],
    },
  };
}

/** Answers the place in the queue, from 1. */
function positionOf({ pullRequests }: Repository, { baseBranch, queuedAt, id }: PullRequest): number {
  const place = (one: { readonly queuedAt: string | undefined; readonly id: number }) => `${one.queuedAt} ${one.id}`;
  const before = pullRequests.filter(
    (one) => one.queuedAt && one.baseBranch === baseBranch && place(one) < place({ queuedAt, id }),
  );
  return before.length + 1;
}

function error(field: Field, message: string, type = 'UNPROCESSABLE'): Answer {
  return ok({ data: { [field]: null }, errors: [{ type, path: [field], message }] });
}
