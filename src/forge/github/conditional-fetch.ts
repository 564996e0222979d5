import { LRUCache } from 'lru-cache';

/** An answer that GitHub may say is still right. */
interface KnownAnswer {
  readonly etag: string;
  readonly body: ArrayBuffer;
  readonly headers: readonly (readonly [string, string])[];
}

/** Remembers answers by their address. */
export type AnswerMemory = LRUCache<string, KnownAnswer>;

/** The most that is remembered: a thousand requests have some 30 MB. */
const mostBytes = 64 * 1024 * 1024;

/** Makes an empty memory. */
export function createAnswerMemory(): AnswerMemory {
  const headerBytes = ({ headers }: KnownAnswer) => headers.reduce((sum, header) => sum + header.join('').length, 0);
  return new LRUCache({
    maxSize: mostBytes,
    sizeCalculation: (answer) => answer.body.byteLength + 1_000 + headerBytes(answer),
  });
}

/**
 * Makes a `fetch` that asks whether a known answer has changed: GitHub is asked each time, and an answer that has not changed
 * costs nothing of the limit. Whoever calls gets the whole answer in either case.
 */
export function conditionalFetch(fetch: typeof globalThis.fetch, memory: AnswerMemory): typeof globalThis.fetch {
  return async (input, init) => {
    const address = String(input instanceof Request ? input.url : input);
    if ((init?.method ?? 'GET') !== 'GET') return fetch(input, init);
    const known = memory.get(address);
    const headers = new Headers(init?.headers);
    if (known) headers.set('if-none-match', known.etag);
    const response = await fetch(input, { ...init, headers: Object.fromEntries(headers) });
    if (response.status === 304 && known) return asNew(known, response);
    const etag = response.headers.get('etag');
    if (response.status !== 200 || etag === null) return response;
    const body = await response.arrayBuffer();
    // The token that asked may end, but never what says who may see the answer: GitHub decides that each time.
    memory.set(address, { etag, body, headers: [...response.headers] });
    return withUrl(new Response(body, { status: 200, headers: response.headers }), response.url);
  };
}

/** Answers what is known as if it had come now, with what the latest answer says of the limit. */
function asNew({ body, headers }: KnownAnswer, latest: Response): Response {
  const all = new Headers(headers.map(([name, value]) => [name, value]));
  for (const [name, value] of latest.headers) if (/^(x-ratelimit-|date$)/.test(name)) all.set(name, value);
  return withUrl(new Response(body, { status: 200, headers: all }), latest.url);
}

function withUrl(response: Response, url: string): Response {
  return Object.defineProperty(response, 'url', { value: url });
}
