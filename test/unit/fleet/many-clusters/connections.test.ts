import { writeFileSync } from 'node:fs';
import type { Server } from 'node:https';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { selfSignedCertificate } from '../../../../fakes/flux/kubernetes/certificate.ts';
import { clusterApi } from '../../../../src/fleet/flux/cluster-api.ts';
import { createConnections } from '../../../../src/fleet/flux/connections.ts';
import { createFluxFleet } from '../../../../src/fleet/flux/fleet.ts';
import { temporaryDirectory } from '../../../support/git.ts';
import { connectProxy } from '../../../support/network/connect-proxy.ts';
import { apiServer, type Handler, json, kubeconfig, list, type TestApiServer } from '../api-server.ts';

const source = { repository: 'https://github.com/acme/gitops', branch: 'dev' };
const servers: TestApiServer[] = [];
let directory: { readonly path: string; remove(): void };

beforeEach(() => {
  directory = temporaryDirectory('connections');
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((each) => each.close()));
  directory.remove();
});

/** An API server without Flux objects that counts its connections. */
async function countingServer(handler: Handler = emptyLists) {
  const ports = new Set<number | undefined>();
  let server: Server | undefined;
  const running = await apiServer((request, response) => {
    ports.add(request.socket.remotePort);
    server = (request.socket as unknown as { server: Server }).server;
    handler(request, response);
  });
  servers.push(running);
  const openNow = () => new Promise<number>((resolve) => server?.getConnections((_, count) => resolve(count)));
  return { ...running, made: () => ports.size, openNow };
}

const emptyLists: Handler = (_, response) => json(response, 200, list('GitRepository', []));

function fleetOf(server: TestApiServer, options: { readonly user?: object; readonly cluster?: object } = {}) {
  const yaml = kubeconfig({ name: 'one', server: server.url, authority: server.authority, ...options });
  const fleet = createFluxFleet({ kubeconfig: { yaml } });
  return () => fleet.observe({ name: 'one', context: 'one' }, source, { timeoutMs: 10_000 });
}

/** A way to the server as a look opens it. */
function contextOf(server: TestApiServer): KubeConfig {
  const config = new KubeConfig();
  config.loadFromString(kubeconfig({ name: 'one', server: server.url, authority: server.authority }));
  config.setCurrentContext('one');
  return config;
}

const limits = {
  signal: new AbortController().signal,
  awaitAnswer: <T>(answer: Promise<T>) => answer,
  enlarge: async () => undefined,
};

describe('a connection to a cluster', () => {
  test('is kept from one look to the next', async () => {
    const server = await countingServer();
    const look = fleetOf(server);
    for (let looks = 0; looks < 3; looks += 1) expect(await look()).toMatchObject({ kind: 'reached' });
    expect(server.made()).toBe(1);
  });

  test.each(['http', 'socks5'])('is kept through an %s proxy', async (scheme) => {
    const server = await countingServer();
    const proxy = await connectProxy(scheme);
    const look = fleetOf(server, { cluster: { 'proxy-url': `${scheme}://127.0.0.1:${proxy.port}` } });
    for (let looks = 0; looks < 3; looks += 1) expect(await look()).toMatchObject({ kind: 'reached' });
    expect(proxy.tunnels()).toBe(1);
    await proxy.close();
  });

  test('that the server has closed meanwhile is replaced within the look', async () => {
    const seen = new Set<number | undefined>();
    const server = await countingServer((request, response) => {
      const { remotePort } = request.socket;
      if (seen.has(remotePort)) return request.socket.destroy();
      if (request.url?.includes('kustomizations')) seen.add(remotePort);
      return emptyLists(request, response);
    });
    const look = fleetOf(server);
    expect(await look()).toMatchObject({ kind: 'reached' });
    expect(await look()).toMatchObject({ kind: 'reached' });
    expect(server.made()).toBe(2);
  });

  test('that is closed at the first request of a look is not tried for ever', async () => {
    const server = await countingServer((request) => request.socket.destroy());
    expect(await fleetOf(server)()).toMatchObject({ kind: 'unreachable', why: expect.stringContaining('was closed') });
    expect(server.made()).toBe(1);
  });

  test('is made anew when the client certificate in its file is another one', async () => {
    const server = await countingServer();
    const files = { 'client-certificate': join(directory.path, 'crt'), 'client-key': join(directory.path, 'key') };
    const rotate = () => {
      const { certificate, key } = selfSignedCertificate('fairlead');
      writeFileSync(files['client-certificate'], certificate);
      writeFileSync(files['client-key'], key);
    };
    rotate();
    const look = fleetOf(server, { user: files });
    await look();
    await look();
    expect(server.made()).toBe(1);
    rotate();
    expect(await look()).toMatchObject({ kind: 'reached' });
    expect(server.made()).toBe(2);
  });

  test('is closed when nobody has used it for a while', async () => {
    const server = await countingServer();
    const connections = createConnections({ kept: 10, idleMs: 60 });
    const connection = await connections.open(contextOf(server));
    expect(await clusterApi(connection, limits).isKubernetes()).toBe(false);
    connection.release(true);
    expect(connections.kept).toBe(1);
    await vi.waitFor(async () => expect(await server.openNow()).toBe(0));
    expect(connections.kept).toBe(0);
  });

  test('is closed after its look where all places are taken', async () => {
    const server = await countingServer();
    const connections = createConnections({ kept: 2, idleMs: 60_000 });
    for (const config of [1, 2, 3, 4].map(() => contextOf(server))) {
      const connection = await connections.open(config);
      await clusterApi(connection, limits).isKubernetes();
      connection.release(true);
    }
    expect(connections.kept).toBe(2);
    await vi.waitFor(async () => expect(await server.openNow()).toBe(2));
  });
});
