import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { privateAuthority } from '../../../fakes/flux/kubernetes/certificate.ts';
import { type RunningForge, startForge } from '../../../fakes/github/start.ts';
import { git, gitTestEnvironment, temporaryDirectory } from '../../support/git.ts';
import {
  connectProxy,
  type ProxyBehaviour,
  proxyAnswers,
  type TestProxy,
} from '../../support/network/connect-proxy.ts';
import { type TlsTunnel, tlsTunnel } from '../../support/network/tls-tunnel.ts';
import { type AskedPlace, askTheWorld } from './ask-the-world.ts';

const token = 'ghp_t0ken';
const host = 'forge.example';
const authority = privateAuthority('A private authority');
const certificate = authority.issue([host]);
const program = fileURLToPath(new URL('asking-process.ts', import.meta.url));

let directory: { readonly path: string; remove(): void };
let forge: RunningForge;
let tunnel: TlsTunnel;
let proxy: TestProxy;

/** A forge with a private authority; its name is known to the proxy alone. */
beforeEach(async () => {
  directory = temporaryDirectory('proxy');
  forge = await startForge({ directory: join(directory.path, 'repositories'), token });
  const repository = await forge.createRepository('acme', 'gitops');
  seed(repository.directory);
  tunnel = await tlsTunnel(certificate, Number(new URL(forge.url).port));
  writeFileSync(authorityFile(), authority.certificate);
});
afterEach(async () => {
  await proxy.close();
  await tunnel.close();
  await forge.close();
  directory.remove();
});

function seed(repository: string): void {
  const run = (...args: string[]) => git(repository, args);
  const tree = run('mktree').trim();
  const commit = run('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit-tree', tree, '-m', 'One').trim();
  run('update-ref', 'refs/heads/main', commit);
}

function authorityFile(): string {
  return join(directory.path, 'authority.pem');
}

async function startProxy(behaviour: ProxyBehaviour = {}): Promise<string> {
  proxy = await connectProxy('http', { names: { [`${host}:443`]: tunnel.port }, ...behaviour });
  return `127.0.0.1:${proxy.port}`;
}

function placeAt(at: string): AskedPlace {
  return { url: `https://${at}/acme/gitops`, host: at, cacheDir: join(directory.path, 'cache'), token };
}

function ask(env: NodeJS.ProcessEnv) {
  return askTheWorld(placeAt(host), { ...gitTestEnvironment, GIT_SSL_CAINFO: authorityFile(), ...env });
}

/** Asks with the authority that only Node's start makes known. */
async function askTrusting(env: NodeJS.ProcessEnv, at = host): ReturnType<typeof ask> {
  const args = ['--import', import.meta.resolve('tsx'), program, JSON.stringify(placeAt(at))];
  const { stdout, stderr } = await execa(process.execPath, args, {
    env: { ...gitTestEnvironment, NODE_EXTRA_CA_CERTS: authorityFile(), GIT_SSL_CAINFO: authorityFile(), ...env },
    extendEnv: false,
  });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

describe('Git and the forge', () => {
  test('are reached through a proxy that wants a name and a password, with a private authority', async () => {
    const at = await startProxy({ credentials: 'ann:p@ss/w0rd' });
    const told = await askTrusting({ HTTPS_PROXY: `http://ann:p%40ss%2Fw0rd@${at}` });
    expect(told).toEqual({ git: { ok: 'pushed' }, forge: { ok: 0 } });
    expect(new Set(proxy.asked)).toEqual(new Set([`${host}:443`]));
    // Git asks, fetches and pushes; the forge is called once.
    expect(proxy.tunnels()).toBeGreaterThan(3);
  });

  test('are reached without it where NO_PROXY says so', async () => {
    const told = await ask({ HTTPS_PROXY: `http://${await startProxy()}`, NO_PROXY: 'example' });
    expect(told.git.message).toContain('Could not resolve host: forge.example');
    expect(told.forge.message).toMatch(/getaddrinfo (ENOTFOUND|EAI_AGAIN) forge\.example/);
    expect(proxy.tunnels()).toBe(0);
  });

  test('are never asked through it on this machine', async () => {
    const told = await askTrusting({ HTTPS_PROXY: `http://${await startProxy()}` }, `localhost:${tunnel.port}`);
    expect(told).toEqual({ git: { ok: 'pushed' }, forge: { ok: 0 } });
    expect(proxy.tunnels()).toBe(0);
  });
});

describe('What hinders is told with its remedy, and without a password', () => {
  test.each<[string, ProxyBehaviour, string]>([
    [
      'a wrong password',
      { credentials: 'ann:s3cret' },
      'of HTTPS_PROXY does not accept the name and the password in HTTPS_PROXY (407)',
    ],
    [
      'a proxy that does not allow it',
      { answer: proxyAnswers.forbidden },
      'of HTTPS_PROXY does not allow forge.example (403): have it allowed there',
    ],
    [
      'a page where a proxy should be',
      { answer: proxyAnswers.page },
      'gives something else than TLS for forge.example, perhaps a page of its own or a sign-in: check HTTPS_PROXY',
    ],
  ])('%s', async (_, behaviour, words) => {
    const credentials = behaviour.credentials === undefined ? '' : 'ann:wr0ng%40@';
    const told = await ask({ HTTPS_PROXY: `http://${credentials}${await startProxy(behaviour)}` });
    expect(told.git.message).toContain(words);
    expect(told.forge.message).toContain(words);
    expect(JSON.stringify(told)).not.toMatch(/s3cret|wr0ng/);
  });

  test('no password', async () => {
    const told = await ask({ HTTPS_PROXY: `http://${await startProxy({ credentials: 'ann:s3cret' })}` });
    for (const { message } of [told.git, told.forge])
      expect(message).toContain(
        'of HTTPS_PROXY asks for a name and a password (407): write them into HTTPS_PROXY as http://NAME:PASSWORD@HOST:PORT, or add forge.example to NO_PROXY',
      );
  });

  test('a proxy that does not run', async () => {
    const at = await startProxy();
    await proxy.close();
    const told = await ask({ HTTPS_PROXY: `http://ann:s3cret@${at}` });
    for (const { type, message } of [told.git, told.forge]) {
      expect(message).toContain(`the proxy http://${at} of HTTPS_PROXY on the way to forge.example cannot be reached`);
      expect(type).toBe('Unavailable');
    }
    expect(JSON.stringify(told)).not.toContain('s3cret');
  });

  test('an authority that is not known', async () => {
    const told = await ask({ HTTPS_PROXY: `http://${await startProxy()}`, GIT_SSL_CAINFO: undefined });
    expect(told.git).toMatchObject({
      type: 'Refused',
      message: expect.stringContaining(
        "The certificate of forge.example cannot be verified. Give its authority in the worker's GIT_SSL_CAINFO",
      ),
    });
    expect(told.forge).toMatchObject({
      type: 'Unavailable',
      message: expect.stringContaining('name a file with its authority in NODE_EXTRA_CA_CERTS'),
    });
  });
});
