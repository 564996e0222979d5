import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';

/** A host behind `http://` that is not loopback. It asks everybody for a credential, and answers nothing else. */
export interface PlainHost {
  readonly url: string;
  /** As the settings name it. */
  readonly host: string;
  /** How often somebody asked, and how often a credential came with that. */
  readonly asked: () => { readonly calls: number; readonly withCredential: number };
  close(): Promise<void>;
}

/** Starts such a host on an address of this machine. Throws where it has none but loopback. */
export async function startPlainHost(): Promise<PlainHost> {
  const address = Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
  if (address === undefined) throw new Error('this machine has no address but loopback');
  let [calls, withCredential] = [0, 0];
  const server = createServer((request, response) => {
    calls += 1;
    if (request.headers.authorization !== undefined) withCredential += 1;
    response.writeHead(401, { 'www-authenticate': 'Basic realm="bench"' }).end();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, address, resolve);
  });
  const host = `${address}:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${host}`,
    host,
    asked: () => ({ calls, withCredential }),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
