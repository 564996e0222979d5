import { createServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { selfSignedCertificate } from '../../fakes/flux/kubernetes/certificate.ts';
import { lists } from './objects.ts';

/**
 * A process of its own that answers as all API servers of a fleet. Each cluster is a connection of its own, and a
 * prefix of the path: what a look costs is the same as with as many servers. One port accepts connections and says
 * nothing. The processor time that this takes is asked for, so that it is not counted as the worker's.
 */
export type ToStandIns = { readonly ask: 'cpu' | 'stop' };
export type FromStandIns =
  | { readonly ports: readonly number[]; readonly silentPort: number; readonly authority: string }
  | { readonly cpuMs: number };

/** Connections end in TIME_WAIT, of which one port can have 28,000. */
const PORTS = 8;

const objectsEach = Number(process.argv[2] ?? 40);
const { certificate, key } = selfSignedCertificate('bench');
const { gitrepositories, kustomizations } = lists(objectsEach);
const [repositories, objects] = [Buffer.from(gitrepositories), Buffer.from(kustomizations)];
const serveOne = () =>
  createServer({ cert: certificate, key, keepAliveTimeout: 120_000 }, (request, response) => {
    const body = request.url?.includes('/gitrepositories') ? repositories : objects;
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': body.length }).end(body);
  });
const servers: Server[] = Array.from({ length: PORTS }, serveOne);
const silent = createTcpServer((socket) => socket.on('error', () => socket.destroy()));

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, resolve));
  return (server.address() as AddressInfo).port;
}

const ports = await Promise.all(servers.map(listen));
const silentPort = await listen(silent);
process.send?.({ ports, silentPort, authority: certificate } satisfies FromStandIns);
process.on('message', ({ ask }: ToStandIns) => {
  if (ask === 'stop') process.exit(0);
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMs: (user + system) / 1000 } satisfies FromStandIns);
});
