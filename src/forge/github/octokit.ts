import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/rest';
import { boundedFetch } from '../http/bounded-fetch.ts';
import { type AnswerMemory, conditionalFetch } from './conditional-fetch.ts';
import type { HttpAnswer } from './failures.ts';

const silentLog = { debug: doNothing, info: doNothing, warn: doNothing, error: doNothing };

/** A GitHub App that signs in as itself; its key is PEM. */
interface AppSignIn {
  readonly appId: string;
  readonly privateKey: string;
}

/** What one request is made with, and what ends it. */
interface RequestWays {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly fetch: typeof globalThis.fetch | undefined;
  /** What GitHub answered before, so that it is asked for changes only. */
  readonly answers?: AnswerMemory | undefined;
}

/**
 * Makes an Octokit for one request, with its time limit, that signs in by a token or as an App. It has no retry and no
 * throttling plugin: one repeats writes, the other queues for the whole process. Redirects are not followed, because `fetch`
 * would turn a POST into a GET.
 */
export function createOctokit(
  apiUrl: string,
  signIn: string | AppSignIn,
  { timeoutMs, signal, fetch = globalThis.fetch, answers }: RequestWays,
): Octokit {
  const timeout = AbortSignal.timeout(timeoutMs);
  const bounded = boundedFetch(fetch, typeof signIn === 'string' ? signIn : undefined);
  return new Octokit({
    baseUrl: apiUrl.replace(/\/+$/, ''),
    ...(typeof signIn === 'string' ? { auth: signIn } : { authStrategy: createAppAuth, auth: signIn }),
    userAgent: 'fairlead',
    log: silentLog,
    request: {
      retries: 0,
      redirect: 'manual',
      signal: signal ? AbortSignal.any([timeout, signal]) : timeout,
      fetch: answers ? conditionalFetch(bounded, answers) : bounded,
    },
  });
}

/** Answers what Octokit's error says about an answer; undefined where none came. */
export function errorAnswer(error: unknown): HttpAnswer | undefined {
  if (!(error instanceof Error) || !('response' in error) || !('request' in error)) return undefined;
  const { response, request } = error as Error & {
    readonly response?: Omit<HttpAnswer, 'call'>;
    readonly request: { readonly method: string; readonly url: string };
  };
  if (response === undefined) return undefined;
  return { ...response, call: `${request.method} ${new URL(request.url).pathname}` };
}

function doNothing(): void {}
