import { type Answer, created, invalid, notFound, ok, Refusal, refused } from '../answer.ts';
import { commentBody, issueBody, labelBody } from '../bodies/issue.ts';
import { fullRepositoryBody } from '../bodies/repository.ts';
import {
  type Label,
  type Repository,
  type RepositoryContext,
  type RequestContext,
  timestamp,
  type User,
} from '../model.ts';
import { type Call, page, type Route, requestContextOf, requestOf, requiredText, textOf } from './call.ts';

const ISSUES = 'issues=write; pull_requests=write';
const DEFAULT_COLOR = 'ededed';

export const issueRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/repos/:owner/:repo',
    handle: (call) => ok(fullRepositoryBody(call.state, call.repository, call.user)),
  },
  { method: 'GET', path: '/repos/:owner/:repo/labels/:name', handle: readLabel },
  { method: 'POST', path: '/repos/:owner/:repo/labels', writes: ISSUES, handle: createLabel },
  { method: 'PATCH', path: '/repos/:owner/:repo/labels/:name', writes: ISSUES, handle: updateLabel },
  {
    method: 'GET',
    path: '/repos/:owner/:repo/issues/:number',
    handle: (call) => ok(issueBody(call.state, call.repository, requestOf(call))),
  },
  { method: 'GET', path: '/repos/:owner/:repo/issues/:number/comments', handle: listComments },
  { method: 'POST', path: '/repos/:owner/:repo/issues/:number/comments', writes: ISSUES, handle: createComment },
  { method: 'POST', path: '/repos/:owner/:repo/issues/:number/labels', writes: ISSUES, handle: addLabels },
  { method: 'PUT', path: '/repos/:owner/:repo/issues/:number/labels', writes: ISSUES, handle: setLabels },
  { method: 'DELETE', path: '/repos/:owner/:repo/issues/:number/labels/:name', writes: ISSUES, handle: removeLabel },
];

/** Adds a comment to a request, and answers it. */
export function addComment({ state, request }: RequestContext, author: User, body: string) {
  const added = { id: state.nextId(), author, body, createdAt: timestamp(state) };
  request.comments.push(added);
  request.updatedAt = added.createdAt;
  return added;
}

function listComments(call: Call): Answer {
  const context = requestContextOf(call);
  const { number, comments } = context.request;
  return page(call, {
    path: `issues/${number}/comments`,
    bodies: comments.map((one) => commentBody(context, one)),
  });
}

function createComment(call: Call): Answer {
  const context = requestContextOf(call);
  const body = requiredText(call, { resource: 'IssueComment', field: 'body', limit: 65_536 });
  const added = addComment(context, call.user, body);
  return created(commentBody(context, added));
}

function readLabel({ state, repository, params }: Call): Answer {
  const found = labelNamed(repository, params.name ?? '');
  return found === undefined ? notFound : ok(labelBody(state, repository, found));
}

function createLabel(call: Call): Answer {
  const { state, repository } = call;
  const name = requiredText(call, { resource: 'Label', field: 'name', limit: 50 });
  if (labelNamed(repository, name))
    throw new Refusal(invalid({ resource: 'Label', field: 'name', code: 'already_exists' }));
  const color = colorOf(call) ?? DEFAULT_COLOR;
  const description = textOf(call, { resource: 'Label', field: 'description', limit: 100 }) ?? null;
  const added = addLabel(call, { name, color, description });
  return created(labelBody(state, repository, added));
}

function colorOf(call: Call): string | undefined {
  const color = textOf(call, { resource: 'Label', field: 'color' });
  if (color === undefined || /^[0-9a-f]{6}$/i.test(color)) return color;
  throw new Refusal(invalid({ resource: 'Label', field: 'color', code: 'invalid' }));
}

function updateLabel(call: Call): Answer {
  const { state, repository, params } = call;
  const label = labelNamed(repository, params.name ?? '');
  if (label === undefined) return notFound;
  const description = textOf(call, { resource: 'Label', field: 'description', limit: 100 });
  Object.assign(label, { color: colorOf(call) ?? label.color, description: description ?? label.description });
  return ok(labelBody(state, repository, label));
}

function addLabels(call: Call): Answer {
  const { state, repository } = call;
  const request = requestOf(call);
  const wanted: unknown = call.body.labels;
  if (!Array.isArray(wanted)) throw new Refusal(invalid({ resource: 'Label', field: 'labels', code: 'missing_field' }));
  for (const name of wanted.map(String)) {
    const label = labelNamed(repository, name) ?? addLabel(call, { name, color: DEFAULT_COLOR, description: null });
    if (!request.labels.includes(label)) request.labels.push(label);
  }
  request.updatedAt = timestamp(state);
  return ok(request.labels.map((label) => labelBody(state, repository, label)));
}

function setLabels(call: Call): Answer {
  requestOf(call).labels.length = 0;
  return addLabels(call);
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

function addLabel({ state, repository }: RepositoryContext, label: Omit<Label, 'id'>): Label {
  const added = { id: state.nextId(), ...label };
  repository.labels.push(added);
  return added;
}

function labelNamed({ labels }: Repository, name: string): Label | undefined {
  return labels.find((label) => label.name.toLowerCase() === name.toLowerCase());
}
