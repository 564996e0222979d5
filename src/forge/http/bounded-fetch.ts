import { bytesText } from '../../platform/limits.ts';
import { type JsonBounds, jsonExcess } from '../../text/json-bounds.ts';

/** The largest answer that is read: a page of a hundred requests whose texts are as long as GitHub takes has 7 MB. */
const mostBytes = 32 * 1024 * 1024;
/** The most that is read of an error: a sentence is wanted of it. */
const mostErrorBytes = 256 * 1024;
/** A hundred requests have some 40,000 values, and more with very many labels. */
const bounds: JsonBounds = { levels: 100, values: 250_000 };

/** An answer that is not read, because it is too large, or would become so when it is parsed. */
export class AnswerTooLarge extends Error {}

/** What is shorter is no token of a forge, and may be a part of anything. */
const shortestToken = 8;

/** Takes the token out of an answer: a proxy or a forge that repeats what it was sent would bring it into messages. */
function withoutToken(body: Buffer, token: string | undefined): Buffer {
  if (token === undefined || token.length < shortestToken || !body.includes(token)) return body;
  return Buffer.from(body.toString('latin1').replaceAll(token, '***'), 'latin1');
}

/**
 * Makes a `fetch` whose answers end with an error where they are too large, or would become too large when they are parsed, so that
 * none takes the worker's memory. Of an error the beginning is kept: its status says enough. `token`: what is sent to sign in, and
 * must not come back.
 */
export function boundedFetch(fetch: typeof globalThis.fetch, token?: string): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    if (response.body === null) return response;
    const body = response.status < 400 ? await wholeBody(response.body) : await firstPart(response.body);
    const { status, statusText, headers } = response;
    return Object.defineProperty(new Response(withoutToken(body, token), { status, statusText, headers }), 'url', {
      value: response.url,
    });
  };
}

async function wholeBody(body: ReadableStream<Uint8Array>): Promise<Buffer> {
  const { bytes, isCut } = await readUpTo(body, mostBytes);
  if (isCut) throw new AnswerTooLarge(`the answer has more than ${bytesText(mostBytes)}`);
  const excess = jsonExcess(bytes, bounds);
  if (excess !== undefined) throw new AnswerTooLarge(`the answer has ${excess}`);
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
