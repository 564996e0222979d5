import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { stringify } from 'yaml';
import { selfSignedCertificate } from '../../../fakes/flux/kubernetes/certificate.ts';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export interface TestApiServer {
  readonly url: string;
  /** PEM of the authority that signs the server's certificate. */
  readonly authority: string;
  close(): Promise<void>;
}

/** An HTTPS server that answers whatever a test wants an API server to answer. */
export async function apiServer(handler: Handler): Promise<TestApiServer> {
  const { certificate, key } = selfSignedCertificate('test API server');
  const server = createServer({ cert: certificate, key }, handler);
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket.on('close', () => sockets.delete(socket))));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${port}`,
    authority: certificate,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

export interface TestContext {
  readonly name: string;
  readonly server: string;
  readonly authority?: string;
  readonly cluster?: object;
  readonly user?: object;
}

/** A kubeconfig with these contexts. */
export function kubeconfig(...contexts: readonly TestContext[]): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: contexts.map(({ name, server, authority, cluster }) => ({
      name,
      cluster: {
        server,
        ...(authority !== undefined && { 'certificate-authority-data': Buffer.from(authority).toString('base64') }),
        ...cluster,
      },
    })),
    users: contexts.map(({ name, user }) => ({ name, user: { token: 'top-secret-token', ...user } })),
    contexts: contexts.map(({ name }) => ({ name, context: { cluster: name, user: name } })),
  });
}

export function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}

export function status(code: number, message: string): object {
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, code };
}

export function list(kind: 'GitRepository' | 'Kustomization', items: readonly object[], next?: string): object {
  return { kind: `${kind}List`, apiVersion: 'v1', metadata: { ...(next && { continue: next }) }, items };
}
