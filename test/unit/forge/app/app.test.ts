import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Exchange } from '../../../../fakes/github/server.ts';
import { type RunningForge, startForge } from '../../../../fakes/github/start.ts';
import { Failure } from '../../../../src/failure.ts';
import { createForges } from '../../../../src/forge/forges.ts';
import type { GitHubApp } from '../../../../src/forge/github/app/github-app.ts';
import { type AppTokens, createAppTokens } from '../../../../src/forge/github/app/tokens.ts';
import { checkRepositoryUrl } from '../../../../src/platform/repository/repository-url.ts';
import { temporaryDirectory } from '../../../support/git.ts';
import { createGitHubCheck } from '../../../support/openapi.ts';

const APP = 4711;
const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = keys.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
const grants = { contents: 'write', pull_requests: 'write', checks: 'read', administration: 'read' };
const directory = temporaryDirectory('app');
const exchanges: Exchange[] = [];
/** How far the clock of the forge is from this machine's, in milliseconds. */
let forgeAheadMs = 0;
let elapsedMs = 0;
let server: RunningForge;
let urls: readonly string[];
let tokens: AppTokens;

beforeAll(async () => {
  server = await startForge({
    directory: join(directory.path, 'repositories'),
    token: 'ghp_bot',
    now: () => new Date(Date.now() + forgeAheadMs),
    onExchange: (exchange) => void exchanges.push(exchange),
  });
  server.registerApp({ id: APP, publicKey: keys.publicKey });
  urls = await Promise.all(['gitops', 'other'].map(async (name) => (await server.createRepository('acme', name)).url));
});
afterAll(async () => {
  await server.close();
  directory.remove();
});
beforeEach(() => {
  forgeAheadMs = 0;
  elapsedMs = 0;
  exchanges.length = 0;
  server.uninstallApp(APP, 'acme');
  server.installApp(APP, 'acme', { repositories: ['gitops'], permissions: grants });
  tokens = tokensOf({});
});
afterEach(() => {
  const check = createGitHubCheck();
  expect([...new Set(exchanges.flatMap(check))], "differs from GitHub's published description").toEqual([]);
});

function tokensOf(app: Partial<GitHubApp> & { readonly pem?: string }): AppTokens {
  const privateKey = { read: async () => app.pem ?? pem, name: 'file /keys/app.pem' };
  return createAppTokens({
    apiUrl: server.apiUrl,
    app: { id: String(APP), privateKey, ...app },
    requestTimeoutMs: 5_000,
    elapsed: () => elapsedMs,
  });
}

function addressOf(url = urls[0] ?? '') {
  const address = checkRepositoryUrl(url).webAddress;
  if (address === undefined) throw new Error('no address');
  return address;
}

function forgeOf(app: AppTokens) {
  const setting = { host: server.host, kind: 'github', apiUrl: server.apiUrl, tokenName: '' } as const;
  const forges = createForges({ forges: [{ ...setting, token: async () => undefined, app }] });
  return forges.for(urls[0] ?? '');
}

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(Failure);
  return error as Failure;
}

const tokenCalls = () => exchanges.filter(({ path }) => path.endsWith('/access_tokens'));

describe('what an App was granted', () => {
  it('tells what it lacks in a repository, and not by the permissions of some user', async () => {
    const access = await forgeOf(tokens).access?.();
    expect(access).toMatchObject({ lacking: { needed: [], wished: expect.arrayContaining(['statuses: write']) } });
    server.uninstallApp(APP, 'acme');
    server.installApp(APP, 'acme', { repositories: ['gitops'], permissions: { ...grants, pull_requests: 'read' } });
    const less = await forgeOf(tokensOf({})).access?.();
    expect(less).toMatchObject({ mayWrite: undefined, lacking: { needed: ['pull_requests: write'] } });
    expect(less?.permissionRemedy).toContain('(pull_requests: write)');
  });
});

