import type { z } from 'zod';
import type { Failure } from '../../failure.ts';
import type { RepositoryAddress } from '../../platform/repository/repository-url.ts';
import type { Budget, Urgency } from '../budget/budget.ts';
import { boundedFetch } from '../http/bounded-fetch.ts';
import {
  type CallContext,
  checkedToken,
  defaultLagMs,
  failureOfBudget,
  failureOfConnection,
  schemaProblem,
} from '../http/call-failures.ts';
import type { ForgeMemory } from '../memory/forge-memory.ts';
import {
  failureOfGiteaAnswer,
  failureOfGiteaContent,
  failureOfGiteaLimit,
  type GiteaHttpAnswer,
  giteaLimitWaitMs,
  giteaMessage,
} from './failures.ts';

/** Where a repository is on a Gitea or Forgejo, and how to sign in. */
export interface GiteaOptions {
  /** The base of the API: `https://git.example.com/api/v1`. */
  readonly apiUrl: string;
  readonly repository: RepositoryAddress;
  /** Answers the token; it is asked before every request. */
  readonly token: () => Promise<string | undefined>;
  /** Where the token comes from, for messages: `environment variable FORGE_TOKEN`. */
  readonly tokenName: string;
  /** The time for one request, in milliseconds. */
  readonly requestTimeoutMs?: number;
  /** How far, in milliseconds, the forge may be behind what was pushed to it. Default: two minutes. */
  readonly lagMs?: number;
  /** Gives up the request that is under way; the call then throws the signal's reason. */
  readonly signal?: AbortSignal;
  /** Makes the requests. Default: Node's `fetch`. */
  readonly fetch?: typeof fetch;
  /** What the worker knows of this forge. Default: nothing is kept, and nothing limited here. */
  readonly memory?: ForgeMemory;
}

/** One call, and the schema of its answer. */
export interface GiteaCall<T> {
  /** What the call does, for messages: `open a pull request`. */
  readonly doing: string;
  /** Default: GET. */
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** The path below the repository, made by `pathOf`: `/pulls/7`. */
  readonly path: string;
  /** What the path is below, if not the repository: its owner, as an organisation; or the base of the API. */
  readonly below?: 'owner' | 'api';
  readonly query?: Readonly<Record<string, string | number>>;
  readonly body?: object;
  /** Default: `usual`. */
  readonly urgency?: Urgency | undefined;
  readonly answer: z.ZodType<T>;
  /** The forge has named what the call is about, such as a request that it has just opened: where it is not found, the forge is behind. */
  readonly isNamed?: boolean;
}

/** What was answered. `refused` has an error status that the caller knows how to read. */
export type GiteaAnswer<T> =
  | {
      readonly kind: 'ok';
      readonly data: T;
      readonly hasNext: boolean;
      /** The time of the answer, in milliseconds by the clock of the forge, or of a proxy before it. */
      readonly date: number | undefined;
    }
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly message: string;
      readonly data: unknown;
      readonly failure: Failure;
    };

/** One repository on a Gitea or Forgejo. Every error is a `Failure`, and nothing is tried twice here: that is Temporal's task. */
export interface GiteaClient {
  readonly options: GiteaOptions;
  ask<T>(call: GiteaCall<T>): Promise<T>;
  /** Calls as `ask` does, but the given error statuses are answers. */
  askExpecting<T>(statuses: readonly number[], call: GiteaCall<T>): Promise<GiteaAnswer<T>>;
}

const defaultTimeoutMs = 30_000;

/** Makes a path of segments, each of which may hold a slash. */
export function pathOf(...segments: readonly (string | number)[]): string {
  return segments.map((segment) => `/${encodeURIComponent(segment)}`).join('');
}

/** Names the repository for messages: `owner/name`. */
export function giteaRepositoryName({ options: { repository } }: Pick<GiteaClient, 'options'>): string {
  return `${ownerOf(repository)}/${repository.name}`;
}

/** A forge below a path has that path in its URLs; no owner has a slash in its name. */
function ownerOf({ owner }: RepositoryAddress): string {
  return owner.split('/').at(-1) ?? owner;
}

