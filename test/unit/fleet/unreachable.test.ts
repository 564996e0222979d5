import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { createFluxFleet } from '../../../src/fleet/flux/fleet.ts';
import { observeAll } from '../../../src/fleet/observe-all.ts';
import type { ClusterObservation } from '../../../src/fleet/types.ts';
import { apiServer, type Handler, json, kubeconfig, list, status, type TestApiServer } from './api-server.ts';

const source = { repository: 'https://github.com/acme/gitops', branch: 'dev' };
const cluster = { name: 'one', context: 'one' };
const servers: TestApiServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((each) => each.close()));
});

async function serve(handler: Handler): Promise<TestApiServer> {
  const server = await apiServer(handler);
  servers.push(server);
  return server;
}

function look(yaml: string, timeoutMs = 5000): Promise<ClusterObservation> {
  return createFluxFleet({ kubeconfig: { yaml } }).observe(cluster, source, { timeoutMs });
}

const tooLarge = gzipSync(Buffer.alloc(65 * 1024 * 1024, ' '));

async function lookAt(handler: Handler, timeoutMs?: number): Promise<ClusterObservation> {
  const { url, authority } = await serve(handler);
  return look(kubeconfig({ name: 'one', server: url, authority }), timeoutMs);
}

/** Answers the GitRepositories with an empty list and leaves the rest to the handler. */
function beyondSources(handler: Handler): Handler {
  return (request, response) =>
    request.url?.includes('gitrepositories')
      ? json(response, 200, list('GitRepository', []))
      : handler(request, response);
}

