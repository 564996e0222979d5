import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { privateAuthority } from '../../fakes/flux/kubernetes/certificate.ts';
import { checkServer, withTemporal } from '../../src/temporal/client.ts';
import { connectWorker } from '../../src/worker/connection.ts';
import { temporaryDirectory } from '../support/git.ts';
import { connectProxy, type ProxyBehaviour, proxyAnswers, type TestProxy } from '../support/network/connect-proxy.ts';
import { tlsTunnel } from '../support/network/tls-tunnel.ts';

const host = 'temporal.example';
const address = `${host}:7233`;
const authority = privateAuthority('A private authority');
const certificate = authority.issue([host]);

const closing: (() => Promise<void>)[] = [];

afterAll(async () => {
  for (const close of closing) await close();
});

interface ProxiedTemporal {
  readonly proxy: TestProxy;
  /** Host and port of the proxy. */
  readonly at: string;
  /** The settings of the connection to Temporal. */
  readonly secured: NodeJS.ProcessEnv;
}

/** Temporal with TLS of a private authority; its name is known to the proxy alone. */
async function proxiedTemporal(behaviour: ProxyBehaviour = {}): Promise<ProxiedTemporal> {
  const directory = temporaryDirectory('temporal-proxy');
  const authorityFile = join(directory.path, 'authority.pem');
  writeFileSync(authorityFile, authority.certificate);
  const tunnel = await tlsTunnel(certificate, Number(inject('temporal').address.split(':')[1]), ['h2']);
  const proxy = await connectProxy('http', { names: { [address]: tunnel.port }, ...behaviour });
  closing.push(async () => {
    await proxy.close();
    await tunnel.close();
    directory.remove();
  });
  const secured = {
    TEMPORAL_ADDRESS: address,
    TEMPORAL_TLS: 'true',
    TEMPORAL_TLS_SERVER_CA_CERT_PATH: authorityFile,
  };
  return { proxy, at: `127.0.0.1:${proxy.port}`, secured };
}

/** Connects as commands and as workers do. */
const clients: readonly (readonly [string, (env: NodeJS.ProcessEnv) => Promise<void>])[] = [
  ['a command', async (env) => void (await withTemporal(env, checkServer))],
  ['a worker', async (env) => (await connectWorker(env)).connection.close()],
];

// A command waits five seconds for a connection: side by side.
describe.concurrent.each(clients)('Temporal is reached by %s', (_, connect) => {
  test('through a proxy, with TLS of a private authority', async () => {
    const { proxy, at, secured } = await proxiedTemporal({ credentials: 'ann:p@ss/w0rd' });
    await connect({ ...secured, HTTPS_PROXY: `http://ann:p%40ss%2Fw0rd@${at}` });
    expect(proxy.tunnels()).toBeGreaterThan(0);
    expect(new Set(proxy.asked)).toEqual(new Set([address]));
  });

  test('without it where NO_PROXY says so', async () => {
    const { proxy, at, secured } = await proxiedTemporal();
    const env = { ...secured, HTTPS_PROXY: `http://${at}`, NO_PROXY: host };
    await expect(connect(env)).rejects.toMatchObject({ type: 'Unavailable' });
    expect(proxy.tunnels()).toBe(0);
    await connect({ ...env, TEMPORAL_ADDRESS: inject('temporal').address, TEMPORAL_TLS: 'false', NO_PROXY: undefined });
    expect(proxy.tunnels()).toBe(0);
  });

  test('unless its authority is not known: the message names the setting', async () => {
    const { at, secured } = await proxiedTemporal();
    const env = { ...secured, TEMPORAL_TLS_SERVER_CA_CERT_PATH: undefined, HTTPS_PROXY: at };
    await expect(connect(env)).rejects.toMatchObject({
      type: 'Unauthorized',
      message: expect.stringMatching(
        /^The connection to Temporal at temporal\.example:7233 fails: its certificate is of an authority that is not known here.*: name a file with its authority in TEMPORAL_TLS_SERVER_CA_CERT_PATH\.$/,
      ),
    });
  });

  test.each<[string, ProxyBehaviour, string]>([
    [
      'wants another password',
      { credentials: 'ann:s3cret' },
      'does not accept the name and the password in HTTPS_PROXY (407)',
    ],
    ['does not allow it', { answer: proxyAnswers.forbidden }, `does not allow ${address} (403): have it allowed there`],
    ['is a page', { answer: proxyAnswers.page }, `gives something else than TLS for ${address}`],
  ])('unless the proxy %s, and it says so', async (__, behaviour, words) => {
    const { at, secured } = await proxiedTemporal(behaviour);
    const failure = await connect({ ...secured, HTTPS_PROXY: `http://ann:wr0ng@${at}` }).catch((error) => error);
    expect(failure).toMatchObject({
      type: 'Unavailable',
      message: expect.stringContaining(`the proxy http://${at} of HTTPS_PROXY ${words}`),
    });
    expect(failure.message).not.toMatch(/s3cret|wr0ng/);
  });
});
