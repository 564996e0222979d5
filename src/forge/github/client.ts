import type { Octokit } from '@octokit/rest';
import type { z } from 'zod';
import { untilAborted } from '../../async/until-aborted.ts';
import type { Failure } from '../../failure.ts';
import type { RepositoryAddress } from '../../platform/repository/repository-url.ts';
import type { Budget, Urgency } from '../budget/budget.ts';
import { checkedToken, defaultLagMs, failureOfBudget, schemaProblem } from '../http/call-failures.ts';
import type { Permissions } from './app/permissions.ts';
import {
  type CallContext,
  failureOfAnswer,
  failureOfConnection,
  failureOfContent,
  failureOfLimit,
  gitHubMessage,
  type HttpAnswer,
} from './failures.ts';
import type { GitHubMemory } from './memory.ts';
import { createOctokit, errorAnswer } from './octokit.ts';
import { isRateLimited, rateLimitWaitMs } from './rate-limit.ts';

/** Where a repository is on GitHub, and how to sign in. */
export interface GitHubOptions {
  /** `https://api.github.com`, or an Enterprise Server's `https://ghe.example.com/api/v3`. */
  readonly apiUrl: string;
  readonly repository: RepositoryAddress;
  /** Answers the token; it is asked before every request. */
  readonly token: () => Promise<string | undefined>;
  /** Where the token comes from, for messages: `environment variable GITHUB_TOKEN`. */
  readonly tokenName: string;
  /** Is told when GitHub refused the token of an App; undefined: it is no App's. */
  readonly forgetToken?: () => void;
  /** Answers what the App was granted there; undefined: it is no App's. */
  readonly granted?: () => Promise<Permissions>;
  /** The time for one request, in milliseconds. */
  readonly requestTimeoutMs?: number;
  /** How far, in milliseconds, GitHub may be behind what was pushed to it. Default: two minutes. */
  readonly lagMs?: number;
  /** Gives up the request that is under way; the call then throws the signal's reason. */
  readonly signal?: AbortSignal;
  /** Makes the requests. Default: Node's `fetch`. */
  readonly fetch?: typeof fetch;
  /** What the worker knows of this GitHub. Default: nothing is kept, and nothing limited here. */
  readonly memory?: GitHubMemory;
}

/** One call, and the schema of its answer. */
export interface Call<T> {
  /** What the call does, for messages: `open a pull request`. */
  readonly doing: string;
  /** Makes one request. */
  readonly request: (octokit: Octokit, repository: Coordinates) => Promise<OctokitAnswer>;
  readonly answer: z.ZodType<T>;
  /** Default: `usual`. */
  readonly urgency?: Urgency | undefined;
  /** It creates something: a request, a comment, a label. */
  readonly isContent?: boolean;
  /** GitHub has named what the call is about, such as a request that it has just opened: where it is not found, GitHub is behind. */
  readonly isNamed?: boolean;
}

/** The repository in GitHub's own terms. */
export interface Coordinates {
  readonly owner: string;
  readonly repo: string;
}

/** An answer as Octokit gives it. */
export type OctokitAnswer = Pick<HttpAnswer, 'status' | 'headers' | 'data'> & { readonly url: string };

/** What GitHub answered. `refused` has an error status that the caller knows how to read. */
export type GitHubAnswer<T> =
  | { readonly kind: 'ok'; readonly data: T; readonly headers: OctokitAnswer['headers'] }
  | { readonly kind: 'refused'; readonly status: number; readonly message: string; readonly failure: Failure };

/** One repository on GitHub. Every error is a `Failure`, and nothing is tried twice here: that is Temporal's task. */
export interface GitHubClient {
  readonly options: GitHubOptions;
  ask<T>(call: Call<T>): Promise<T>;
  /** Calls as `ask` does, but the given error statuses are answers. A rate limit never is. */
  askExpecting<T>(statuses: readonly number[], call: Call<T>): Promise<GitHubAnswer<T>>;
}

/** Names the repository for messages: `owner/name`. */
export function repositoryName({ options: { repository } }: GitHubClient): string {
  return `${repository.owner}/${repository.name}`;
}

const DEFAULT_TIMEOUT_MS = 30_000;

/** Makes the client of one repository. No connection is opened yet. */
export function createGitHubClient(options: GitHubOptions): GitHubClient {
  return {
    options,
    askExpecting: (statuses, call) => askGitHub(options, statuses, call),
    async ask(call) {
      const answer = await askGitHub(options, [], call);
      if (answer.kind === 'refused') throw answer.failure;
      return answer.data;
    },
  };
}

async function askGitHub<T>(
  options: GitHubOptions,
  statuses: readonly number[],
  call: Call<T>,
): Promise<GitHubAnswer<T>> {
  const { apiUrl, repository, requestTimeoutMs = DEFAULT_TIMEOUT_MS, signal } = options;
  signal?.throwIfAborted();
  const { host, owner, name } = repository;
  const context: CallContext = {
    host,
    repository: `${owner}/${name}`,
    doing: call.doing,
    tokenName: options.tokenName,
    isApp: options.forgetToken !== undefined,
    patienceMs: call.isNamed ? (options.lagMs ?? defaultLagMs) : undefined,
  };
  const token = checkedToken(context, await untilAborted(options.token(), signal));
  const answers = options.memory?.answers;
  const octokit = createOctokit(apiUrl, token, { timeoutMs: requestTimeoutMs, signal, fetch: options.fetch, answers });
  const limits: Limits = { budget: options.memory?.budgetOf(repository), urgency: call.urgency ?? 'usual' };
  const planned = { urgency: limits.urgency, isContent: call.isContent ?? false, repository: context.repository };
  const waitMs = limits.budget?.admit(planned) ?? 0;
  if (waitMs > 0) throw failureOfBudget(context, waitMs);
  let answer: OctokitAnswer;
  try {
    answer = await call.request(octokit, { owner, repo: name });
  } catch (error) {
    signal?.throwIfAborted();
    const http = errorAnswer(error);
    if (http === undefined) throw failureOfConnection(context, error, requestTimeoutMs);
    if (http.status === 401 || http.status === 403) options.forgetToken?.();
    return refusedAnswer({ context, statuses, limits }, http);
  }
  limits.budget?.note(answer.headers);
  if (answer.status >= 300) throw failureOfAnswer(context, { ...answer, call: answer.url });
  const parsed = call.answer.safeParse(answer.data);
  if (parsed.success) return { kind: 'ok', data: parsed.data, headers: answer.headers };
  const problem = typeof answer.data === 'string' ? gitHubMessage(answer.data) : schemaProblem(parsed.error);
  throw failureOfContent(context, answer.url, problem);
}

/** The limits that a call counts against. */
interface Limits {
  readonly budget: Budget | undefined;
  readonly urgency: Urgency;
}

/** What an answer with an error status is read with. */
interface Expectation {
  readonly context: CallContext;
  readonly statuses: readonly number[];
  readonly limits: Limits;
}

function refusedAnswer(
  { context, statuses, limits: { budget, urgency } }: Expectation,
  answer: HttpAnswer,
): GitHubAnswer<never> {
  const message = gitHubMessage(answer.data);
  budget?.note(answer.headers);
  if (isRateLimited(answer.status, answer.headers, message)) {
    const waitMs = rateLimitWaitMs(answer.headers);
    throw failureOfLimit(context, answer, budget?.limited(waitMs, urgency) ?? waitMs);
  }
  const failure = failureOfAnswer(context, answer);
  if (!statuses.includes(answer.status)) throw failure;
  return { kind: 'refused', status: answer.status, message, failure };
}
