import { created, invalid, ok, Refusal, refused } from '../answer.ts';
import { type Call, type Route, requiredText, textOf } from '../api/call.ts';
import { nodeId } from '../bodies/node-id.ts';
import { repositoryApiUrl, repositoryBody } from '../bodies/repository.ts';
import { userBody } from '../bodies/user.ts';
import { tryGit } from '../git/run.ts';
import { timestamp } from '../model.ts';
import { type CheckRun, latestCheckRuns, latestStatuses, reportsOf, type Status } from './state.ts';

const RESOURCE = 'Status';
const STATES = ['error', 'failure', 'pending', 'success'];
/** GitHub keeps so many statuses of one context at one commit. */
const MOST = 1_000;

export const statusRoutes: readonly Route[] = [
  { method: 'POST', path: '/repos/:owner/:repo/statuses/:sha', writes: 'statuses=write', handle: createStatus },
  { method: 'GET', path: '/repos/:owner/:repo/commits/:sha/status', handle: readCombined },
  { method: 'GET', path: '/repos/:owner/:repo/commits/:sha/check-runs', handle: listCheckRuns },
];

async function createStatus(call: Call) {
  const { state, repository, user, params } = call;
  const sha = params.sha ?? '';
  const refuse = (message: string) => new Refusal(invalid({ resource: RESOURCE, code: 'custom', message }));
  const { code } = await tryGit(repository.directory, ['cat-file', '-e', `${sha}^{commit}`]);
  if (!/^[0-9a-f]{40}$/.test(sha) || code !== 0) throw new Refusal(refused(422, `No commit found for SHA: ${sha}`));
  const wanted = requiredText(call, { resource: RESOURCE, field: 'state' });
  if (!STATES.includes(wanted)) throw refuse(`state is not included in the list`);
  const context = textOf(call, { resource: RESOURCE, field: 'context' }) ?? 'default';
  const { statuses } = reportsOf(repository);
  if (statuses.filter((one) => one.sha === sha && one.context === context).length >= MOST)
    throw refuse('This SHA and context has reached the maximum number of statuses.');
  const status: Status = {
    id: state.nextId(),
    sha,
    context,
    state: wanted,
    description: textOf(call, { resource: RESOURCE, field: 'description', limit: 140 }) ?? null,
    targetUrl: textOf(call, { resource: RESOURCE, field: 'target_url' }) ?? null,
    creator: user,
    createdAt: timestamp(state),
  };
  statuses.push(status);
  return created({ ...statusBody(call, status), creator: userBody(state, user) });
}

function statusBody({ state, repository }: Call, status: Status) {
  const { id, sha, context, state: is, description, targetUrl, createdAt, creator } = status;
  return {
    id,
    node_id: nodeId('SC', id),
    url: `${repositoryApiUrl(state, repository)}/statuses/${sha}`,
    avatar_url: `${state.url}/avatars/${creator.login}`,
    state: is,
    description,
    target_url: targetUrl,
    context,
    created_at: createdAt,
    updated_at: createdAt,
  };
}

/** Cuts a page of a list that stands within an answer. */
function pageOf<T>({ query }: Call, all: readonly T[]) {
  const size = Math.min(Math.max(Number(query.get('per_page') ?? 30), 1), 100);
  const number = Math.max(Number(query.get('page') ?? 1), 1);
  return { shown: all.slice((number - 1) * size, number * size), more: all.length > number * size, number };
}

function linked(call: Call, body: unknown, { more, number }: { readonly more: boolean; readonly number: number }) {
  const next = new URLSearchParams(call.query);
  next.set('page', String(number + 1));
  const { owner, repo, sha } = call.params;
  const url = `${call.state.url}/api/v3/repos/${owner}/${repo}/commits/${sha}?${next}`;
  return more ? { ...ok(body), headers: { link: `<${url}>; rel="next"` } } : ok(body);
}

function readCombined(call: Call) {
  const { state, repository, params } = call;
  const sha = params.sha ?? '';
  const all = latestStatuses(repository, sha);
  const page = pageOf(call, all);
  const api = repositoryApiUrl(state, repository);
  const { allow_merge_commit, allow_squash_merge, allow_rebase_merge, ...minimal } = repositoryBody(state, repository);
  const failed = all.some((status) => ['error', 'failure'].includes(status.state));
  const pending = all.length === 0 || all.some((status) => status.state === 'pending');
  const body = {
    state: failed ? 'failure' : pending ? 'pending' : 'success',
    sha,
    total_count: all.length,
    statuses: page.shown.map((status) => statusBody(call, status)),
    repository: minimal,
    commit_url: `${api}/commits/${sha}`,
    url: `${api}/commits/${sha}/status`,
  };
  return linked(call, body, page);
}

function listCheckRuns(call: Call) {
  const latest = latestCheckRuns(call.repository, call.params.sha ?? '');
  const page = pageOf(call, latest);
  return linked(
    call,
    { total_count: latest.length, check_runs: page.shown.map((run) => checkRunBody(call, run)) },
    page,
  );
}

function checkRunBody(
  { state, repository }: Call,
  { id, sha, name, status, conclusion, startedAt, completedAt }: CheckRun,
) {
  const url = `${repositoryApiUrl(state, repository)}/check-runs/${id}`;
  return {
    id,
    node_id: nodeId('CR', id),
    head_sha: sha,
    external_id: '',
    url,
    html_url: `${state.url}/${repository.owner}/${repository.name}/runs/${id}`,
    details_url: null,
    status,
    conclusion,
    started_at: startedAt,
    completed_at: completedAt,
    output: { title: null, summary: null, text: null, annotations_count: 0, annotations_url: `${url}/annotations` },
    name,
    check_suite: { id: 1 },
    app: null,
    pull_requests: [],
  };
}
