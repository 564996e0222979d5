import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { type Answer, Refusal, refused } from './answer.ts';
import { answerApi } from './api/answer-api.ts';
import type { Faults, Trouble } from './faults.ts';
import { type HttpCall, parseObject, readText, tokenOf } from './http-input.ts';
import type { ForgeState } from './model.ts';
import type { ContentCount, RateLimit } from './rate-limit.ts';
import { sendJson, sendText } from './send.ts';
import { answerGit, gitCallOf } from './smart-http.ts';
import { answerWeb } from './web/answer-web.ts';

/** One call of the API with its answer, for checks against GitHub's published description. */
export interface Exchange {
  readonly method: string;
  /** The path below the API's base: `/repos/acme/gitops/pulls`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly requestBody: unknown;
  readonly status: number;
  readonly responseBody: unknown;
  /** Says that the answer was a fault that a test asked for: a check looks at the request only. */
  readonly injected: boolean;
}

export interface Server {
  readonly state: ForgeState;
  readonly faults: Faults;
  readonly rateLimit: RateLimit;
  readonly content: ContentCount | undefined;
  readonly onExchange: (exchange: Exchange) => void;
  readonly onGitCall: (call: string) => void;
  readonly delayMs: () => number;
}

/** Answers everything under one address, as GitHub Enterprise Server does: the API, git, and pages for people. */
export async function answer(server: Server, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', server.state.url);
  const http = { url, request, response };
  const gitCall = gitCallOf(url);
  const delayMs = server.delayMs();
  if (delayMs > 0) await setTimeout(delayMs);
  try {
    if (gitCall) server.onGitCall(`${request.method} ${gitCall.owner}/${gitCall.name} ${gitCall.service}`);
    if (gitCall) await answerGit(server.state, gitCall, http);
    else if (url.pathname.startsWith('/api/')) await answerApiCall(server, http);
    else await answerWeb(server.state, http);
  } catch (error) {
    if (response.headersSent) response.destroy();
    else {
      const text = `The stand-in failed: ${error instanceof Error ? error.stack : String(error)}\n`;
      sendText(response, { status: 500, text });
    }
  }
}

/** One call of the API that meets trouble: what would answer it, and where the answer goes. */
interface TroubledCall {
  readonly handle: () => Promise<Answer>;
  readonly record: (status: number, body: unknown) => void;
  readonly headers: Readonly<Record<string, string>>;
  readonly response: ServerResponse;
}

async function answerApiCall(server: Server, { url, request, response }: HttpCall): Promise<void> {
  const method = request.method ?? 'GET';
  const path = url.pathname.replace(/^\/api(\/v3)?/, '');
  const token = tokenOf(request.headers);
  const { exceeded, headers: limits } = server.rateLimit.count(token ?? '');
  const headers = { ...limits, date: server.state.now().toUTCString() };
  const trouble = server.faults.take(`${method} ${path}`);
  const requestBody = parseBody(await readText(request));
  const handle = (): Promise<Answer> => {
    if (exceeded) return Promise.resolve(refused(403, 'API rate limit exceeded'));
    const limited = server.content?.count(`${method} ${path}`);
    if (limited) return Promise.resolve(refused(limited.status, secondaryLimit, limited.headers));
    if (requestBody instanceof Refusal) return Promise.resolve(requestBody.answer);
    const { pathname, searchParams: query } = url;
    return answerApi(server.state, { method, path: pathname.slice('/api'.length), query, token, body: requestBody });
  };
  const record = (status: number, responseBody: unknown) => {
    const injected = trouble !== undefined || exceeded;
    server.onExchange({ method, path, query: url.searchParams, requestBody, status, responseBody, injected });
  };
  if (trouble !== undefined) return answerWithTrouble(trouble, { handle, record, headers, response });
  const isWrite = method !== 'GET' && !(requestBody instanceof Refusal);
  const write = { what: `${method} ${path}`, refs: [] };
  if (isWrite && (await server.state.atWrite(write, 'asked')) === 'hang up') return void response.destroy();
  const { status, body, headers: own } = await handle();
  const etag = method === 'GET' && status === 200 ? etagOf(body) : undefined;
  if (etag !== undefined && request.headers['if-none-match'] === etag) {
    server.rateLimit.refund(token ?? '');
    record(304, undefined);
    return sendJson(response, { status: 304, headers: { ...headers, etag } });
  }
  record(status, body);
  if (isWrite && (await server.state.atWrite(write, 'done')) === 'hang up') return void response.destroy();
  sendJson(response, { status, body, headers: { ...headers, ...own, ...(etag && { etag }) } });
}

const secondaryLimit =
  'You have exceeded a secondary rate limit and have been temporarily blocked from content creation. Please retry your request again later.';

function etagOf(body: unknown): string {
  return `W/"${createHash('sha256').update(JSON.stringify(body)).digest('hex')}"`;
}

async function answerWithTrouble(trouble: Trouble, { handle, record, headers, response }: TroubledCall): Promise<void> {
  if (trouble.kind === 'answer') {
    const { status, message = 'Asked for by a test', text } = trouble;
    const body = trouble.body ?? refused(status, message).body;
    const all = { ...headers, ...trouble.headers };
    record(status, body);
    return text === undefined
      ? sendJson(response, { status, body, headers: all })
      : sendText(response, { status, text, headers: all });
  }
  record(0, undefined);
  if (trouble.kind === 'silence') return;
  if (trouble.kind === 'lose the answer') await handle();
  if (trouble.kind === 'half an answer') {
    const { status, body } = await handle();
    const text = JSON.stringify(body);
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
    response.write(text.slice(0, text.length / 2));
    return;
  }
  response.destroy();
}

function parseBody(text: string): Readonly<Record<string, unknown>> | Refusal {
  try {
    return parseObject(text);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}
