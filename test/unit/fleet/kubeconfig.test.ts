import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { createFluxFleet } from '../../../src/fleet/flux/fleet.ts';
import { openKubeconfigs } from '../../../src/fleet/flux/kubeconfig.ts';
import { temporaryDirectory } from '../../support/git.ts';
import { connectProxy } from '../../support/network/connect-proxy.ts';
import { apiServer, json, kubeconfig, list, type TestApiServer } from './api-server.ts';
import { soon } from './stand-ins.ts';

const source = { repository: 'https://github.com/acme/gitops', branch: 'dev' };
let directory: { readonly path: string; remove(): void };
let server: TestApiServer;
let tokens: (string | undefined)[];

beforeEach(async () => {
  directory = temporaryDirectory('kubeconfig');
  tokens = [];
  server = await apiServer((request, response) => {
    tokens.push(request.headers.authorization);
    json(response, 200, list('GitRepository', []));
  });
});
afterEach(async () => {
  await server.close();
  directory.remove();
});

function write(name: string, text: string): string {
  const path = join(directory.path, name);
  writeFileSync(path, text);
  return path;
}

function look(files: string, context = 'one') {
  return createFluxFleet({ kubeconfig: { files } }).observe({ name: context, context }, source, { timeoutMs: 5000 });
}

function contextTo(name: string, user: object = {}) {
  return kubeconfig({ name, server: server.url, authority: server.authority, user });
}

describe('a kubeconfig', () => {
  test('is read again when it changes, so that new credentials need no restart', async () => {
    const files = write('config', contextTo('one', { token: 'first' }));
    const fleet = createFluxFleet({ kubeconfig: { files } });
    const cluster = { name: 'one', context: 'one' };
    await fleet.observe(cluster, source, { timeoutMs: 5000 });
    write('config', contextTo('one', { token: 'second-token' }));
    await vi.waitFor(async () => {
      await fleet.observe(cluster, source, { timeoutMs: 5000 });
      expect([...new Set(tokens)]).toEqual(['Bearer first', 'Bearer second-token']);
    }, soon);
  });

  test('that was missing is found when it comes', async () => {
    const files = join(directory.path, 'later');
    const fleet = createFluxFleet({ kubeconfig: { files } });
    const observe = () => fleet.observe({ name: 'one', context: 'one' }, source, { timeoutMs: 5000 });
    expect(await observe()).toEqual({ kind: 'unreachable', why: `There is no kubeconfig at ${files}.` });
    write('later', contextTo('one'));
    await vi.waitFor(async () => expect(await observe()).toMatchObject({ kind: 'reached' }), soon);
  });

  test('may be several files; the first that has a name wins', async () => {
    const files = [
      write('a', contextTo('one', { token: 'from-a' })),
      join(directory.path, 'missing'),
      write(
        'b',
        kubeconfig(
          { name: 'one', server: 'https://127.0.0.1:1' },
          { name: 'two', server: server.url, authority: server.authority },
        ),
      ),
    ].join(delimiter);
    expect(await look(files, 'one')).toMatchObject({ kind: 'reached' });
    expect(await look(files, 'two')).toMatchObject({ kind: 'reached' });
  });

  test('may keep the token in a file beside it', async () => {
    write('token', 'from-a-file\n');
    const files = write('config', contextTo('one', { token: undefined, tokenFile: 'token' }));
    expect(await look(files)).toMatchObject({ kind: 'reached' });
    expect(tokens[0]).toBe('Bearer from-a-file');
  });

  test.each(['http', 'socks5'])('may name an %s proxy', async (scheme) => {
    const proxy = await connectProxy(scheme);
    const yaml = kubeconfig({
      name: 'one',
      server: server.url,
      authority: server.authority,
      cluster: { 'proxy-url': `${scheme}://127.0.0.1:${proxy.port}` },
    });
    expect(await look(write('config', yaml))).toMatchObject({ kind: 'reached' });
    expect(proxy.tunnels()).toBeGreaterThan(0);
    await proxy.close();
  });

  test('keeps one configuration for each context, and with it what its plugin issued', async () => {
    const configs = openKubeconfigs({ yaml: contextTo('one') });
    expect(await configs.context('one')).toBe(await configs.context('one'));
  });
});

describe('a cluster is unreachable, and the sentence says why, when the kubeconfig', () => {
  test.each([
    [
      'has no such context',
      kubeconfig({ name: 'other', server: 'https://x' }),
      'The kubeconfig has no context one; it has other.',
    ],
    ['has no contexts', 'apiVersion: v1\nkind: Config\n', 'The kubeconfig has no context one; it has none at all.'],
    [
      'lacks the cluster of the context',
      stringify({ contexts: [{ name: 'one', context: { cluster: 'gone', user: 'gone' } }] }),
      'Context one of the kubeconfig names a cluster, gone, that it does not have.',
    ],
    [
      'lacks the user of the context',
      stringify({
        clusters: [{ name: 'c', cluster: { server: 'https://x' } }],
        contexts: [{ name: 'one', context: { cluster: 'c', user: 'gone' } }],
      }),
      'Context one of the kubeconfig names a user, gone, that it does not have.',
    ],
    ['is no YAML', 'users: [{ token: very-secret\n  - ]', 'must be YAML with clusters, users and contexts'],
    ['is something else', '- just\n- a list\n', 'must be YAML with clusters, users and contexts'],
  ])('%s', async (_, text, why) => {
    const observation = await look(write('config', text));
    expect(observation).toMatchObject({ kind: 'unreachable', why: expect.stringContaining(why) });
    expect(JSON.stringify(observation)).not.toContain('very-secret');
  });

  test('cannot be read', async () => {
    const path = join(directory.path, 'folder');
    mkdirSync(path);
    expect(await look(path)).toEqual({ kind: 'unreachable', why: `The kubeconfig ${path} cannot be read (EISDIR).` });
    rmSync(path, { recursive: true });
  });
});
