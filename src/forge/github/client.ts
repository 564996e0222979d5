import type { Octokit } from '@octokit/rest';
import type { z } from 'zod';
import type { Failure } from '../../failure.ts';
import type { RepositoryAddress } from '../../platform/repository/repository-url.ts';
import {
  type CallContext,
  failureOfAnswer,
  failureOfConnection,
  failureOfContent,
  failureOfToken,
  gitHubMessage,
  type HttpAnswer,
} from './failures.ts';
import { createOctokit, errorAnswer } from './octokit.ts';
import { isRateLimited } from './rate-limit.ts';

/** Where a repository is on GitHub, and how to sign in. */
export interface GitHubOptions {
  /** `https://api.github.com`, or an Enterprise Server's `https://ghe.example.com/api/v3`. */
  readonly apiUrl: string;
  readonly repository: RepositoryAddress;
  /** Answers the token; it is asked before every request. */
  readonly token: () => Promise<string | undefined>;
  /** Where the token comes from, for messages: `environment variable GITHUB_TOKEN`. */
  readonly tokenName: string;
  /** The time for one request, in milliseconds. */
  readonly requestTimeoutMs?: number;
  /** How far, in milliseconds, GitHub may be behind what was pushed to it. Default: two minutes. */
  readonly lagMs?: number;
  /** Gives up the request that is under way; the call then throws the signal's reason. */
  readonly signal?: AbortSignal;
  /** Makes the requests. Default: Node's `fetch`. */
  readonly fetch?: typeof fetch;
}

/** One call, and the schema of its answer. */
export interface Call<T> {
  /** What the call does, for messages: `open a pull request`. */
  readonly doing: string;
  /** Makes one request. */
  readonly request: (octokit: Octokit, repository: Coordinates) => Promise<OctokitAnswer>;
  readonly answer: z.ZodType<T>;
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
  | { readonly kind: 'ok'; readonly data: T }
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
/** How far GitHub may be behind, where nobody says it. */
export const DEFAULT_LAG_MS = 120_000;

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
  };
  const token = await validToken(options, context);
  const octokit = createOctokit(apiUrl, token, { timeoutMs: requestTimeoutMs, signal, fetch: options.fetch });
  let answer: OctokitAnswer;
  try {
    answer = await call.request(octokit, { owner, repo: name });
  } catch (error) {
    signal?.throwIfAborted();
    const http = errorAnswer(error);
    if (http === undefined) throw failureOfConnection(context, error, requestTimeoutMs);
    return refusedAnswer(context, statuses, http);
  }
  if (answer.status >= 300) throw failureOfAnswer(context, { ...answer, call: answer.url });
  const parsed = call.answer.safeParse(answer.data);
  if (parsed.success) return { kind: 'ok', data: parsed.data };
  const problem = typeof answer.data === 'string' ? gitHubMessage(answer.data) : schemaProblem(parsed.error);
  throw failureOfContent(context, answer.url, problem);
}

function refusedAnswer(context: CallContext, statuses: readonly number[], answer: HttpAnswer): GitHubAnswer<never> {
  const failure = failureOfAnswer(context, answer);
  const message = gitHubMessage(answer.data);
  const expected = statuses.includes(answer.status) && !isRateLimited(answer.status, answer.headers, message);
  if (!expected) throw failure;
  return { kind: 'refused', status: answer.status, message, failure };
}

/** Reads the token. One that no HTTP header can carry is refused here, because the error about it would quote it. */
async function validToken(options: GitHubOptions, context: CallContext): Promise<string> {
  const token = (await options.token())?.trim();
  if (token === undefined || token === '') throw failureOfToken(context, 'is not set');
  if (!/^[\x21-\x7e]+$/.test(token)) throw failureOfToken(context, 'holds something that is not a token');
  return token;
}

function schemaProblem(error: z.ZodError): string {
  const issue = error.issues[0];
  return `${issue?.path.join('.') || 'answer'}: ${issue?.message ?? 'unknown'}`;
}
