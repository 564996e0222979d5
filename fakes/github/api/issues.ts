import { type Answer, created, invalid, notFound, ok, Refusal, refused } from '../answer.ts';
import { commentBody, issueBody, labelBody } from '../bodies/issue.ts';
import { fullRepositoryBody } from '../bodies/repository.ts';
import { type ForgeState, type Label, type PullRequest, type Repository, timestamp, type User } from '../model.ts';
import { type Call, page, type Route, requestOf, requiredText, textOf } from './call.ts';

const ISSUES = 'issues=write; pull_requests=write';

export const issueRoutes: readonly Route[] = [
  { method: 'GET', path: '/repos/:owner/:repo', handle: (call) => ok(fullRepositoryBody(call.state, call.repository)) },
  { method: 'GET', path: '/repos/:owner/:repo/labels/:name', handle: readLabel },
  { method: 'POST', path: '/repos/:owner/:repo/labels', writes: ISSUES, handle: createLabel },
  {
    method: 'GET',
    path: '/repos/:owner/:repo/issues/:number',
    handle: (call) => ok(issueBody(call.state, call.repository, requestOf(call))),
  },
  { method: 'GET', path: '/repos/:owner/:repo/issues/:number/comments', handle: listComments },
  { method: 'POST', path: '/repos/:owner/:repo/issues/:number/comments', writes: ISSUES, handle: comment },
  { method: 'POST', path: '/repos/:owner/:repo/issues/:number/labels', writes: ISSUES, handle: addLabels },
  { method: 'DELETE', path: '/repos/:owner/:repo/issues/:number/labels/:name', writes: ISSUES, handle: removeLabel },
];

export function addComment(state: ForgeState, request: PullRequest, author: User, body: string) {
  const added = { id: state.nextId(), author, body, createdAt: timestamp(state) };
  request.comments.push(added);
  request.updatedAt = added.createdAt;
  return added;
}

function listComments(call: Call): Answer {
  const { state, repository } = call;
  const request = requestOf(call);
  const path = `issues/${request.number}/comments`;
  return page(call, path, request.comments, (one) => commentBody(state, repository, request, one));
}

function comment(call: Call): Answer {
  const request = requestOf(call);
  const body = requiredText(call, 'IssueComment', 'body', 65_536);
  const added = addComment(call.state, request, call.user, body);
  return created(commentBody(call.state, call.repository, request, added));
}

function readLabel({ state, repository, params }: Call): Answer {
  const found = labelNamed(repository, params.name ?? '');
  return found === undefined ? notFound : ok(labelBody(state, repository, found));
}

function createLabel(call: Call): Answer {
  const { state, repository } = call;
  const name = requiredText(call, 'Label', 'name', 50);
  if (labelNamed(repository, name))
    throw new Refusal(invalid({ resource: 'Label', field: 'name', code: 'already_exists' }));
  const color = textOf(call, 'Label', 'color') ?? 'ededed';
  if (!/^[0-9a-f]{6}$/i.test(color)) throw new Refusal(invalid({ resource: 'Label', field: 'color', code: 'invalid' }));
  const added = newLabel(state, repository, name, color, textOf(call, 'Label', 'description', 100) ?? null);
  return created(labelBody(state, repository, added));
}

function addLabels(call: Call): Answer {
  const { state, repository } = call;
  const request = requestOf(call);
  const wanted: unknown = call.body.labels;
  if (!Array.isArray(wanted)) throw new Refusal(invalid({ resource: 'Label', field: 'labels', code: 'missing_field' }));
  for (const name of wanted.map(String)) {
    const label = labelNamed(repository, name) ?? newLabel(state, repository, name, 'ededed', null);
    if (!request.labels.includes(label)) request.labels.push(label);
  }
  request.updatedAt = timestamp(state);
  return ok(request.labels.map((label) => labelBody(state, repository, label)));
}

function removeLabel(call: Call): Answer {
  const { state, repository, params } = call;
  const request = requestOf(call);
  const label = labelNamed(repository, params.name ?? '');
  const index = label === undefined ? -1 : request.labels.indexOf(label);
  if (index < 0) return refused(404, 'Label does not exist');
  request.labels.splice(index, 1);
  request.updatedAt = timestamp(state);
  return ok(request.labels.map((each) => labelBody(state, repository, each)));
}

function newLabel(state: ForgeState, repository: Repository, name: string, color: string, description: string | null) {
  const added: Label = { id: state.nextId(), name, color, description };
  repository.labels.push(added);
  return added;
}

function labelNamed({ labels }: Repository, name: string): Label | undefined {
  return labels.find((label) => label.name.toLowerCase() === name.toLowerCase());
}
