import { createServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { selfSignedCertificate } from '../../../fakes/flux/kubernetes/certificate.ts';
import { createFluxFleet } from '../../../src/fleet/flux/fleet.ts';
import type { ClusterObservation } from '../../../src/fleet/types.ts';
import { apiServer, kubeconfig, type TestApiServer } from './api-server.ts';

const source = { repository: 'https://github.com/acme/gitops', branch: 'dev' };
let server: TestApiServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function serve(): Promise<TestApiServer> {
  server = await apiServer(() => undefined);
  return server;
}

function look(yaml: string): Promise<ClusterObservation> {
  const fleet = createFluxFleet({ kubeconfig: { yaml } });
  return fleet.observe({ name: 'one', context: 'one' }, source, { timeoutMs: 5000 });
}

describe('a cluster that cannot be connected to is unreachable', () => {
  test('when nobody listens', async () => {
    const free = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => free.once('listening', resolve));
    const address = free.address();
    const port = typeof address === 'object' ? address?.port : 0;
    await new Promise((resolve) => free.close(resolve));
    const observation = await look(kubeconfig({ name: 'one', server: `https://127.0.0.1:${port}` }));
    expect(observation).toMatchObject({
      kind: 'unreachable',
      why: expect.stringContaining('the connection was refused (ECONNREFUSED)'),
    });
  });

  test('when its host is unknown', async () => {
    const observation = await look(kubeconfig({ name: 'one', server: 'https://cluster.invalid' }));
    expect(observation).toMatchObject({
      kind: 'unreachable',
      why: expect.stringMatching(/^The API server https:\/\/cluster\.invalid cannot be reached/),
    });
  });

  test('when its certificate is not trusted', async () => {
    const { url } = await serve();
    const { certificate } = selfSignedCertificate('another authority');
    for (const authority of [undefined, certificate]) {
      const observation = await look(kubeconfig({ name: 'one', server: url, ...(authority && { authority }) }));
      expect(observation).toMatchObject({ kind: 'unreachable', why: expect.stringContaining('cannot be trusted') });
    }
  });

  test('when its certificate is for another host', async () => {
    const { url, authority } = await serve();
    const yaml = kubeconfig({ name: 'one', server: url, authority, cluster: { 'tls-server-name': 'other.example' } });
    expect(await look(yaml)).toMatchObject({
      kind: 'unreachable',
      why: expect.stringContaining('for another host name'),
    });
  });

  test('when the kubeconfig wants plain HTTP', async () => {
    const observation = await look(kubeconfig({ name: 'one', server: 'http://127.0.0.1:1' }));
    expect(observation).toMatchObject({
      kind: 'unreachable',
      why: expect.stringContaining('HTTP protocol is not allowed'),
    });
  });

  test('when its credential plugin fails', async () => {
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'no-such-plugin-for-fairlead', args: [] };
    const yaml = kubeconfig({ name: 'one', server: 'https://127.0.0.1:1', user: { token: undefined, exec } });
    expect(await look(yaml)).toMatchObject({
      kind: 'unreachable',
      why: expect.stringContaining('no-such-plugin-for-fairlead'),
    });
  });
});
