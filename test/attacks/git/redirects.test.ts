import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { privateAuthority } from '../../../fakes/flux/kubernetes/certificate.ts';
import { gitCredentials } from '../../../src/settings/git-credentials.ts';
import { gitTestEnvironment } from '../../support/git.ts';
import { type TlsTunnel, tlsTunnel } from '../../support/network/tls-tunnel.ts';
import { type HttpRemote, serveHttp } from '../../unit/git/http-remote.ts';
import { useBench } from '../../unit/git/setup.ts';

const url = 'http://git.internal/acme/shop.git';
const token = { name: 'GIT_TOKEN', read: async () => 'tok3n-that-must-not-be-seen' };
const authority = privateAuthority('A private authority');
const certificate = authority.issue(['localhost']);

/** A host that is reached by a proxy, so that it is not this machine; it sends everybody to HTTPS, as hosts do. */
async function plainHost(target: () => string) {
  const seen: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers.authorization);
    const { pathname, search } = new URL(request.url ?? '/', url);
    response.writeHead(302, { location: `${target()}${pathname}${search}` }).end();
  });
  // git takes the proxy also for where it is sent to.
  server.on('connect', (request, client) => {
    const target = connect(Number(request.url?.split(':').at(-1)), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      client.pipe(target).pipe(client);
    });
    for (const socket of [client, target]) socket.on('error', () => [client, target].map((each) => each.destroy()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    seen,
    port,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

describe('A repository behind http:// on another machine, which redirects to https://', () => {
  const bench = useBench();
  let secure: HttpRemote;
  let tunnel: TlsTunnel;
  let plain: Awaited<ReturnType<typeof plainHost>>;

  beforeEach(async () => {
    secure = await serveHttp(bench.directory);
    tunnel = await tlsTunnel(certificate, secure.port);
    plain = await plainHost(() => `https://localhost:${tunnel.port}`);
    writeFileSync(join(bench.directory, 'authority.pem'), authority.certificate);
  });
  afterEach(async () => {
    await plain.close();
    await tunnel.close();
    await secure.close();
  });

  const open = (plainHttp: readonly string[]) => {
    const entry = { host: 'git.internal', username: 'bot', token };
    const repositories = { sources: undefined, gitops: [], local: false };
    const allow = { repositories, plainHttp, httpChecks: [] };
    const environment = {
      ...gitTestEnvironment,
      http_proxy: `http://127.0.0.1:${plain.port}`,
      GIT_SSL_CAINFO: join(bench.directory, 'authority.pem'),
    };
    return bench.open({ environment, credentials: gitCredentials({ gitCredentials: [entry], allow }) }, url);
  };

  it('is read without the credential, here and there', async () => {
    const head = bench.remote.commit('main', { 'a.txt': 'one' });
    expect(await open([]).branchHead('main')).toBe(head);
    expect(plain.seen.length).toBeGreaterThan(0);
    expect(secure.requests.length).toBeGreaterThan(0);
    expect(new Set([...plain.seen, ...secure.authorizations])).toEqual(new Set([undefined]));
  });

  it('is not followed where the settings let the credential go in plain text', async () => {
    bench.remote.commit('main', { 'a.txt': 'one' });
    await expect(open(['git.internal']).branchHead('main')).rejects.toMatchObject({
      type: 'Refused',
      message: expect.stringContaining('redirects to another address'),
    });
    expect(plain.seen.filter((each) => each !== undefined).length).toBeGreaterThan(0);
    expect(secure.requests).toEqual([]);
  });
});
