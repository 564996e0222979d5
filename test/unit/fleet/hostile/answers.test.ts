import { Agent } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { failuresOf } from '../../../../src/fleet/failures.ts';
import { createFluxFleet } from '../../../../src/fleet/flux/fleet.ts';
import { exchange } from '../../../../src/fleet/flux/http.ts';
import { kustomizationSchema } from '../../../../src/fleet/flux/schemas.ts';
import { observeAll } from '../../../../src/fleet/observe-all.ts';
import { createHttpProbe } from '../../../../src/fleet/probe/http-probe.ts';
import { apiServer, type Handler, json, kubeconfig, list, type TestApiServer } from '../api-server.ts';

const source = { repository: 'https://github.com/acme/gitops', branch: 'dev' };
const cluster = { name: 'one', context: 'one' };
const open: { close(): unknown }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

async function lookAt(handler: Handler, timeoutMs = 15_000) {
  const server: TestApiServer = await apiServer(handler);
  open.push(server);
  const yaml = kubeconfig({ name: 'one', server: server.url, authority: server.authority });
  return createFluxFleet({ kubeconfig: { yaml } }).observe(cluster, source, { timeoutMs });
}

/** A server that answers the first bytes of each connection with these. */
async function rawServer(answer: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).once('data', () => answer(socket));
  });
  open.push({
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as { readonly port: number }).port}`;
}

function chunkOf(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
}

const otherProtocol = (socket: Socket) =>
  socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n');
const interimAlone = (socket: Socket) => {
  const more = () => !socket.destroyed && socket.write('HTTP/1.1 100 Continue\r\n\r\n'.repeat(100), () => more());
  more();
};

describe('An answer of a cluster', () => {
  it('is not asked on with a megabyte for the next page', async () => {
    let asked = 0;
    const seen = await lookAt((_request, response) => {
      asked += 1;
      json(response, 200, list('GitRepository', [], 'x'.repeat(1_000_000)));
    });
    expect(seen).toMatchObject({ kind: 'unreachable', why: expect.stringContaining('at metadata.continue') });
    expect(asked).toBe(1);
  });

  it.each([
    ['', ''],
    [', compressed', 'content-encoding: gzip\r\n'],
  ])('in very many pieces of a byte is not read to its end%s', async (_, encoding) => {
    const pieces = '1\r\n \r\n'.repeat(1_000);
    const start = gzipSync('{}', { level: 0 }).subarray(0, 10);
    const host = await rawServer((socket) => {
      socket.write(
        `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n${encoding}Transfer-Encoding: chunked\r\n\r\n`,
      );
      // A stored block of 64 KB whose bytes come one by one.
      if (encoding !== '') socket.write(chunkOf(Buffer.concat([start, Buffer.from([0, 0xff, 0xff, 0, 0])])));
      const more = () => !socket.destroyed && socket.write(pieces, () => more());
      more();
    });
    const connection = { server: new URL(`http://${host}`), headers: {}, agent: new Agent() };
    const limits = {
      signal: AbortSignal.timeout(15_000),
      awaitAnswer: <T>(answer: Promise<T>) => answer,
      enlarge: async () => undefined,
    };
    const answer = exchange(connection, { method: 'GET', path: '/', littleBytes: 4_000_000 }, limits);
    await expect(answer).rejects.toThrow('answers in very many pieces of few bytes');
  });

  it('with names that no API server takes is not believed', async () => {
    const named = {
      metadata: { name: 'n'.repeat(254), namespace: 'b' },
      spec: { url: 'https://github.com/acme/gitops' },
    };
    const seen = await lookAt((_request, response) => json(response, 200, list('GitRepository', [named])));
    expect(seen).toMatchObject({ kind: 'unreachable', why: expect.stringContaining('at metadata.name') });
  });

  it.each<[string, string, string]>([
    [
      'of very many empty values, whose faults a schema would describe one by one',
      `{"kind":"KustomizationList","metadata":{},"items":[{"metadata":{"name":"a","namespace":"b"},"spec":{"sourceRef":{"kind":"GitRepository","name":"g"}},"status":{"inventory":{"entries":[${'{},'.repeat(1_500_000)}{}]}}}]}`,
      'more than 1,000,000 values',
    ],
    ['of very many levels', `${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`, 'more than 300 levels'],
  ])('%s is not parsed', async (_, body, why) => {
    const packed = gzipSync(body);
    const seen = await lookAt((_request, response) =>
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' }).end(packed),
    );
    expect(seen).toMatchObject({ kind: 'unreachable', why: expect.stringContaining(why) });
  });

  it('may have pages without an end, and is not read further than a worker can hold', async () => {
    const page = gzipSync(
      JSON.stringify({ ...list('GitRepository', [], 'more'), padding: 'x'.repeat(30 * 1024 * 1024) }),
    );
    let pages = 0;
    const seen = await lookAt((_, response) => {
      pages += 1;
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' }).end(page);
    });
    expect(seen).toMatchObject({ kind: 'unreachable', why: expect.stringContaining('more than 128 MiB at one look') });
    expect(pages).toBeLessThan(10);
  });

  it('that refuses in megabytes is known by its status', async () => {
    const seen = await lookAt((_, response) => json(response, 403, { message: 'x'.repeat(1_000_000) }));
    expect(seen).toMatchObject({ kind: 'unreachable', why: expect.stringContaining('(403)') });
  });

  it.each([
    ['another protocol', otherProtocol],
    ['interim answers without an end', interimAlone],
  ])('that is %s ends the look', async (_, answer) => {
    const host = await rawServer(answer);
    const yaml = `{ apiVersion: v1, kind: Config, clusters: [{ name: c, cluster: { server: 'http://${host}', insecure-skip-tls-verify: true } }], users: [{ name: u, user: {} }], contexts: [{ name: one, context: { cluster: c, user: u } }] }`;
    const fleet = createFluxFleet({ kubeconfig: { yaml } });
    const round = { clusters: [cluster], source, concurrency: 1, timeoutMs: 20_000 };
    const [seen] = await observeAll(fleet, round, (_, observation) => observation);
    expect(seen).toMatchObject({ kind: 'unreachable', why: expect.stringMatching(/\(1(01|xx)\)/) });
  });

  it('whose message repeats what a list of stalled resources begins with is read in no time', () => {
    const message = 'stalled resources: ['.repeat(100_000);
    const read = kustomizationSchema.parse({
      metadata: { name: 'a', namespace: 'b' },
      spec: { sourceRef: { kind: 'GitRepository', name: 'g' } },
      status: { conditions: [{ type: 'Ready', status: 'False', reason: 'HealthCheckFailed', message }] },
    });
    const [ready] = read.status?.conditions ?? [];
    expect(ready?.message.length).toBeLessThan(20_000);
    const evidence = {
      ...{ name: 'a', namespace: 'b', path: '', suspended: false, generation: 1, observedGeneration: 1 },
      ...{ lastAttemptedRevision: 'c', ready: { status: 'False', reason: 'HealthCheckFailed', message } },
    };
    const failures = failuresOf(evidence as never, { acceptable: () => true, now: 0, sound: new Set(['x']) } as never);
    expect(failures.stalledWorkload).toBe(true);
  });
});

describe('An HTTP check', () => {
  it.each([
    ['another protocol', otherProtocol, 'another protocol (101)'],
    ['interim answers without an end', interimAlone, '1xx'],
  ])('that is answered by %s has an end', async (_, answer, why) => {
    const host = await rawServer(answer);
    const asked = await createHttpProbe({ allowed: [host], timeoutMs: 20_000 }).ask(`http://${host}/`);
    expect(asked).toMatchObject({ kind: 'silent', why: expect.stringContaining(why) });
  });
});
