import type { Answer } from '../answer.ts';
import { invalid, notFound, Refusal } from '../answer.ts';
import type { ForgeState, PullRequest, Repository, User } from '../model.ts';

/** One authenticated call about one repository. */
export interface Call {
  readonly state: ForgeState;
  readonly repository: Repository;
  readonly user: User;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Route {
  readonly method: string;
  /** Below the API's base, with `:name` for a parameter. */
  readonly path: string;
  /** What a token lacks that may not call it, in the words of GitHub's header; reads need none. */
  readonly writes?: string;
  readonly handle: (call: Call) => Answer | Promise<Answer>;
}

/** The request that the path names. */
export function requestOf({ repository, params }: Call): PullRequest {
  const found = repository.pullRequests.find(({ number }) => String(number) === params.number);
  if (found === undefined) throw new Refusal(notFound);
  return found;
}

/** A text of the body; undefined where it is left out. */
export function textOf({ body }: Call, resource: string, field: string, limit?: number): string | undefined {
  const value = body[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw new Refusal(invalid({ resource, field, code: 'invalid' }));
  if (limit !== undefined && value.length > limit) {
    const message = `${field} is too long (maximum is ${limit} characters)`;
    throw new Refusal(invalid({ resource, field, code: 'custom', message }));
  }
  return value;
}

export function requiredText(call: Call, resource: string, field: string, limit?: number): string {
  const value = textOf(call, resource, field, limit);
  if (!value) throw new Refusal(invalid({ resource, field, code: 'missing_field' }));
  return value;
}

/** One page of a list, with GitHub's `link` header where there are more. */
export function page<T>({ query, state, params }: Call, path: string, all: readonly T[], body: (item: T) => unknown) {
  const size = Math.min(Math.max(Number(query.get('per_page') ?? 30), 1), 100);
  const number = Math.max(Number(query.get('page') ?? 1), 1);
  const last = Math.max(Math.ceil(all.length / size), 1);
  const link = (rel: string, to: number) => {
    const wanted = new URLSearchParams(query);
    wanted.set('page', String(to));
    return `<${state.url}/api/v3/repos/${params.owner}/${params.repo}/${path}?${wanted}>; rel="${rel}"`;
  };
  const before = number > 1 ? [link('prev', Math.min(number - 1, last)), link('first', 1)] : [];
  const after = number < last ? [link('next', number + 1), link('last', last)] : [];
  const links = [...before, ...after];
  const items = all.slice((number - 1) * size, number * size).map(body);
  return { status: 200, body: items, ...(links.length > 0 && { headers: { link: links.join(', ') } }) };
}
