import type { IncomingMessage, ServerResponse } from 'node:http';
import { readText } from '../http-input.ts';
import { mergePullRequest } from '../merging.ts';
import { type ForgeState, inTurn, mergeMethodOf, type PullRequest, type Repository, repositoryKey } from '../model.ts';
import { closeByPerson, personOf } from '../people.ts';
import { followBranches } from '../pull-requests.ts';
import { sendText } from '../send.ts';
import { commitPage, homePage, pullRequestPage, pullRequestsPage } from './pages.ts';

const HTML = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
};

/** Pages for people, at the addresses that GitHub uses. */
export async function answerWeb(
  state: ForgeState,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method === 'POST') return act(state, url, request, response);
  if (request.method !== 'GET' && request.method !== 'HEAD') return sendText(response, 405, 'Method not allowed\n');
  const content = await contentOf(state, url.pathname.replace(/\/+$/, ''));
  if (content === undefined) return sendText(response, 404, 'Not found\n');
  sendText(response, 200, content, HTML);
}

async function contentOf(state: ForgeState, path: string): Promise<string | undefined> {
  if (path === '') return homePage(state);
  const [, owner = '', name = '', kind = 'pulls', what = ''] = path.split('/');
  const repository = state.repositories.get(repositoryKey(owner, name.replace(/\.git$/, '')));
  if (repository === undefined) return undefined;
  return inTurn(repository, async () => {
    await followBranches(state, repository);
    if (kind === 'pulls') return pullRequestsPage(state, repository);
    if (kind === 'commit') return /^[0-9a-f]{7,40}$/.test(what) ? commitPage(repository, what) : undefined;
    const found = kind === 'pull' ? requestNumbered(repository, what) : undefined;
    return found && pullRequestPage(state, repository, found);
  });
}

/** The buttons: `POST …/pull/1/merge`, `/approve`, `/close`. */
async function act(state: ForgeState, url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { origin } = request.headers;
  if (origin !== undefined && origin !== state.url) return sendText(response, 403, 'This form is not ours.\n');
  const [, owner = '', name = '', , number = '', action = ''] = url.pathname.split('/');
  const repository = state.repositories.get(repositoryKey(owner, name));
  const found = repository && requestNumbered(repository, number);
  if (repository === undefined || found === undefined) return sendText(response, 404, 'Not found\n');
  const form = new URLSearchParams(await readText(request));
  const problem = await inTurn(repository, async () => {
    await followBranches(state, repository);
    return press(state, repository, found, action, form);
  });
  if (problem !== undefined) {
    return sendText(response, 409, await pullRequestPage(state, repository, found, problem), HTML);
  }
  response.writeHead(303, { location: `/${owner}/${name}/pull/${number}` }).end();
}

async function press(
  state: ForgeState,
  repository: Repository,
  request: PullRequest,
  action: string,
  form: URLSearchParams,
): Promise<string | undefined> {
  if (action === 'close') closeByPerson(state, request);
  else if (action === 'approve') request.approvals.add(state.person);
  else if (action === 'merge') {
    const sha = form.get('sha');
    const method = mergeMethodOf(form.get('method') ?? 'merge');
    if (method === undefined) return 'There is no such way to merge.';
    const merged = await mergePullRequest(state, repository, request, {
      by: personOf(state),
      method,
      ...(sha === null ? {} : { sha }),
    });
    if (merged.kind === 'refused') return merged.message;
  } else return `There is nothing to do called ${action}.`;
  return undefined;
}

function requestNumbered({ pullRequests }: Repository, number: string): PullRequest | undefined {
  return pullRequests.find((one) => String(one.number) === number);
}
