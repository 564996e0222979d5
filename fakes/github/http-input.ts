import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { Refusal, refused } from './answer.ts';

const LIMIT = 4 * 1024 * 1024;

/** One call that arrived over HTTP, and where its answer goes. */
export interface HttpCall {
  readonly url: URL;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Answers the token of `Bearer …`, `token …`, or `Basic` with any user name; undefined where there is none. */
export function tokenOf({ authorization }: IncomingHttpHeaders): string | undefined {
  const [, scheme, value] = /^(\w+) +(\S+)$/.exec(authorization ?? '') ?? [];
  if (scheme === undefined || value === undefined) return undefined;
  if (/^(bearer|token)$/i.test(scheme)) return value;
  if (!/^basic$/i.test(scheme)) return undefined;
  return Buffer.from(value, 'base64')
    .toString()
    .replace(/^[^:]*:/, '');
}

/** Reads a body as text. Throws `Refusal` (413) where it is larger than 4 MiB. */
export async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = chunk as Buffer;
    size += bytes.length;
    if (size > LIMIT) throw new Refusal(refused(413, 'Payload too large'));
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString();
}

/** Reads a body, however large. */
export async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Parses a JSON object, which is empty where there is no body. Throws `Refusal` (400) for everything else. */
export function parseObject(text: string): Readonly<Record<string, unknown>> {
  if (text === '') return {};
  const parsed = parseJson(text);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new Refusal(refused(400, 'Body should be a JSON object'));
  }
  return parsed as Record<string, unknown>;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(refused(400, 'Problems parsing JSON'));
  }
}
