import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PayloadCodec } from '@temporalio/common';
import { Failure } from '../../failure.ts';
import type { CodecEndpointSettings } from '../../settings/codec-settings.ts';
import { createCodec } from '../../temporal/codec/codec.ts';
import type { CodecKey } from '../../temporal/codec/keys.ts';
import { type BoundedServer, type ServerBounds, serveBounded } from '../http/bounded-server.ts';
import { type CodecAction, convertPayloads } from './protocol.ts';

/** The longest body, in bytes: a payload has 2 MB at most, and the UI sends those of a few events at a time. */
const longestBody = 16 * 1024 * 1024;
/** What all bodies have together that are read at once: whoever needs no token must not take the memory of the worker. */
const mostAtOnce = 4 * longestBody;

/** What the endpoint decrypts with, and the namespace that it serves. */
export interface CodecServing {
  readonly keys: readonly CodecKey[];
  readonly namespace: string;
}

/**
 * Serves Temporal's protocol for codec servers, `POST …/encode` and `POST …/decode`, to the pages of the origins in the
 * settings, and to programs that are no browser; with a token, to those that show it. Throws `Failure` `InvalidConfig`
 * where there is no key, or the address cannot be listened on.
 */
export async function serveCodec(
  settings: CodecEndpointSettings,
  serving: CodecServing,
  bounds?: ServerBounds,
): Promise<BoundedServer> {
  if (serving.keys.length === 0)
    throw new Failure(
      'InvalidConfig',
      '`codec.endpoint` is set, and no key: there is nothing to decrypt. Set `codec.keys`, or take the endpoint out.',
    );
  const codec = createCodec(serving.keys);
  const held: Held = { bytes: 0 };
  return serveBounded(
    (request, response) => {
      answer({ request, settings, namespace: serving.namespace, codec, held })
        .catch(unexpected)
        .then((reply) => send(response, reply));
    },
    { address: settings.address, what: 'The codec endpoint', setting: 'codec.endpoint.address' },
    bounds,
  );
}

interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface Asked {
  readonly request: IncomingMessage;
  readonly settings: CodecEndpointSettings;
  readonly namespace: string;
  readonly codec: PayloadCodec;
  readonly held: Held;
}

/** The bytes of the bodies that are read and converted now. */
interface Held {
  bytes: number;
}

async function answer({ request, settings, ...asked }: Asked): Promise<Reply> {
  const { origin } = request.headers;
  if (origin !== undefined && !settings.origins.includes(origin))
    return refusal(403, `The origin ${origin} may not ask. Add it to \`codec.endpoint.origins\`.`);
  const headers = origin === undefined ? {} : crossOriginHeaders(origin);
  const reply = await answerAllowed({ request, settings, ...asked });
  return { ...reply, headers: { ...headers, ...reply.headers } };
}

async function answerAllowed({ request, settings, namespace, codec, held }: Asked): Promise<Reply> {
  const action = actionOf(request.url);
  if (action === undefined) return refusal(404, 'There are /encode and /decode here, and nothing else.');
  if (request.method === 'OPTIONS') return { status: 204 };
  if (request.method !== 'POST') return refusal(405, 'Use POST.');
  if (!(await isAllowed(request, settings)))
    return refusal(401, 'Show the token of `codec.endpoint.token`: `Authorization: Bearer …`.');
  const asked = request.headers['x-namespace'];
  if (asked !== undefined && asked !== namespace)
    return refusal(400, `This worker serves the namespace "${namespace}", and not "${asked}".`);
  const body = await readBody(request, held);
  if (body.kind === 'too long') return refusal(413, `A request has ${longestBody} bytes at most.`);
  if (body.kind === 'too many') return refusal(503, 'Too much is asked at once. Ask again.');
  try {
    return json(200, await convertPayloads(action, body.bytes, codec));
  } catch (error) {
    if (error instanceof Failure) return refusal(400, error.message);
    throw error;
  } finally {
    held.bytes -= body.bytes.length;
  }
}

/** Only the last part of the path counts: the endpoint may be mounted anywhere, and namespaces may stand in front. */
function actionOf(url: string | undefined): CodecAction | undefined {
  const [, action] = /\/(encode|decode)(?:\?|$)/.exec(url ?? '') ?? [];
  return action as CodecAction | undefined;
}

function crossOriginHeaders(origin: string): Readonly<Record<string, string>> {
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': 'Content-Type, X-Namespace, Authorization',
    vary: 'Origin',
  };
}

async function isAllowed({ headers }: IncomingMessage, { token }: CodecEndpointSettings): Promise<boolean> {
  if (token === undefined) return true;
  const expected = await token.read();
  if (expected === undefined) return false;
  return timingSafeEqual(digest(headers.authorization ?? ''), digest(`Bearer ${expected}`));
}

function digest(value: string): Buffer {
  return createHash('sha256').update(value).digest();
}

type Body =
  | { readonly kind: 'read'; readonly bytes: Buffer }
  | { readonly kind: 'too long' }
  | { readonly kind: 'too many' };

/** Reads a body, whose bytes count as held from then on. What is not read to its end is not held. */
async function readBody(request: IncomingMessage, held: Held): Promise<Body> {
  if (Number(request.headers['content-length'] ?? 0) > longestBody) return { kind: 'too long' };
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      length += chunk.length;
      held.bytes += chunk.length;
      if (length > longestBody || held.bytes > mostAtOnce) break;
      chunks.push(chunk);
    }
  } catch (error) {
    held.bytes -= length;
    throw error;
  }
  if (length <= longestBody && held.bytes <= mostAtOnce) return { kind: 'read', bytes: Buffer.concat(chunks) };
  held.bytes -= length;
  return { kind: length > longestBody ? 'too long' : 'too many' };
}

function unexpected(error: unknown): Reply {
  return refusal(500, `The codec endpoint failed: ${error instanceof Error ? error.message : String(error)}`);
}

function refusal(status: number, message: string): Reply {
  return json(status, JSON.stringify({ message }));
}

function json(status: number, body: string): Reply {
  return { status, body, headers: { 'content-type': 'application/json', 'cache-control': 'no-store' } };
}

function send(response: ServerResponse, { status, headers, body }: Reply): void {
  response.writeHead(status, headers).end(body);
}
