import { request as requestHttp } from 'node:http';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type HttpProxy, proxyAuthorization } from '../../proxy/proxy.ts';
import { proxyRefusal } from '../../proxy/proxy-words.ts';
import { closedAfterHandshake } from './tls-words.ts';

/** A server that speaks HTTP/2, and the way to it. */
export interface ProbeTarget {
  readonly hostname: string;
  readonly port: number;
  /** A proxy that is asked over plain HTTP. */
  readonly proxy: HttpProxy | undefined;
  /** What TLS is made with; undefined: the server speaks without. */
  readonly tls:
    | { readonly ca?: Buffer; readonly servername?: string; readonly cert?: Buffer; readonly key?: Buffer }
    | undefined;
}

/** How long all of it may take, in milliseconds. */
const patienceMs = 5_000;

/** How a client of HTTP/2 greets: the preface of RFC 9113, 3.4, with empty settings. The server's own settings are the answer. */
const greeting = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0', 'latin1');

/**
 * Connects once, greets, and answers the error of it; undefined: the server greets back. For clients that do not tell what
 * keeps them from a server. Nothing is sent to the server but the greetings of TLS and HTTP/2.
 */
export async function probe(target: ProbeTarget): Promise<Error | undefined> {
  const signal = AbortSignal.timeout(patienceMs);
  let socket: Socket | undefined;
  try {
    socket = await (target.proxy === undefined ? direct(target, signal) : through(target.proxy, target, signal));
    await greet(socket, target, signal);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  } finally {
    socket?.destroy();
  }
}

function direct({ hostname, port }: ProbeTarget, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host: hostname, port, signal }, () => resolve(socket));
    socket.once('error', reject);
  });
}

function through(proxy: HttpProxy, { hostname, port }: ProbeTarget, signal: AbortSignal): Promise<Socket> {
  const authorization = proxyAuthorization(proxy);
  const host = `${hostname}:${port}`;
  return new Promise((resolve, reject) => {
    const request = requestHttp({
      method: 'CONNECT',
      host: proxy.url.hostname.replace(/^\[|\]$/g, ''),
      port: proxy.url.port || 80,
      path: host,
      agent: false,
      signal,
      headers: { host, ...(authorization !== undefined && { 'proxy-authorization': authorization }) },
    });
    request.once('error', reject);
    request.once('connect', ({ statusCode = 0 }, socket: Socket, head) => {
      if (head.length > 0) socket.unshift(head);
      if (statusCode === 200) return resolve(socket);
      socket.destroy();
      reject(new Error(proxyRefusal(proxy, statusCode, host)));
    });
    request.end();
  });
}

/** Waits for the server's first words. A server that wants a client certificate says so only after TLS is agreed on. */
function greet(socket: Socket, { hostname, tls }: ProbeTarget, signal: AbortSignal): Promise<void> {
  const servername = tls?.servername ?? hostname;
  const { ca, cert, key } = tls ?? {};
  const stream =
    tls === undefined
      ? socket
      : connectTls({ socket, ca, cert, key, ALPNProtocols: ['h2'], ...(isIP(servername) === 0 && { servername }) });
  return new Promise((resolve, reject) => {
    const fail = (code: string) => reject(Object.assign(new Error(code), { code }));
    for (const each of new Set([socket, stream])) each.once('error', reject);
    // The first bytes of an alert are the record's type, and a version of TLS.
    const isAlert = (answer: Buffer) => tls === undefined && answer[0] === 0x15 && answer[1] === 0x03;
    stream.once('data', (answer: Buffer) => (isAlert(answer) ? fail(closedAfterHandshake) : resolve()));
    stream.once('close', () => fail(closedAfterHandshake));
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    stream.write(greeting);
  });
}
