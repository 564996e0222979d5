import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { privateAuthority } from '../../../fakes/flux/kubernetes/certificate.ts';
import { createFluxFleet } from '../../../src/fleet/flux/fleet.ts';
import { createHttpProbe } from '../../../src/fleet/probe/http-probe.ts';
import { proxyRule } from '../../../src/proxy/proxy.ts';
import {
  connectProxy,
  type ProxyBehaviour,
  proxyAnswers,
  type TestProxy,
} from '../../support/network/connect-proxy.ts';
import { tlsTunnel } from '../../support/network/tls-tunnel.ts';
import { json, kubeconfig, list } from '../fleet/api-server.ts';

const host = 'cluster.example';
const source = { repository: 'https://github.com/acme/gitops', branch: 'dev' };
const authority = privateAuthority('A private authority');
const certificate = authority.issue([host]);
const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** An API server, of which the proxy alone knows the name. */
async function world(behaviour: ProxyBehaviour = {}): Promise<{ readonly proxy: TestProxy; readonly at: string }> {
  const server = createServer((_, response) => json(response, 200, list('GitRepository', [])));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const tunnel = await tlsTunnel(certificate, port);
  const names = { [`${host}:6443`]: tunnel.port, [`${host}:443`]: tunnel.port, [`${host}:80`]: port };
  const proxy = await connectProxy('http', { names, ...behaviour });
  closing.push(
    async () => server.close(),
    () => tunnel.close(),
    () => proxy.close(),
  );
  return { proxy, at: `127.0.0.1:${proxy.port}` };
}

function look(env: NodeJS.ProcessEnv, { cluster = {}, trusted = authority.certificate, timeoutMs = 5_000 } = {}) {
  const yaml = kubeconfig({ name: 'one', server: `https://${host}:6443`, authority: trusted, cluster });
  const fleet = createFluxFleet({ kubeconfig: { yaml }, proxies: proxyRule(env) });
  return fleet.observe({ name: 'one', context: 'one' }, source, { timeoutMs });
}

describe('A cluster', () => {
  test('is looked at through the proxy of the environment', async () => {
    const { proxy, at } = await world({ credentials: 'ann:p@ss' });
    expect(await look({ HTTPS_PROXY: `http://ann:p%40ss@${at}` })).toMatchObject({ kind: 'reached' });
    expect(new Set(proxy.asked)).toEqual(new Set([`${host}:6443`]));
  });

  test('is looked at through the proxy of the kubeconfig, whatever the environment says', async () => {
    const { proxy, at } = await world();
    const cluster = { 'proxy-url': `http://${at}` };
    expect(await look({ HTTPS_PROXY: 'http://127.0.0.1:1', NO_PROXY: host }, { cluster })).toMatchObject({
      kind: 'reached',
    });
    expect(proxy.tunnels()).toBeGreaterThan(0);
  });

  test.each([host, '.example', '*'])('is looked at without it where NO_PROXY is %s', async (none) => {
    const { proxy, at } = await world();
    expect(await look({ HTTPS_PROXY: `http://${at}`, NO_PROXY: none })).toMatchObject({
      kind: 'unreachable',
      why: expect.stringMatching(/its host name (is unknown|cannot be looked up)/),
    });
    expect(proxy.tunnels()).toBe(0);
  });

  test.each<[string, ProxyBehaviour, string]>([
    [
      'wants a password',
      { credentials: 'ann:s3cret' },
      'does not accept the name and the password in HTTPS_PROXY (407)',
    ],
    ['does not allow it', { answer: proxyAnswers.forbidden }, 'does not allow cluster.example:6443 (403)'],
    [
      'is a page',
      { answer: proxyAnswers.page },
      'gives something else than TLS for cluster.example:6443, perhaps a page of its own',
    ],
  ])('whose proxy %s says so', async (_, behaviour, words) => {
    const { at } = await world(behaviour);
    const observation = await look({ HTTPS_PROXY: `http://ann:wr0ng@${at}` });
    expect(observation).toMatchObject({ kind: 'unreachable', why: expect.stringContaining(words) });
    expect(observation).toMatchObject({
      why: expect.stringContaining(`The API server https://${host}:6443 cannot be reached: `),
    });
    expect(JSON.stringify(observation)).not.toMatch(/s3cret|wr0ng/);
  });

  test('whose proxy does not run says so, and where it is named', async () => {
    expect(await look({}, { cluster: { 'proxy-url': 'http://ann:s3cret@127.0.0.1:1' } })).toEqual({
      kind: 'unreachable',
      why: `The API server https://${host}:6443 cannot be reached: the proxy http://127.0.0.1:1 of proxy-url of the kubeconfig on the way to ${host}:6443 cannot be reached (ECONNREFUSED): see whether it runs, or add ${host}:6443 to NO_PROXY if it is reached without.`,
    });
  });

  test('whose proxy says nothing is given up in time, and its connection with it', async () => {
    const { proxy, at } = await world({ answer: proxyAnswers.silence });
    expect(await look({ HTTPS_PROXY: `http://${at}` }, { timeoutMs: 200 })).toMatchObject({ kind: 'unreachable' });
    await expect.poll(() => proxy.open()).toBe(0);
  });

  test('of an authority that is not known names the setting', async () => {
    const { at } = await world();
    const { certificate: trusted } = privateAuthority('another authority');
    expect(await look({ HTTPS_PROXY: `http://${at}` }, { trusted })).toMatchObject({
      why: expect.stringContaining('name a file with its authority in certificate-authority of the kubeconfig'),
    });
  });
});

describe('A URL of a check', () => {
  const ask = (url: string, env: NodeJS.ProcessEnv) =>
    createHttpProbe({ allowed: [host], timeoutMs: 5_000, proxies: proxyRule(env) }).ask(url);

  test('is asked through the proxy of its scheme', async () => {
    const { proxy, at } = await world({ credentials: 'ann:p@ss' });
    const env = { HTTP_PROXY: `http://ann:p%40ss@${at}` };
    expect(await ask(`http://${host}/`, env)).toEqual({ kind: 'answered', status: 200 });
    expect(proxy.asked).toEqual([`${host}:80`]);
    expect(await ask(`http://${host}/`, { ...env, NO_PROXY: host })).toMatchObject({ kind: 'silent' });
    expect(proxy.asked).toHaveLength(1);
  });

  test('of a private authority says which setting helps', async () => {
    const { at } = await world();
    expect(await ask(`https://${host}/`, { HTTPS_PROXY: `http://${at}` })).toEqual({
      kind: 'silent',
      why: 'its certificate is of an authority that is not known here (UNABLE_TO_VERIFY_LEAF_SIGNATURE): name a file with its authority in NODE_EXTRA_CA_CERTS of the worker',
    });
  });

  test('whose proxy refuses says so', async () => {
    const { at } = await world({ answer: proxyAnswers.forbidden });
    expect(await ask(`https://${host}/`, { HTTPS_PROXY: `http://${at}` })).toMatchObject({
      kind: 'silent',
      why: expect.stringContaining(`the proxy http://${at} of HTTPS_PROXY does not allow ${host} (403)`),
    });
  });
});
