import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gitTestEnvironment } from '../../support/git.ts';

export type Behaviour =
  | { readonly kind: 'serve' }
  | { readonly kind: 'status'; readonly status: number; readonly location?: string }
  /** Answers everything with a page of HTML, as a proxy does. */
  | { readonly kind: 'page' }
  /** Takes the request and never answers. */
  | { readonly kind: 'hang' }
  /** Cuts the connection instead of answering. */
  | { readonly kind: 'close' }
  /** Cuts it in the middle of the answer to a fetch. */
  | { readonly kind: 'cut' }
  /** Answers a fetch only when it is released. */
  | { readonly kind: 'hold'; readonly released: Promise<void> };

export interface HttpRemote {
  readonly url: string;
  readonly port: number;
  behaviour: Behaviour;
  /** Paths with query, in order. */
  readonly requests: string[];
  /** Values of the Authorization header, in order. */
  readonly authorizations: (string | undefined)[];
  close(): Promise<void>;
}

/** Git's smart protocol over HTTP, by `git http-backend`, for the repositories below `root`; wants basic auth. */
export async function serveHttp(
  root: string,
  credential?: { readonly username: string; readonly password: string },
): Promise<HttpRemote> {
  const expected =
    credential && `Basic ${Buffer.from(`${credential.username}:${credential.password}`).toString('base64')}`;
  const server = createServer((request, response) => {
    remote.requests.push(request.url ?? '');
    remote.authorizations.push(request.headers.authorization);
    const { behaviour } = remote;
    if (behaviour.kind === 'hang') return;
    if (behaviour.kind === 'page') {
      const page = '<!DOCTYPE html>\n<html>\n<head><title>Sign in</title></head>\n</html>\n';
      return void response.writeHead(200, { 'content-type': 'text/html' }).end(page);
    }
    if (behaviour.kind === 'close') return void request.socket.destroy();
    if (behaviour.kind === 'status') {
      const headers = behaviour.location ? { location: `${behaviour.location}${request.url}` } : {};
      return void response.writeHead(behaviour.status, headers).end('no\n');
    }
    if (expected !== undefined && request.headers.authorization !== expected) {
      return void response.writeHead(401, { 'www-authenticate': 'Basic realm="test"' }).end();
    }
    const isFetch = request.method === 'POST' && (request.url ?? '').endsWith('/git-upload-pack');
    const serve = () => serveGit({ root, cut: behaviour.kind === 'cut' && isFetch }, request, response);
    if (behaviour.kind === 'hold' && isFetch) void behaviour.released.then(serve);
    else serve();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const remote: HttpRemote = {
    url: `http://127.0.0.1:${port}`,
    port,
    behaviour: { kind: 'serve' },
    requests: [],
    authorizations: [],
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return remote;
}

function serveGit(
  { root, cut }: { readonly root: string; readonly cut: boolean },
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const child = spawn('git', ['http-backend'], {
    env: {
      ...gitTestEnvironment,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: pathname,
      QUERY_STRING: searchParams.toString(),
      REQUEST_METHOD: request.method ?? 'GET',
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      REMOTE_USER: 'tester',
      REMOTE_ADDR: '127.0.0.1',
    },
  });
  child.stdin.on('error', () => undefined);
  request.pipe(child.stdin);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.on('close', () => {
    const output = Buffer.concat(chunks);
    const end = output.indexOf('\r\n\r\n');
    const headers = output.toString('latin1', 0, end).split('\r\n');
    const status = headers.find((line) => line.startsWith('Status: '))?.slice(8, 11) ?? '200';
    const pairs = headers
      .filter((line) => !line.startsWith('Status: '))
      .map((line) => line.split(': ') as [string, string]);
    const body = output.subarray(end + 4);
    response.writeHead(Number(status), Object.fromEntries(pairs));
    if (!cut) return void response.end(body);
    response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy());
  });
}
