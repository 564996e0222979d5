import { type Answer, badCredentials, notFound, Refusal, refused } from '../answer.ts';
import { type ForgeState, inTurn, repositoryKey, type User } from '../model.ts';
import { followBranches } from '../pull-requests.ts';
import { answerGraphql } from './graphql.ts';
import { routeOf } from './routes.ts';

/** One call of the API, read from HTTP. */
export interface ApiRequest {
  readonly method: string;
  /** The path below `/api`: `/v3/repos/…`, `/graphql`. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** The token of the call; undefined where none came. */
  readonly token: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Answers GitHub's REST API as Enterprise Server serves it, `/api/v3`, and GraphQL beside it. */
export async function answerApi(state: ForgeState, request: ApiRequest): Promise<Answer> {
  const user = state.users.find(({ token }) => token === request.token);
  if (user === undefined) return request.token === undefined ? refused(401, 'Requires authentication') : badCredentials;
  try {
    if (request.method === 'POST' && request.path === '/graphql') return await answerGraphql(state, user, request.body);
    return await answerRest(state, user, request);
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    throw error;
  }
}

async function answerRest(state: ForgeState, user: User, request: ApiRequest): Promise<Answer> {
  const match = routeOf(request.method, request.path.replace(/^\/v3/, ''));
  if (match === undefined) return notFound;
  const { route, params } = match;
  const repository = state.repositories.get(repositoryKey(params.owner ?? '', params.repo ?? ''));
  if (repository === undefined || user.permission === 'none') return notFound;
  if (route.writes !== undefined && user.permission === 'read') {
    const headers = { 'x-accepted-github-permissions': route.writes };
    return refused(403, 'Resource not accessible by personal access token', headers);
  }
  return inTurn(repository, async () => {
    await followBranches(state, repository);
    return route.handle({ state, repository, user, params, query: request.query, body: request.body });
  });
}
