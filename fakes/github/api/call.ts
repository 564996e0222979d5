import type { Answer } from '../answer.ts';
import { invalid, notFound, Refusal } from '../answer.ts';
import type { PullRequest, RepositoryContext, RequestContext, User } from '../model.ts';

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

/** One authenticated call about one repository. */
export interface Call extends RepositoryContext {
  readonly user: User;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
}

/** One endpoint of the API. */
export interface Route {
  readonly method: string;
  /** The path below the API's base, with `:name` for a parameter. */
  readonly path: string;
  /** The permission that a token needs, in the words of GitHub's header; reads need none. */
  readonly writes?: string;
  readonly handle: (call: Call) => Answer | Promise<Answer>;
}

/** Answers the pull request that the path names. Throws `Refusal` (404) where there is none. */
export function requestOf({ repository, params }: Call): PullRequest {
  const found = repository.pullRequests.find(({ number }) => String(number) === params.number);
  if (found === undefined) throw new Refusal(notFound);
  return found;
}

/** Names the pull request of the path, with where it is. */
export function requestContextOf(call: Call): RequestContext {
  return { state: call.state, repository: call.repository, request: requestOf(call) };
}

/** A text of the body, as GitHub's errors name it. */
export interface TextField {
  readonly resource: string;
  readonly field: string;
  /** The maximum length in characters. */
  readonly limit?: number;
}

/** Answers a text of the body; undefined where it is left out. Throws `Refusal` (422) where it is not valid. */
export function textOf({ body }: Call, { resource, field, limit }: TextField): string | undefined {
  const value = body[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw new Refusal(invalid({ resource, field, code: 'invalid' }));
  if (limit !== undefined && value.length > limit) {
    const message = `${field} is too long (maximum is ${limit} characters)`;
    throw new Refusal(invalid({ resource, field, code: 'custom', message }));
  }
  return value;
}

/** Answers a text of the body. Throws `Refusal` (422) where it is left out, empty or not valid. */
export function requiredText(call: Call, text: TextField): string {
  const value = textOf(call, text);
  if (!value) {
    const { resource, field } = text;
    throw new Refusal(invalid({ resource, field, code: 'missing_field' }));
  }
  return value;
}

/** A list of the API; `path` is where it lies below its repository. */
export interface Listing {
  readonly path: string;
  readonly bodies: readonly unknown[];
}

/** Answers one page of a list, with GitHub's `link` header where there are more. */
export function page({ query, state, params }: Call, { path, bodies }: Listing): Answer {
  const size = Math.min(Math.max(Number(query.get('per_page') ?? 30), 1), 100);
  const number = Math.max(Number(query.get('page') ?? 1), 1);
  const last = Math.max(Math.ceil(bodies.length / size), 1);
  const link = (rel: string, to: number) => {
    const wanted = new URLSearchParams(query);
    wanted.set('page', String(to));
    return `<${state.url}/api/v3/repos/${params.owner}/${params.repo}/${path}?${wanted}>; rel="${rel}"`;
  };
  const before = number > 1 ? [link('prev', Math.min(number - 1, last)), link('first', 1)] : [];
  const after = number < last ? [link('next', number + 1), link('last', last)] : [];
  const links = [...before, ...after];
  const headers = links.length > 0 ? { link: links.join(', ') } : undefined;
  return { status: 200, body: bodies.slice((number - 1) * size, number * size), headers };
}
