import { request as requestHttp } from 'node:http';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type HttpProxy, proxyAuthorization } from './proxy.ts';
import { proxyRefusal } from './proxy-words.ts';

/** A server, and the way to it. */
export interface TlsTarget {
  readonly hostname: string;
  readonly port: number;
  /** A proxy that is asked over plain HTTP. */
  readonly proxy: HttpProxy | undefined;
  /** What TLS is made with; undefined: the server speaks without. */
  readonly tls: { readonly ca?: Buffer; readonly servername?: string } | undefined;
}

/** How long all of it may take, in milliseconds. */
const patienceMs = 5_000;

/**
 * Connects once, and answers the error of it; undefined: there is none. For clients that do not tell what keeps them from
 * a server. Nothing is sent to the server but TLS's own greeting.
 */
export async function tryTls(target: TlsTarget): Promise<Error | undefined> {
  const signal = AbortSignal.timeout(patienceMs);
  let socket: Socket | undefined;
  try {
    socket = await (target.proxy === undefined ? direct(target, signal) : through(target.proxy, target, signal));
    await greet(socket, target);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  } finally {
    socket?.destroy();
  }
}

function direct({ hostname, port }: TlsTarget, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host: hostname, port, signal }, () => resolve(socket));
    socket.once('error', reject);
  });
}

function through(proxy: HttpProxy, { hostname, port }: TlsTarget, signal: AbortSignal): Promise<Socket> {
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

function greet(socket: Socket, { hostname, tls }: TlsTarget): Promise<void> {
  if (tls === undefined) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const { ca, servername = hostname } = tls;
    const secured = connectTls({ socket, servername, ca, ALPNProtocols: ['h2'] }, resolve);
    secured.once('error', reject);
    socket.once('error', reject);
  });
}
