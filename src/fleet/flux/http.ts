import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { PassThrough, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { type PromiseHttpLibrary, type RequestContext, ResponseContext } from '@kubernetes/client-node';

/** A cluster answered, but not as a Kubernetes API server does. */
export class UnexpectedAnswer extends Error {}

/** The largest answer that is read, in bytes: a page of 250 Kustomizations with long inventories takes about 25 MB. */
const LARGEST_ANSWER = 64 * 1024 * 1024;

/**
 * Makes the HTTP library by which client-node talks to an API server. Its own, node-fetch, bounds no answer, waits on
 * when a connection breaks in the middle of one, and follows redirects, which an API server has no reason to send. The
 * signal ends a request at any point.
 */
export function boundedHttp(signal: AbortSignal): PromiseHttpLibrary {
  return {
    async send(context) {
      const response = await sendRequest(context, signal);
      const status = response.statusCode ?? 0;
      const type = response.headers['content-type'] ?? 'no content type';
      if (status >= 300 && status < 400) throw new UnexpectedAnswer(`answers with a redirect (${status})`);
      if (status < 300 && !/^application\/json\b/.test(type))
        throw refuseUnread(response, `answers with ${type}, not JSON`);
      const body = await readBody(response, signal);
      const headers = Object.fromEntries(
        Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
      );
      return new ResponseContext(status, headers, {
        text: async () => body.toString('utf8'),
        binary: async () => body,
      });
    },
  };
}

function sendRequest(context: RequestContext, signal: AbortSignal): Promise<IncomingMessage> {
  const url = new URL(context.getUrl());
  const start = url.protocol === 'http:' ? requestHttp : requestHttps;
  const body = context.getBody();
  // A token read from a file ends with the file's last newline, which a header may not have.
  const given = Object.entries(context.getHeaders()).map(([name, value]) => [name, value.trim()]);
  const headers = { ...Object.fromEntries(given), 'Accept-Encoding': 'gzip' };
  return new Promise((resolve, reject) => {
    const request = start(url, {
      method: context.getHttpMethod(),
      headers,
      agent: context.getAgent(),
      signal,
    });
    request.once('response', resolve).once('error', reject);
    request.end(body === undefined ? undefined : String(body));
  });
}

async function readBody(response: IncomingMessage, signal: AbortSignal): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const collect = async (source: AsyncIterable<Buffer>) => {
    for await (const chunk of source) chunks.push(chunk);
  };
  const plain = response.headers['content-encoding'] === 'gzip' ? createGunzip() : new PassThrough();
  const bounded = atMost(LARGEST_ANSWER);
  // Node 24 does not destroy an answer that has arrived whole when a later stream fails, and waits for its end for ever.
  bounded.once('error', () => response.destroy());
  await pipeline(response, plain, bounded, collect, { signal });
  return Buffer.concat(chunks);
}

function atMost(limit: number): Transform {
  let size = 0;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      size += chunk.length;
      if (size <= limit) done(null, chunk);
      else done(new UnexpectedAnswer(`answers with more than ${limit / 1024 / 1024} MiB`));
    },
  });
}

function refuseUnread(response: IncomingMessage, message: string): UnexpectedAnswer {
  response.destroy();
  return new UnexpectedAnswer(message);
}
