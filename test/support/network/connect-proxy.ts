import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface TestProxy {
  readonly port: number;
  /** How many connections it has passed on. */
  tunnels(): number;
  /** What it was asked to connect to, in order: `forge.example:443`. */
  readonly asked: readonly string[];
  /** How many of its connections are open. */
  open(): number;
  close(): Promise<void>;
}

/** How the stand-in of a proxy behaves. */
export interface ProxyBehaviour {
  /** The local ports behind names that nobody but the proxy knows: `forge.example:443`. */
  readonly names?: Readonly<Record<string, number>>;
  /** `NAME:PASSWORD` that it wants to hear. */
  readonly credentials?: string;
  /** What it answers to everything, instead of connecting; `silence` for nothing at all. */
  readonly answer?: string;
}

/** Answers of real proxies, and of what only looks like one. */
export const proxyAnswers = {
  forbidden:
    'HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\nContent-Length: 31\r\n\r\n<html><h1>Access denied</h1>...',
  page: 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<!DOCTYPE html><html><title>Sign in</title></html>',
  silence: 'silence',
} as const;

const required =
  'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="test"\r\nContent-Length: 0\r\n\r\n';

/** A proxy that passes TCP on: by HTTP's CONNECT, or by SOCKS 5 (RFC 1928) without authentication. */
export async function connectProxy(scheme: string, behaviour: ProxyBehaviour = {}): Promise<TestProxy> {
  const sockets = new Set<Socket>();
  const asked: string[] = [];
  let tunnels = 0;
  const pass = (client: Socket, { host, port }: Target, answer: Buffer) => {
    asked.push(`${host}:${port}`);
    const named = behaviour.names?.[`${host}:${port}`];
    tunnels += 1;
    const target = connect(named ?? port, named === undefined ? host : '127.0.0.1', () => client.write(answer));
    sockets.add(target);
    target.on('error', () => client.destroy());
    client.pipe(target).pipe(client);
  };
  const server = createServer((client) => {
    sockets.add(client);
    client.on('close', () => sockets.delete(client));
    client.on('error', () => client.destroy());
    if (scheme === 'http') byConnect(client, pass, behaviour);
    else bySocks(client, pass);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    tunnels: () => tunnels,
    asked,
    open: () => sockets.size,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

interface Target {
  readonly host: string;
  readonly port: number;
}

type Pass = (client: Socket, target: Target, answer: Buffer) => void;

function byConnect(client: Socket, pass: Pass, behaviour: ProxyBehaviour): void {
  client.once('data', (data) => {
    const head = data.toString('latin1');
    const { answer, credentials } = behaviour;
    if (answer === proxyAnswers.silence) return void client.resume();
    if (answer !== undefined) return void client.end(answer);
    const basic = credentials === undefined ? undefined : Buffer.from(credentials).toString('base64');
    if (basic !== undefined && !new RegExp(`^proxy-authorization: basic ${escaped(basic)}\r$`, 'im').test(head)) {
      client.write(required);
      // libcurl asks without at first, and again on the same connection.
      return byConnect(client, pass, behaviour);
    }
    const [, host = '', port = ''] = /^CONNECT ([\w.-]+):(\d+) /.exec(head) ?? [];
    pass(client, { host, port: Number(port) }, Buffer.from('HTTP/1.1 200 OK\r\n\r\n'));
  });
}

function escaped(text: string): string {
  return text.replace(/[+/=]/g, '\\$&');
}

function bySocks(client: Socket, pass: Pass): void {
  client.once('data', () => {
    client.write(Buffer.of(5, 0));
    client.once('data', (data) => {
      const host = [...data.subarray(4, 8)].join('.');
      pass(client, { host, port: data.readUInt16BE(8) }, Buffer.of(5, 0, 0, 1, 0, 0, 0, 0, 0, 0));
    });
  });
}
