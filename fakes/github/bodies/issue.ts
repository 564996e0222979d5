import type { Comment, ForgeState, Label, PullRequest, Repository, RequestContext } from '../model.ts';
import { nodeId } from './node-id.ts';
import { assigneesOf } from './people.ts';
import { repositoryApiUrl } from './repository.ts';
import { userBody } from './user.ts';

/** Writes a label as `label` of GitHub's description. */
export function labelBody(state: ForgeState, repository: Repository, { id, name, color, description }: Label) {
  const url = `${repositoryApiUrl(state, repository)}/labels/${encodeURIComponent(name)}`;
  return { id, node_id: nodeId('LA', id), url, name, color, default: false, description };
}

/** Writes a comment as `issue-comment`. */
export function commentBody({ state, repository, request }: RequestContext, comment: Comment) {
  const api = repositoryApiUrl(state, repository);
  const { id, author, body, createdAt } = comment;
  return {
    id,
    node_id: nodeId('IC', id),
    url: `${api}/issues/comments/${id}`,
    html_url: `${state.url}/${repository.owner}/${repository.name}/pull/${request.number}#issuecomment-${id}`,
    issue_url: `${api}/issues/${request.number}`,
    body,
    user: userBody(state, author),
    author_association: 'MEMBER',
    created_at: createdAt,
    updated_at: createdAt,
  };
}

/** Writes a pull request as `issue`: every one is an issue, too. */
export function issueBody(state: ForgeState, repository: Repository, request: PullRequest) {
  const api = repositoryApiUrl(state, repository);
  const self = `${api}/issues/${request.number}`;
  const web = `${state.url}/${repository.owner}/${repository.name}/pull/${request.number}`;
  const pull = { url: `${api}/pulls/${request.number}`, html_url: web };
  return {
    id: request.id,
    node_id: nodeId('PR', request.id),
    url: self,
    repository_url: api,
    labels_url: `${self}/labels{/name}`,
    comments_url: `${self}/comments`,
    events_url: `${self}/events`,
    html_url: web,
    number: request.number,
    title: request.title,
    body: request.body,
    user: userBody(state, request.author),
    labels: request.labels.map((label) => labelBody(state, repository, label)),
    state: request.state,
    state_reason: null,
    locked: false,
    assignee: null,
    assignees: assigneesOf({ state, repository, request }),
    milestone: null,
    comments: request.comments.length,
    created_at: request.createdAt,
    updated_at: request.updatedAt,
    closed_at: request.closedAt,
    closed_by: request.closedBy && userBody(state, request.closedBy),
    author_association: 'MEMBER',
    active_lock_reason: null,
    draft: request.draft,
    pull_request: {
      ...pull,
      diff_url: `${web}.diff`,
      patch_url: `${web}.patch`,
      merged_at: request.mergedAt,
    },
  };
}
