import { type Agent, type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Socket } from 'node:net';
import { createGunzip } from 'node:zlib';
import { bytesText } from '../../platform/limits.ts';
import { type JsonBounds, measureJson } from '../../text/json-bounds.ts';
import type { Access } from './resources.ts';

/** A cluster answered, but not as a Kubernetes API server does. */
export class UnexpectedAnswer extends Error {}

/** A cluster answered with a status of 400 or more. */
export class RefusedRequest extends Error {
  readonly status: number;
  /** The body of the answer, mostly a Kubernetes `Status`. */
  readonly body: string;
  /** The permission that the request takes; undefined: anybody may ask that. */
  readonly access: Access | undefined;

  constructor(status: number, body: string, access: Access | undefined) {
    super(`HTTP ${status}`);
    this.status = status;
    this.body = body;
    this.access = access;
  }
}

/** A way to an API server, with the credentials for it. */
export interface ServerConnection {
  readonly server: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly agent: Agent;
}

/** One request to an API server. */
export interface ClusterRequest {
  readonly method: 'GET' | 'PATCH' | 'POST';
  /** The path below the server's own, with the query. */
  readonly path: string;
  /** Of each object of a list only the metadata is asked for. */
  readonly metadataOnly?: boolean;
  /** What is read of the answer before `enlarge`, in bytes. */
  readonly littleBytes: number;
  /** A JSON merge patch, or what is asked. */
  readonly body?: unknown;
  readonly access?: Access;
}

/** What bounds a request. */
export interface RequestLimits {
  /** Ends the request at any point. */
  readonly signal: AbortSignal;
  /** Waits for the beginning of the answer. */
  readonly awaitAnswer: <T>(answer: Promise<T>) => Promise<T>;
  /** Waits until more than little may be read. Is asked for in the middle of an answer, and whenever one has begun after that. */
  readonly enlarge: () => Promise<void>;
}

/** What a server answers. */
export interface ServerAnswer {
  /** The JSON that came back. */
  readonly json: unknown;
  /** What the server calls the time, milliseconds since 1970, in whole seconds; undefined: it does not say. */
  readonly time: number | undefined;
  /** The length of the JSON. */
  readonly bytes: number;
  /** How many values it holds. */
  readonly values: number;
}

/** The largest answer that is read, in bytes: a page of 250 Kustomizations with long inventories takes about 25 MB. */
const LARGEST_ANSWER = 32 * 1024 * 1024;
/** The most that is read of a refusal, in bytes: a sentence is wanted of it. */
const LARGEST_REFUSAL = 64 * 1024;
/** After so many pieces an answer must have so many bytes in each. Each is an object of some 400 bytes, however little it holds. */
const PIECES = { few: 10_000, leastBytes: 256 };
/** What such a page holds, and a schema of the deepest resource. */
const BOUNDS: JsonBounds = { levels: 300, values: 1_000_000 };
/** The most interim answers (`100 Continue`): an API server has no reason to send one. */
const MOST_INTERIM = 10;
/** What asks for metadata alone; a server that does not know this answers whole objects. */
const METADATA = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1, application/json';
/** What a kept connection that the server has closed meanwhile ends with. */
const CLOSED_MEANWHILE: readonly unknown[] = ['ECONNRESET', 'EPIPE'];

/**
 * Sends a request and answers what comes back. It follows no redirect, which an API server has no reason to
 * send. A request on a kept connection that the server has just closed is sent once more, on a new one: a list changes
 * nothing, and a merge patch nothing more. Throws `RefusedRequest`, `UnexpectedAnswer`, or what node's HTTP throws.
 */
export async function exchange(
  connection: ServerConnection,
  request: ClusterRequest,
  limits: RequestLimits,
): Promise<ServerAnswer> {
  const response = await limits.awaitAnswer(sendTwice(connection, request, limits.signal));
  const status = response.statusCode ?? 0;
  const type = response.headers['content-type'] ?? 'no content type';
  if (status >= 300 && status < 400) throw refuseUnread(response, `answers with a redirect (${status})`);
  if (status < 300 && !/^application\/json\b/.test(type))
    throw refuseUnread(response, `answers with ${type}, not JSON`);
  if (status >= 400) throw new RefusedRequest(status, await refusalText(response), request.access);
  const body = await readBody(response, { most: LARGEST_ANSWER, little: request.littleBytes, enlarge: limits.enlarge });
  const { excess, values } = measureJson(body, BOUNDS);
  if (excess !== undefined) throw new UnexpectedAnswer(`answers with ${excess}`);
  const time = Date.parse(response.headers.date ?? '');
  return {
    json: JSON.parse(body.toString('utf8')),
    time: Number.isNaN(time) ? undefined : time,
    bytes: body.length,
    values,
  };
}

