import { type Answer, ok } from '../answer.ts';
import { idOfNode } from '../bodies/node-id.ts';
import { brokenRule } from '../merging.ts';
import { type ForgeState, inTurn, type PullRequest, type RequestContext, type User } from '../model.ts';
import { followBranches } from '../pull-requests.ts';

interface Variables {
  readonly id?: string;
  readonly input?: { readonly pullRequestId?: string; readonly id?: string; readonly expectedHeadOid?: string };
}

type Field = 'enqueuePullRequest' | 'dequeuePullRequest' | 'node';

/** Answers what is asked about merge queues: two mutations, and whether a request is in one. */
export async function answerGraphql(
  state: ForgeState,
  user: User,
  body: Readonly<Record<string, unknown>>,
): Promise<Answer> {
  const fields: readonly Field[] = ['enqueuePullRequest', 'dequeuePullRequest', 'node'];
  const field = fields.find((name) => String(body.query).includes(`${name}(`));
  if (field === undefined) return error('node', `Only ${fields.join(', ')} are known here`);
  const { id: asked, input = {} } = (body.variables ?? {}) as Variables;
  const nodeId = asked ?? input.pullRequestId ?? input.id ?? '';
  const id = idOfNode('PR', nodeId);
  for (const repository of state.repositories.values()) {
    const request = repository.pullRequests.find((one) => one.id === id);
    if (request === undefined) continue;
    if (field === 'node') return ok({ data: { node: { isInMergeQueue: request.queued } } });
    return inTurn(repository, () =>
      field === 'enqueuePullRequest'
        ? enqueue({ state, repository, request }, user, input.expectedHeadOid)
        : dequeue(request),
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
  if (request.queued) return refuse('Pull request is already in the queue');
  const rule = brokenRule(repository, request, { by, fromQueue: true });
  if (rule !== undefined) return refuse(rule);
  request.queued = true;
  const queue = repository.pullRequests.filter((one) => one.queued && one.baseBranch === request.baseBranch);
  return ok({ data: { enqueuePullRequest: { mergeQueueEntry: { position: queue.length } } } });
}

async function dequeue(request: PullRequest): Promise<Answer> {
  if (!request.queued) return error('dequeuePullRequest', 'Pull request is not in the merge queue');
  request.queued = false;
  return ok({ data: { dequeuePullRequest: { clientMutationId: null } } });
}

function error(field: Field, message: string, type = 'UNPROCESSABLE'): Answer {
  return ok({ data: { [field]: null }, errors: [{ type, path: [field], message }] });
}
