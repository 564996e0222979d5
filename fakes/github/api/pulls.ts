import { type Answer, created, invalid, ok, Refusal, refused } from '../answer.ts';
import { pullRequestBody, pullRequestSummary } from '../bodies/pull-request.ts';
import { haveCommonHistory } from '../git/compare.ts';
import { branchHead } from '../git/run.ts';
import { mergePullRequest } from '../merging.ts';
import { mergeMethodOf, type PullRequest, timestamp } from '../model.ts';
import { openPullRequest, reopenPullRequest } from '../opening.ts';
import { close, comparisonOf } from '../pull-requests.ts';
import { type Call, page, type Route, requestOf, requiredText, textOf } from './call.ts';

const RESOURCE = 'PullRequest';
const NEEDS = 'pull_requests=write';
const LIMITS = { title: 256, body: 65_536 } as const;

export const pullRoutes: readonly Route[] = [
  { method: 'GET', path: '/repos/:owner/:repo/pulls', handle: list },
  { method: 'POST', path: '/repos/:owner/:repo/pulls', writes: NEEDS, handle: open },
  { method: 'GET', path: '/repos/:owner/:repo/pulls/:number', handle: read },
  { method: 'PATCH', path: '/repos/:owner/:repo/pulls/:number', writes: NEEDS, handle: update },
  { method: 'PUT', path: '/repos/:owner/:repo/pulls/:number/merge', writes: 'contents=write', handle: merge },
];

function list(call: Call): Answer {
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
  return page(call, 'pulls', found, (one) => pullRequestSummary(state, repository, one));
}

async function open(call: Call): Promise<Answer> {
  const head = requiredText(call, RESOURCE, 'head').replace(/^[^:]*:/, '');
  const base = requiredText(call, RESOURCE, 'base');
  const title = requiredText(call, RESOURCE, 'title', LIMITS.title);
  const body = textOf(call, RESOURCE, 'body', LIMITS.body) ?? null;
  const { state, repository, user } = call;
  const draft = call.body.draft === true;
  const [headSha, baseSha] = [
    await branchHead(repository.directory, head),
    await branchHead(repository.directory, base),
  ];
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
  return created(await whole(call, request));
}

async function read(call: Call): Promise<Answer> {
  const request = requestOf(call);
  const body = await whole(call, request);
  if (request.uncomputedReads > 0) request.uncomputedReads -= 1;
  return ok(body);
}

async function update(call: Call): Promise<Answer> {
  const request = requestOf(call);
  const title = textOf(call, RESOURCE, 'title', LIMITS.title);
  const body = textOf(call, RESOURCE, 'body', LIMITS.body);
  const wanted = textOf(call, RESOURCE, 'state');
  if (title !== undefined) request.title = title;
  if (body !== undefined) request.body = body;
  request.updatedAt = timestamp(call.state);
  if (wanted === 'closed' && request.state === 'open') close(call.state, request, call.user);
  if (
    wanted === 'open' &&
    request.state === 'closed' &&
    !(await reopenPullRequest(call.state, call.repository, request))
  ) {
    const message = 'state cannot be changed. The head branch was changed after the pull request was closed.';
    throw new Refusal(invalid({ resource: RESOURCE, field: 'state', code: 'invalid', message }));
  }
  return ok(await whole(call, request));
}

async function merge(call: Call): Promise<Answer> {
  const request = requestOf(call);
  const method = mergeMethodOf(textOf(call, RESOURCE, 'merge_method') ?? 'merge');
  if (method === undefined) throw new Refusal(invalid({ resource: RESOURCE, field: 'merge_method', code: 'invalid' }));
  const optional = (key: string, field: string) => {
    const value = textOf(call, RESOURCE, field);
    return value === undefined ? {} : { [key]: value };
  };
  const result = await mergePullRequest(call.state, call.repository, request, {
    by: call.user,
    method,
    ...optional('sha', 'sha'),
    ...optional('title', 'commit_title'),
    ...optional('message', 'commit_message'),
  });
  if (result.kind === 'refused') return refused(result.status, result.message);
  return ok({ sha: result.commit, merged: true, message: 'Pull Request successfully merged' });
}

async function whole({ state, repository, user }: Call, request: PullRequest): Promise<unknown> {
  return pullRequestBody(state, repository, request, await comparisonOf(repository, request), user);
}
