import { type Answer, ok } from '../answer.ts';
import { idOfNode } from '../bodies/node-id.ts';
import { brokenRule } from '../merging.ts';
import { type ForgeState, inTurn, type PullRequest, type Repository, type User } from '../model.ts';
import { followBranches } from '../pull-requests.ts';

/** The one mutation that is asked for: `enqueuePullRequest`. */
export async function answerGraphql(
  state: ForgeState,
  user: User,
  body: Readonly<Record<string, unknown>>,
): Promise<Answer> {
  const { input } = (body.variables ?? {}) as { input?: { pullRequestId?: string; expectedHeadOid?: string } };
  if (!String(body.query).includes('enqueuePullRequest(')) return error('Only enqueuePullRequest is known here');
  const id = idOfNode('PR', input?.pullRequestId ?? '');
  for (const repository of state.repositories.values()) {
    const request = repository.pullRequests.find((one) => one.id === id);
    if (request === undefined) continue;
    return inTurn(repository, () => enqueue(state, repository, request, user, input?.expectedHeadOid));
  }
  return error(`Could not resolve to a node with the global id of '${input?.pullRequestId}'`, 'NOT_FOUND');
}

async function enqueue(
  state: ForgeState,
  repository: Repository,
  request: PullRequest,
  by: User,
  head: string | undefined,
): Promise<Answer> {
  await followBranches(state, repository);
  if (head !== undefined && head !== request.headSha) return error('Expected head oid does not match the current head');
  if (request.queued) return error('Pull request is already in the queue');
  const rule = brokenRule(repository, request, { by, fromQueue: true });
  if (rule !== undefined) return error(rule);
  request.queued = true;
  const queue = repository.pullRequests.filter((one) => one.queued && one.baseBranch === request.baseBranch);
  return ok({ data: { enqueuePullRequest: { mergeQueueEntry: { position: queue.length } } } });
}

function error(message: string, type = 'UNPROCESSABLE'): Answer {
  return ok({ data: { enqueuePullRequest: null }, errors: [{ type, path: ['enqueuePullRequest'], message }] });
}
