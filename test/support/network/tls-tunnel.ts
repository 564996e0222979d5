import { type AddressInfo, connect } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import type { ServerCertificate } from '../../../fakes/flux/kubernetes/certificate.ts';

export interface TlsTunnel {
  readonly port: number;
  close(): Promise<void>;
}

/** Takes TLS connections, and passes what they carry on to a local port that speaks without. */
export async function tlsTunnel(
  { certificate, key }: ServerCertificate,
  target: number,
  protocols: readonly string[] = ['http/1.1'],
): Promise<TlsTunnel> {
  const sockets = new Set<TLSSocket>();
  const server = createServer({ cert: certificate, key, ALPNProtocols: [...protocols] }, (client) => {
    sockets.add(client);
    const plain = connect(target, '127.0.0.1');
    plain.on('error', () => client.destroy());
    client.on('error', () => plain.destroy());
    client.on('close', () => plain.destroy());
    client.pipe(plain).pipe(client);
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