describe('a cluster that answers otherwise than expected is unreachable, and the sentence says why', () => {
  test.each<[string, Handler, string]>([
    [
      '401',
      (_, response) => json(response, 401, status(401, 'Unauthorized')),
      'does not accept the credentials of the kubeconfig (401)',
    ],
    [
      '403, with the permission that is missing',
      (_, response) => json(response, 403, status(403, 'User "bot" cannot list resource "gitrepositories"')),
      'list gitrepositories of source.toolkit.fluxcd.io (403): the rule `{ apiGroups: [source.toolkit.fluxcd.io], resources: [gitrepositories], verbs: [list] }` is missing. Bind the ClusterRole of docs/fleet.md. It says: User "bot" cannot list resource "gitrepositories"',
    ],
    [
      '403 for Kustomizations alone',
      beyondSources((_, response) => json(response, 403, status(403, 'no'))),
      '`{ apiGroups: [kustomize.toolkit.fluxcd.io], resources: [kustomizations], verbs: [list] }` is missing',
    ],
    [
      '429',
      (_, response) => json(response, 429, status(429, 'too many requests')),
      'answers with HTTP 429. It says: too many requests',
    ],
    [
      '500',
      (_, response) => json(response, 500, status(500, 'etcdserver: leader changed')),
      'answers with HTTP 500. It says: etcdserver',
    ],
    [
      '502 of a proxy in HTML',
      (_, response) => response.writeHead(502, { 'Content-Type': 'text/html' }).end('<html>'),
      'answers with HTTP 502.',
    ],
    [
      '404 of something that is no cluster',
      (_, response) => response.writeHead(404).end('not here'),
      'HTTP 404: is this a Kubernetes API server?',
    ],
    [
      'a page in HTML',
      (_, response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html>'),
      'answers with text/html, not JSON: is this a Kubernetes API server?',
    ],
    [
      'broken JSON',
      (_, response) => response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"kind":'),
      'answers with broken JSON: is this a Kubernetes API server?',
    ],
    [
      'another type of content',
      (_, response) => response.writeHead(200, { 'Content-Type': 'image/png' }).end('x'),
      'answers with image/png, not JSON',
    ],
    ['JSON that is no list', (_, response) => json(response, 200, { hello: 'world' }), 'not a list of gitrepositories'],
    [
      'a list with rubbish in it',
      beyondSources((_, response) =>
        json(response, 200, list('Kustomization', [{ metadata: { name: 'a', namespace: 'b' } }])),
      ),
      'not one of its kustomizations at spec',
    ],
    [
      'an answer that is too large, also one that is small while it is compressed',
      (_, response) => {
        response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' });
        response.end(tooLarge);
      },
      'more than 32 MiB',
    ],
    [
      'an answer that is not compressed as it says',
      (_, response) => {
        response
          .writeHead(200, { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' })
          .end('{"kind": "List"}');
      },
      'incorrect header check',
    ],
    [
      'a redirect, which would carry the token elsewhere',
      (_, response) => response.writeHead(302, { Location: 'https://example.org/' }).end(),
      'answers with a redirect (302)',
    ],
    ['a closed connection', (request) => request.socket.destroy(), 'the connection was closed'],
    [
      'a connection that is closed in the middle',
      (_, response) => {
        response
          .writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': 100 })
          .write('{"kind"', () => response.destroy());
      },
      'the connection was closed',
    ],
  ])('%s', async (_, handler, why) => {
    const observation = await lookAt(handler, 15_000);
    expect(observation).toMatchObject({ kind: 'unreachable', why: expect.stringContaining(why) });
    expect(JSON.stringify(observation)).not.toContain('top-secret-token');
  });

  test('a list that never ends', async () => {
    let pages = 0;
    const observation = await lookAt((_, response) => {
      pages += 1;
      json(response, 200, list('GitRepository', [], `page-${pages}`));
    }, 20_000);
    expect(observation).toMatchObject({
      kind: 'unreachable',
      why: expect.stringContaining('lists more than 20000 gitrepositories'),
    });
  });

  test.each<[string, Handler]>([
    ['no answer', () => undefined],
    [
      'half an answer',
      (_, response) => response.writeHead(200, { 'Content-Type': 'application/json' }).write('{"kind": '),
    ],
  ])('%s in time', async (_, handler) => {
    const observation = await lookAt(handler, 200);
    expect(observation).toMatchObject({
      kind: 'unreachable',
      why: expect.stringContaining('did not answer within 0.2 s'),
    });
  });
});

describe('Flux that is not installed is told apart from a cluster that is not reached', () => {
  test.each(['gitrepositories.source.toolkit.fluxcd.io/v1', 'kustomizations.kustomize.toolkit.fluxcd.io/v1'])(
    'no %s',
    async (missing) => {
      const plural = missing.slice(0, missing.indexOf('.'));
      const observation = await lookAt((request, response) => {
        if (request.url?.startsWith('/version')) return json(response, 200, { gitVersion: 'v1.34.0' });
        if (request.url?.includes(plural))
          return response.writeHead(404, { 'Content-Type': 'text/plain' }).end('404 page not found\n');
        return json(response, 200, list('GitRepository', []));
      });
      expect(observation).toEqual({ kind: 'reached', kustomizations: [], fluxMissing: missing });
    },
  );
});

test('a list whose snapshot expires between two pages is read again from its start, once', async () => {
  const pages: string[] = [];
  const expiring = (times: number): Handler => {
    let left = times;
    return (request, response) => {
      const next = new URL(request.url ?? '', 'https://x').searchParams.get('continue');
      pages.push(next ?? 'first');
      if (next === null) return json(response, 200, list('GitRepository', [], 'second'));
      left -= 1;
      return left >= 0 ? json(response, 410, status(410, 'expired')) : json(response, 200, list('GitRepository', []));
    };
  };
  expect(await lookAt(expiring(1))).toMatchObject({ kind: 'reached' });
  expect(pages.slice(0, 4)).toEqual(['first', 'second', 'first', 'second']);
  expect(await lookAt(expiring(2))).toMatchObject({ kind: 'unreachable', why: expect.stringContaining('HTTP 410') });
});

test('one cluster that does not answer costs the others nothing', async () => {
  const good = await serve((_, response) => json(response, 200, list('GitRepository', [])));
  const silent = await serve(() => undefined);
  const clusters = ['a', 'silent', 'missing', 'b'].map((name) => ({ name, context: name }));
  const yaml = kubeconfig(
    { name: 'a', server: good.url, authority: good.authority },
    { name: 'silent', server: silent.url, authority: silent.authority },
    { name: 'b', server: good.url, authority: good.authority },
  );
  const fleet = createFluxFleet({ kubeconfig: { yaml } });
  const round = { clusters, source, timeoutMs: 3_000, concurrency: 4 };
  const kinds = await observeAll(fleet, round, (_, { kind }) => kind);
  expect(kinds).toEqual(['reached', 'unreachable', 'unreachable', 'reached']);
});

test("the caller's own cancellation is not a cluster's fault: it is thrown", async () => {
  const { url, authority } = await serve(() => undefined);
  const fleet = createFluxFleet({ kubeconfig: { yaml: kubeconfig({ name: 'one', server: url, authority }) } });
  const cancel = new AbortController();
  const observed = fleet.observe(cluster, source, { timeoutMs: 10_000, signal: cancel.signal });
  setImmediate(() => cancel.abort(new Error('worker is shutting down')));
  await expect(observed).rejects.toThrow('worker is shutting down');
});
