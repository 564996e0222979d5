import { type Answer, badCredentials, notFound, Refusal, refused } from '../answer.ts';
import { authenticate, mayWrite } from '../apps/authenticate.ts';
import { type ForgeState, inTurn, repositoryKey } from '../model.ts';
import { followBranches } from '../pull-requests.ts';
import { answerApp } from './apps.ts';
import type { ApiRequest } from './call.ts';
import { answerGraphql } from './graphql.ts';
import { routeOf } from './routes.ts';

/** Answers GitHub's REST API as Enterprise Server serves it, `/api/v3`, and GraphQL beside it. */
export async function answerApi(state: ForgeState, request: ApiRequest): Promise<Answer> {
  try {
    const asApp = answerApp(state, request);
    if (asApp !== undefined) return asApp;
    if (request.method === 'POST' && request.path === '/graphql') {
      const user = authenticate(state, request.token, { owner: '', name: '' });
      return user === undefined ? unknown(request) : await answerGraphql(state, user, request.body);
    }
    return await answerRest(state, request);
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    throw error;
  }
}

function movedTo(url: string): Answer {
  const documentation_url =
    'https://docs.github.com/rest/guides/best-practices-for-using-the-rest-api#follow-redirects';
  return { status: 301, body: { message: 'Moved Permanently', url, documentation_url }, headers: { location: url } };
}

function unknown({ token }: ApiRequest): Answer {
  return token === undefined ? refused(401, 'Requires authentication') : badCredentials;
}

async function answerRest(state: ForgeState, request: ApiRequest): Promise<Answer> {
  const match = routeOf(request.method, request.path.replace(/^\/v3/, ''));
  const { owner = '', repo: name = '' } = match?.params ?? {};
  const user = authenticate(state, request.token, { owner, name });
  if (user === undefined) return unknown(request);
  if (match === undefined) return notFound;
  const to = state.moved.get(repositoryKey(owner, name));
  if (to !== undefined) return movedTo(`${state.url}/api/v3/repos/${to}`);
  const { route, params } = match;
  const repository = state.repositories.get(repositoryKey(params.owner ?? '', params.repo ?? ''));
  if (repository === undefined || user.permission === 'none') return notFound;
  if (route.writes !== undefined && !mayWrite(user, route.writes)) {
    const headers = { 'x-accepted-github-permissions': route.writes };
    return refused(403, `Resource not accessible by ${user.isApp ? 'integration' : 'personal access token'}`, headers);
  }
  if (repository.archived && request.method !== 'GET') return refused(403, 'Repository was archived so is read-only.');
  return inTurn(repository, async () => {
    await followBranches(state, repository);
    return route.handle({ state, repository, user, params, query: request.query, body: request.body });
  });
}
