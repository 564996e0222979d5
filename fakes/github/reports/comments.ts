import { type Answer, notFound, ok, refused } from '../answer.ts';
import { type Call, type Route, requiredText } from '../api/call.ts';
import { commentBody } from '../bodies/issue.ts';
import { type ForgeState, repositoryKey, timestamp, type User } from '../model.ts';

export const commentRoutes: readonly Route[] = [
  {
    method: 'PATCH',
    path: '/repos/:owner/:repo/issues/comments/:id',
    writes: 'issues=write; pull_requests=write',
    handle: editComment,
  },
];

function editComment(call: Call): Answer {
  const { state, repository, params } = call;
  const body = requiredText(call, { resource: 'IssueComment', field: 'body', limit: 65_536 });
  for (const request of repository.pullRequests) {
    const index = request.comments.findIndex(({ id }) => String(id) === params.id);
    const comment = request.comments[index];
    if (comment === undefined) continue;
    if (call.user.permission === 'write' && comment.author !== call.user)
      return refused(403, 'Must have admin rights to Repository.');
    const edited = { ...comment, body };
    request.comments[index] = edited;
    request.updatedAt = timestamp(state);
    return ok(commentBody({ state, repository, request }, edited));
  }
  return notFound;
}

interface Variables {
  readonly owner?: string;
  readonly name?: string;
  readonly number?: number;
  readonly before?: string | null;
}

/** Answers a page of the comments of a request by GraphQL, from the end, with whether the one who asks wrote them. */
export function answerComments(state: ForgeState, user: User, variables: Variables): Answer {
  const { owner = '', name = '', number, before } = variables;
  const repository = state.repositories.get(repositoryKey(owner, name));
  const request = repository?.pullRequests.find((one) => one.number === number);
  if (request === undefined) return ok({ data: { repository: null } });
  const end = before == null ? request.comments.length : Number(before);
  const start = Math.max(0, end - 100);
  const nodes = request.comments
    .slice(start, end)
    .map(({ id, body, author }) => ({ databaseId: id, body, viewerDidAuthor: author === user }));
  const pageInfo = { hasPreviousPage: start > 0, startCursor: String(start) };
  return ok({ data: { repository: { pullRequest: { comments: { nodes, pageInfo } } } } });
}
