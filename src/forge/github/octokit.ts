import { Octokit } from '@octokit/rest';
import { bytesText } from '../../platform/limits.ts';
import type { HttpAnswer } from './failures.ts';

const silentLog = { debug: doNothing, info: doNothing, warn: doNothing, error: doNothing };

/** What one request is made with, and what ends it. */
interface RequestWays {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly fetch: typeof globalThis.fetch | undefined;
}

/**
 * Makes an Octokit for one request, with its time limit. It has no retry and no throttling plugin: one repeats writes,
 * the other queues for the whole process. Redirects are not followed, because `fetch` would turn a POST into a GET.
 */
export function createOctokit(apiUrl: string, token: string, { timeoutMs, signal, fetch }: RequestWays): Octokit {
  const timeout = AbortSignal.timeout(timeoutMs);
  return new Octokit({
    baseUrl: apiUrl.replace(/\/+$/, ''),
    auth: token,
    userAgent: 'fairlead',
    log: silentLog,
    request: {
      retries: 0,
      redirect: 'manual',
      signal: signal ? AbortSignal.any([timeout, signal]) : timeout,
      fetch: boundedFetch(fetch ?? globalThis.fetch),
    },
  });
}

/** The largest answer that is read: a page of a hundred requests whose texts are as long as GitHub takes has 7 MB. */
const mostBytes = 32 * 1024 * 1024;

/** Makes a `fetch` whose answers end with an error where they are too large, so that none takes the worker's memory. */
function boundedFetch(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    if (response.body === null) return response;
    let size = 0;
    const bounds = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        size += chunk.byteLength;
        if (size <= mostBytes) controller.enqueue(chunk);
        else controller.error(new Error(`the answer has more than ${bytesText(mostBytes)}`));
      },
    });
    const bounded = new Response(response.body.pipeThrough(bounds), response);
    return Object.defineProperty(bounded, 'url', { value: response.url });
  };
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