describe('a token of an App', () => {
  it('reaches the one repository, with what the use needs and the installation has', async () => {
    await tokens.token(addressOf(), 'fetch');
    await tokens.token(addressOf(), 'api');
    expect(tokenCalls().map(({ requestBody }) => requestBody)).toEqual([
      { repositories: ['gitops'], permissions: { contents: 'read' } },
      { repositories: ['gitops'], permissions: grants },
    ]);
  });

  it('serves requests through the API', async () => {
    expect(await forgeOf(tokens).openRequests('main')).toEqual([]);
  });

  it('may be asked for with the client id', async () => {
    expect(await tokensOf({ id: `Iv23li${APP}` }).token(addressOf(), 'push')).toMatch(/^ghs_/);
  });

  it('is asked for once, whoever needs it at the same time', async () => {
    const [one, other] = await Promise.all([tokens.token(addressOf(), 'api'), tokens.token(addressOf(), 'api')]);
    expect(one).toBe(other);
    expect(tokenCalls()).toHaveLength(1);
  });

  it('is renewed before it ends', async () => {
    const first = await tokens.token(addressOf(), 'push');
    elapsedMs = 44 * 60_000;
    expect(await tokens.token(addressOf(), 'push')).toBe(first);
    elapsedMs = 46 * 60_000;
    expect(await tokens.token(addressOf(), 'push')).not.toBe(first);
  });

  it('that lacks something is renewed soon: an owner may have granted it', async () => {
    server.installApp(APP, 'acme', { permissions: { contents: 'read' } });
    await tokens.token(addressOf(), 'push');
    server.installApp(APP, 'acme', { permissions: grants });
    elapsedMs = 61_000;
    await tokens.token(addressOf(), 'push');
    expect(tokenCalls().at(-1)?.requestBody).toMatchObject({ permissions: { contents: 'write' } });
  });

  it('that was revoked is no failure that needs a person, and the next call has a new one', async () => {
    const forge = forgeOf(tokens);
    await forge.openRequests('main');
    server.revokeTokens(APP);
    const failure = await failureOf(forge.openRequests('main'));
    expect(failure).toMatchObject({ type: 'Unavailable' });
    expect(failure.message).toMatch(/asks for a new token of GitHub App 4711/);
    expect(await forge.openRequests('main')).toEqual([]);
  });
});

describe('an App', () => {
  it('that is not installed on one of the repositories names it', async () => {
    const failure = await failureOf(tokens.token(addressOf(urls[1]), 'api'));
    expect(failure.type).toBe('Unauthorized');
    expect(failure.message).toMatch(/not installed on acme\/other.*install it there/);
    server.installApp(APP, 'acme', { repositories: 'all' });
    expect(await tokens.token(addressOf(urls[1]), 'api')).toMatch(/^ghs_/);
  });

  it('whose installation is suspended says since when, and who lifts it', async () => {
    server.installApp(APP, 'acme', { suspendedAt: '2026-11-01T00:00:00Z' });
    const failure = await failureOf(tokens.token(addressOf(), 'api'));
    expect(failure.type).toBe('Unauthorized');
    expect(failure.message).toMatch(/suspended since 2026-11-01T00:00:00Z\. An owner can lift it/);
  });

  it('whose key is another one says where the right one belongs', async () => {
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    const app = tokensOf({ pem: other.export({ type: 'pkcs8', format: 'pem' }).toString() });
    const failure = await failureOf(app.token(addressOf(), 'api'));
    expect(failure.type).toBe('Unauthorized');
    expect(failure.message).toMatch(/The key in file \/keys\/app\.pem is not one of the App's/);
  });

  it.each([
    ['no key', 'secret-that-is-no-key', /holds no private RSA key/],
    [
      'a key of another kind',
      generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      /holds no private RSA key/,
    ],
  ])('with %s says so, and does not repeat what it read', async (_, text, says) => {
    const failure = await failureOf(tokensOf({ pem: text }).token(addressOf(), 'api'));
    expect(failure).toMatchObject({ type: 'Unauthorized' });
    expect(failure.message).toMatch(says);
    expect(failure.message).not.toContain(text.slice(0, 20));
    expect(exchanges).toEqual([]);
  });

  it('whose key is on one line, as variables hold it, signs in', async () => {
    expect(await tokensOf({ pem: pem.replaceAll('\n', '\\n') }).token(addressOf(), 'api')).toMatch(/^ghs_/);
  });

  it('that GitHub does not know says what to write', async () => {
    const failure = await failureOf(tokensOf({ id: '12' }).token(addressOf(), 'api'));
    expect(failure.message).toMatch(/knows no App 12 on 127\.0\.0\.1:\d+: write its App id or client id/);
  });

  it('goes on where the clock of this machine is ten minutes behind', async () => {
    forgeAheadMs = 10 * 60_000;
    expect(await tokens.token(addressOf(), 'api')).toMatch(/^ghs_/);
  });

  it('says so where the clock of this machine is ten minutes ahead', async () => {
    forgeAheadMs = -10 * 60_000;
    const failure = await failureOf(tokens.token(addressOf(), 'api'));
    expect(failure.type).toBe('Unauthorized');
    expect(failure.message).toMatch(/clock of this machine is ahead of GitHub's by 10 min: set it/);
  });

  it('whose answer is lost is asked again by the step that needs it', async () => {
    server.fail({ trouble: { kind: 'hang up' } });
    const failure = await failureOf(tokens.token(addressOf(), 'api'));
    expect(failure.type).toBe('Unavailable');
    expect(await tokens.token(addressOf(), 'api')).toMatch(/^ghs_/);
  });
});
