import { type HttpCall, readText } from '../http-input.ts';
import { mergePullRequest } from '../merging.ts';
import {
  type ForgeState,
  inTurn,
  mergeMethodOf,
  type PullRequest,
  type Repository,
  type RequestContext,
  repositoryKey,
} from '../model.ts';
import { closeByPerson, personOf } from '../people.ts';
import { followBranches } from '../pull-requests.ts';
import { addReview } from '../rules/reviews.ts';
import { sendText } from '../send.ts';
import { commitPage, homePage, pullRequestPage, pullRequestsPage } from './pages.ts';

const HTML = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
};

/** Answers with pages for people, at the addresses that GitHub uses. */
export async function answerWeb(state: ForgeState, http: HttpCall): Promise<void> {
  const { url, request, response } = http;
  if (request.method === 'POST') return answerButton(state, http);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return sendText(response, { status: 405, text: 'Method not allowed\n' });
  }
  const content = await contentOf(state, url.pathname.replace(/\/+$/, ''));
  if (content === undefined) return sendText(response, { status: 404, text: 'Not found\n' });
  sendText(response, { status: 200, text: content, headers: HTML });
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
    const request = kind === 'pull' ? requestNumbered(repository, what) : undefined;
    return request && pullRequestPage({ state, repository, request });
  });
}

/** Answers the buttons: `POST …/pull/1/merge`, `/approve`, `/close`. */
async function answerButton(state: ForgeState, { url, request, response }: HttpCall): Promise<void> {
  const { origin } = request.headers;
  if (origin !== undefined && origin !== state.url) {
    return sendText(response, { status: 403, text: 'This form is not ours.\n' });
  }
  const [, owner = '', name = '', , number = '', action = ''] = url.pathname.split('/');
  const repository = state.repositories.get(repositoryKey(owner, name));
  const found = repository && requestNumbered(repository, number);
  if (repository === undefined || found === undefined) {
    return sendText(response, { status: 404, text: 'Not found\n' });
  }
  const context = { state, repository, request: found };
  const form = new URLSearchParams(await readText(request));
  const problem = await inTurn(repository, async () => {
    await followBranches(state, repository);
    return pressButton(context, action, form);
  });
  if (problem !== undefined) {
    return sendText(response, { status: 409, text: await pullRequestPage(context, problem), headers: HTML });
  }
  response.writeHead(303, { location: `/${owner}/${name}/pull/${number}` }).end();
}

/** Does what a button says; answers what is wrong where it cannot be done. */
async function pressButton(
  context: RequestContext,
  action: string,
  form: URLSearchParams,
): Promise<string | undefined> {
  const { state, request } = context;
  if (action === 'close') closeByPerson(state, request);
  else if (action === 'approve') addReview(context, { login: state.person, says: 'APPROVED' });
  else if (action === 'merge') {
    const sha = form.get('sha') ?? undefined;
    const method = mergeMethodOf(form.get('method') ?? 'merge');
    if (method === undefined) return 'There is no such way to merge.';
    const merged = await mergePullRequest(context, { by: personOf(state), method, sha });
    if (merged.kind === 'refused') return merged.message;
  } else return `There is nothing to do called ${action}.`;
  return undefined;
}

function requestNumbered({ pullRequests }: Repository, number: string): PullRequest | undefined {
  return pullRequests.find((one) => String(one.number) === number);
}