/** Makes the client of one repository. No connection is opened yet. */
export function createGiteaClient(options: GiteaOptions): GiteaClient {
  return {
    options,
    askExpecting: (statuses, call) => askGitea(options, statuses, call),
    async ask(call) {
      const answer = await askGitea(options, [], call);
      if (answer.kind === 'refused') throw answer.failure;
      return answer.data;
    },
  };
}

async function askGitea<T>(
  options: GiteaOptions,
  statuses: readonly number[],
  call: GiteaCall<T>,
): Promise<GiteaAnswer<T>> {
  options.signal?.throwIfAborted();
  const { doing, answer: schema, urgency = 'usual' } = call;
  const { tokenName, repository } = options;
  const context: CallContext = {
    host: repository.host,
    repository: giteaRepositoryName({ options }),
    doing,
    tokenName,
    patienceMs: call.isNamed ? (options.lagMs ?? defaultLagMs) : undefined,
  };
  const budget = options.memory?.budgetOf(repository);
  const waitMs = budget?.admit({ urgency, isContent: false, repository: context.repository }) ?? 0;
  if (waitMs > 0) throw failureOfBudget(context, waitMs);
  const answer = await send(options, context, call);
  budget?.note(answer.headers);
  if (answer.status === 429) throw limitedFailure(context, answer, { budget, urgency });
  if (answer.status >= 300) {
    const failure = failureOfGiteaAnswer(context, answer);
    if (!statuses.includes(answer.status)) throw failure;
    const { status, data } = answer;
    return { kind: 'refused', status, data, message: giteaMessage(data), failure };
  }
  const parsed = schema.safeParse(answer.data);
  const hasNext = /\brel="next"/.test(String(answer.headers.link ?? ''));
  if (parsed.success) return { kind: 'ok', data: parsed.data, hasNext, date: timeOf(answer.headers.date) };
  const problem = typeof answer.data === 'string' ? giteaMessage(answer.data) : schemaProblem(parsed.error);
  throw failureOfGiteaContent(context, answer.call, problem);
}

/** Reads a time in milliseconds; undefined where it is none. */
export function timeOf(text: unknown): number | undefined {
  const time = Date.parse(String(text));
  return Number.isNaN(time) ? undefined : time;
}

/** Notes that somebody limits the rate: whoever calls this forge from here on waits, too. */
function limitedFailure(
  context: CallContext,
  answer: GiteaHttpAnswer,
  { budget, urgency }: { readonly budget: Budget | undefined; readonly urgency: Urgency },
): Failure {
  const waitMs = giteaLimitWaitMs(answer);
  return failureOfGiteaLimit(context, answer, budget?.limited(waitMs, urgency) ?? waitMs);
}

/** Sends one request. Redirects are not followed, because `fetch` would turn a POST into a GET. */
async function send(options: GiteaOptions, context: CallContext, call: GiteaCall<unknown>): Promise<GiteaHttpAnswer> {
  const { requestTimeoutMs = defaultTimeoutMs, signal } = options;
  const { method = 'GET', body } = call;
  const url = urlOf(options, call);
  const token = checkedToken(context, await options.token());
  const timeout = AbortSignal.timeout(requestTimeoutMs);
  try {
    const response = await boundedFetch(options.fetch ?? globalThis.fetch, token)(url, {
      method,
      redirect: 'manual',
      headers: {
        accept: 'application/json',
        authorization: `token ${token}`,
        'user-agent': 'fairlead',
        ...(body && { 'content-type': 'application/json' }),
      },
      body: body && JSON.stringify(body),
      signal: signal ? AbortSignal.any([timeout, signal]) : timeout,
    });
    const data = readJson(await response.text());
    const headers = Object.fromEntries(response.headers);
    return { status: response.status, headers, data, call: `${method} ${url.pathname}` };
  } catch (error) {
    signal?.throwIfAborted();
    throw failureOfConnection(context, error, requestTimeoutMs);
  }
}

function urlOf({ apiUrl, repository }: GiteaOptions, { path, below, query = {} }: GiteaCall<unknown>): URL {
  const owner = ownerOf(repository);
  const places = { owner: pathOf('orgs', owner), api: '', repository: pathOf('repos', owner, repository.name) };
  const url = new URL(`${apiUrl.replace(/\/+$/, '')}${places[below ?? 'repository']}${path}`);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, `${value}`);
  return url;
}

/** Reads what should be JSON. What is none is kept as text: its status may say enough, and a page says where it comes from. */
function readJson(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