/** Reads what a refusal says; of one that is no sentence, nothing. */
async function refusalText(response: IncomingMessage): Promise<string> {
  try {
    return (await readBody(response, { most: LARGEST_REFUSAL })).toString('utf8');
  } catch (error) {
    if (error instanceof UnexpectedAnswer) return '';
    throw error;
  }
}

/** Answers the HTTP status of a refused request; undefined where it is another error. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof RefusedRequest ? error.status : undefined;
}

async function sendTwice(
  connection: ServerConnection,
  request: ClusterRequest,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  try {
    return await send(connection, request, signal);
  } catch (error) {
    if (!(error instanceof ClosedMeanwhile)) throw error;
    return send(connection, request, signal);
  }
}

/** A kept connection turned out to be closed before anything was answered. */
class ClosedMeanwhile extends Error {}

function send(
  { server, headers, agent }: ServerConnection,
  { method, path, body, metadataOnly }: ClusterRequest,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const start = server.protocol === 'http:' ? requestHttp : requestHttps;
  return new Promise((resolve, reject) => {
    const request = start({
      protocol: server.protocol,
      host: server.hostname.replace(/^\[|\]$/g, ''),
      port: server.port || undefined,
      path: `${server.pathname.replace(/\/$/, '')}${path}`,
      method,
      agent,
      signal,
      headers: {
        ...headers,
        Accept: metadataOnly ? METADATA : 'application/json',
        'Accept-Encoding': 'gzip',
        'User-Agent': 'fairlead',
        ...(text !== undefined && {
          'Content-Type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
          'Content-Length': Buffer.byteLength(text),
        }),
      },
    });
    request.once('response', resolve);
    refuseOddities(request, reject);
    request.once('error', (error: NodeJS.ErrnoException) => {
      const isStale = request.reusedSocket && CLOSED_MEANWHILE.includes(error.code) && !signal.aborted;
      reject(isStale ? new ClosedMeanwhile(error.message, { cause: error }) : error);
    });
    request.end(text);
  });
}

/**
 * Refuses what HTTP knows beside answers. Nobody asked for another protocol: node closes such a connection without a word to whoever
 * waits, and then no signal ends the request. Interim answers without an end would take the whole process.
 */
export function refuseOddities(request: ClientRequest, reject: (error: Error) => void): void {
  const refuse = (what: string) => {
    reject(new UnexpectedAnswer(what));
    request.destroy();
  };
  let interim = 0;
  request.once('upgrade', (_, socket: Socket) => {
    socket.destroy();
    refuse('answers with another protocol (101)');
  });
  request.on('information', () => {
    interim += 1;
    if (interim > MOST_INTERIM) refuse('answers with interim answers alone (1xx)');
  });
}

/** How much is read of an answer, in bytes. */
interface BodyBounds {
  readonly most: number;
  /** Beyond that, `enlarge` is waited for. */
  readonly little?: number;
  readonly enlarge?: RequestLimits['enlarge'];
}

/** Reads an answer of bounded size. A compressed one is bounded by what it becomes. */
function readBody(response: IncomingMessage, { most, little = most, enlarge }: BodyBounds): Promise<Buffer> {
  const isCompressed = response.headers['content-encoding'] === 'gzip';
  const plain = isCompressed ? response.pipe(createGunzip()) : response;
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let isLarge = false;
    let sent = 0;
    let pieces = 0;
    const fail = (error: Error) => {
      response.destroy();
      if (isCompressed) plain.destroy();
      reject(error);
    };
    response.on('data', (piece: Buffer) => {
      sent += piece.length;
      pieces += 1;
      if (pieces > PIECES.few && sent < pieces * PIECES.leastBytes)
        fail(new UnexpectedAnswer('answers in very many pieces of few bytes'));
    });
    plain.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > most) return fail(new UnexpectedAnswer(`answers with more than ${bytesText(most)}`));
      chunks.push(chunk);
      if (size <= little || isLarge) return;
      isLarge = true;
      plain.pause();
      enlarge?.().then(() => plain.resume(), fail);
    });
    plain.once('end', () => resolve(Buffer.concat(chunks)));
    plain.once('error', fail);
    if (isCompressed) response.once('error', fail);
  });
}

function refuseUnread(response: IncomingMessage, message: string): UnexpectedAnswer {
  response.destroy();
  return new UnexpectedAnswer(message);
}
