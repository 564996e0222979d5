import { type Answer, created, invalid, ok, Refusal, refused } from '../answer.ts';
import { pullRequestBody, pullRequestSummary } from '../bodies/pull-request.ts';
import { haveCommonHistory } from '../git/compare.ts';
import { branchHead } from '../git/run.ts';
import { mergePullRequest } from '../merging.ts';
import { mergeMethodOf, type PullRequest, type RequestContext, timestamp, type User } from '../model.ts';
import { openPullRequest, reopenPullRequest } from '../opening.ts';
import { closeRequest, comparisonOf } from '../pull-requests.ts';
import { type Call, page, type Route, requestContextOf, requiredText, type TextField, textOf } from './call.ts';

const RESOURCE = 'PullRequest';
const TITLE: TextField = { resource: RESOURCE, field: 'title', limit: 256 };
const BODY: TextField = { resource: RESOURCE, field: 'body', limit: 65_536 };
const NEEDS = 'pull_requests=write';

export const pullRoutes: readonly Route[] = [
  { method: 'GET', path: '/repos/:owner/:repo/pulls', handle: listPullRequests },
  { method: 'POST', path: '/repos/:owner/:repo/pulls', writes: NEEDS, handle: createPullRequest },
  { method: 'GET', path: '/repos/:owner/:repo/pulls/:number', handle: readPullRequest },
  { method: 'PATCH', path: '/repos/:owner/:repo/pulls/:number', writes: NEEDS, handle: updatePullRequest },
  { method: 'PUT', path: '/repos/:owner/:repo/pulls/:number/merge', writes: 'contents=write', handle: mergeOnRequest },
];

function listPullRequests(call: Call): Answer {
  const { state, repository, query } = call;
  const wanted = query.get('state') ?? 'open';
  const base = query.get('base');
  const head = query.get('head');
  // As on GitHub, a head without its owner is no filter at all.
  const branch = head?.includes(':') ? head : null;
  const key = query.get('sort') === 'updated' ? 'updatedAt' : 'createdAt';
  const direction = query.get('direction') ?? (key === 'createdAt' ? 'desc' : 'asc');
  const found = repository.pullRequests
    .filter((one) => wanted === 'all' || one.state === wanted)
    .filter((one) => base === null || one.baseBranch === base)
    .filter((one) => branch === null || branch.toLowerCase() === `${repository.owner}:${one.headBranch}`.toLowerCase())
    .sort((one, other) => other[key].localeCompare(one[key]) || other.number - one.number);
  if (direction === 'asc') found.reverse();
  return page(call, {
    path: 'pulls',
    bodies: found.map((request) => pullRequestSummary({ state, repository, request })),
  });
}

async function createPullRequest(call: Call): Promise<Answer> {
  const head = requiredText(call, { resource: RESOURCE, field: 'head' }).replace(/^[^:]*:/, '');
  const base = requiredText(call, { resource: RESOURCE, field: 'base' });
  const title = requiredText(call, TITLE);
  const body = textOf(call, BODY) ?? null;
  const { state, repository, user } = call;
  const draft = call.body.draft === true;
  const [headSha, baseSha] = [branchHead(repository.directory, head), branchHead(repository.directory, base)];
  const refuse = (message: string) => new Refusal(invalid({ resource: RESOURCE, code: 'custom', message }));
  if (baseSha === undefined) throw new Refusal(invalid({ resource: RESOURCE, field: 'base', code: 'invalid' }));
  if (headSha === undefined) throw new Refusal(invalid({ resource: RESOURCE, field: 'head', code: 'invalid' }));
  const isOpen = (one: PullRequest) => one.state === 'open' && one.headBranch === head && one.baseBranch === base;
  if (repository.pullRequests.some(isOpen)) {
    throw refuse(`A pull request already exists for ${repository.owner}:${head}.`);
  }
  if (!(await haveCommonHistory(repository.directory, baseSha, headSha))) {
    throw refuse(`The ${head} branch has no history in common with ${base}`);
  }
  const place = { head: { branch: head, sha: headSha }, base: { branch: base, sha: baseSha } };
  const request = await openPullRequest(state, repository, { ...place, title, body, draft, author: user });
  if (request === undefined) throw refuse(`No commits between ${base} and ${head}`);
  return created(await answeredBody({ state, repository, request }, user));
}

async function readPullRequest(call: Call): Promise<Answer> {
  const context = requestContextOf(call);
  const { request } = context;
  const body = await answeredBody(context, call.user);
  if (request.uncomputedReads > 0) request.uncomputedReads -= 1;
  return ok(body);
}

async function updatePullRequest(call: Call): Promise<Answer> {
  const context = requestContextOf(call);
  const { request } = context;
  const title = textOf(call, TITLE);
  const body = textOf(call, BODY);
  const wanted = textOf(call, { resource: RESOURCE, field: 'state' });
  if (title !== undefined) request.title = title;
  if (body !== undefined) request.body = body;
  request.updatedAt = timestamp(call.state);
  if (wanted === 'closed' && request.state === 'open') closeRequest(call.state, request, call.user);
  if (
    wanted === 'open' &&
    request.state === 'closed' &&
    !(await reopenPullRequest(call.state, call.repository, request))
  ) {
    const message = 'state cannot be changed. The head branch was changed after the pull request was closed.';
    throw new Refusal(invalid({ resource: RESOURCE, field: 'state', code: 'invalid', message }));
  }
  return ok(await answeredBody(context, call.user));
}

async function mergeOnRequest(call: Call): Promise<Answer> {
  const optionalText = (field: string) => textOf(call, { resource: RESOURCE, field });
  const context = requestContextOf(call);
  const method = mergeMethodOf(optionalText('merge_method') ?? 'merge');
  if (method === undefined) throw new Refusal(invalid({ resource: RESOURCE, field: 'merge_method', code: 'invalid' }));
  const result = await mergePullRequest(context, {
    by: call.user,
    method,
    sha: optionalText('sha'),
    title: optionalText('commit_title'),
    message: optionalText('commit_message'),
  });
  if (result.kind === 'refused') return refused(result.status, result.message);
  return ok({ sha: result.commit, merged: true, message: 'Pull Request successfully merged' });
}

async function answeredBody(context: RequestContext, viewer: User): Promise<unknown> {
  return pullRequestBody(context, await comparisonOf(context.repository, context.request), viewer);
}
