import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface TestProxy {
  readonly port: number;
  /** How many connections it has passed on. */
  tunnels(): number;
  close(): Promise<void>;
}

/** A proxy that passes TCP on to IPv4 addresses: by HTTP's CONNECT, or by SOCKS 5 (RFC 1928) without authentication. */
export async function connectProxy(scheme: string): Promise<TestProxy> {
  const sockets = new Set<Socket>();
  let tunnels = 0;
  const pass = (client: Socket, { host, port }: Target, answer: Buffer) => {
    tunnels += 1;
    const target = connect(port, host, () => client.write(answer));
    sockets.add(target);
    target.on('error', () => client.destroy());
    client.pipe(target).pipe(client);
  };
  const server = createServer((client) => {
    sockets.add(client);
    client.on('error', () => client.destroy());
    if (scheme === 'http') byConnect(client, pass);
    else bySocks(client, pass);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    tunnels: () => tunnels,
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

function byConnect(client: Socket, pass: Pass): void {
  client.once('data', (data) => {
    const [, host = '', port = ''] = /^CONNECT ([\d.]+):(\d+) /.exec(data.toString('latin1')) ?? [];
    pass(client, { host, port: Number(port) }, Buffer.from('HTTP/1.1 200 OK\r\n\r\n'));
  });
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
