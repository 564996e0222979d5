import { Octokit } from '@octokit/rest';
import { bytesText } from '../../platform/limits.ts';
import { type JsonBounds, jsonExcess } from '../../text/json-bounds.ts';
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
/** The most that is read of an error: a sentence is wanted of it. */
const mostErrorBytes = 256 * 1024;
/** A hundred requests have some 40,000 values, and more with very many labels. */
const bounds: JsonBounds = { levels: 100, values: 250_000 };

/**
 * Makes a `fetch` whose answers end with an error where they are too large, or would become too large when they are parsed, so that
 * none takes the worker's memory. Of an error the beginning is kept: its status says enough.
 */
function boundedFetch(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    if (response.body === null) return response;
    const body = response.status < 400 ? await wholeBody(response.body) : await firstPart(response.body);
    const { status, statusText, headers } = response;
    return Object.defineProperty(new Response(body, { status, statusText, headers }), 'url', { value: response.url });
  };
}

async function wholeBody(body: ReadableStream<Uint8Array>): Promise<Buffer> {
  const { bytes, isCut } = await readUpTo(body, mostBytes);
  if (isCut) throw new Error(`the answer has more than ${bytesText(mostBytes)}`);
  const excess = jsonExcess(bytes, bounds);
  if (excess !== undefined) throw new Error(`the answer has ${excess}`);
  return bytes;
}

async function firstPart(body: ReadableStream<Uint8Array>): Promise<Buffer> {
  const { bytes } = await readUpTo(body, mostErrorBytes);
  return jsonExcess(bytes, bounds) === undefined ? bytes : Buffer.alloc(0);
}

async function readUpTo(
  body: ReadableStream<Uint8Array>,
  most: number,
): Promise<{ readonly bytes: Buffer; readonly isCut: boolean }> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > most) return { bytes: Buffer.concat(chunks), isCut: true };
    chunks.push(chunk);
  }
  return { bytes: Buffer.concat(chunks), isCut: false };
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
