import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type BoundedServer, type ServerBounds, serveBounded } from '../../../src/worker/http/bounded-server.ts';
import { freePort, serveMetrics } from '../../../src/worker/metrics/metrics-server.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => void (await Promise.all(open.splice(0).map((server) => server.close()))));

const place = { address: '127.0.0.1:0', what: 'The test', setting: 'test.address' };

/** Serves a word to whoever asks, within these bounds. */
async function serve(bounds: ServerBounds): Promise<BoundedServer> {
  const server = await serveBounded((_, response) => response.end('hello'), place, bounds);
  open.push(server);
  return server;
}

function connectTo({ port }: BoundedServer): Socket {
  return connect(port, '127.0.0.1')
    .on('error', () => undefined)
    .resume();
}

async function ask({ port }: BoundedServer, path = '/'): Promise<readonly [number, string]> {
  // A connection that is closed at once makes this client wait for ever.
  const signal = AbortSignal.timeout(2_000);
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: 'close' }, signal });
  return [answer.status, await answer.text()];
}

const short: ServerBounds = { connections: 3, headersMs: 100, requestMs: 200 };

describe('A server of the worker', () => {
  it('has so many connections and no more', async () => {
    const server = await serve({ ...short, headersMs: 60_000, requestMs: 60_000 });
    const sockets = Array.from({ length: 20 }, () => connectTo(server));
    const isOpen = () => sockets.filter(({ readyState }) => readyState === 'open').length;
    await expect.poll(() => sockets.some(({ connecting }) => connecting)).toBe(false);
    await expect.poll(isOpen).toBeLessThan(6);
    expect(isOpen()).toBeGreaterThan(0);
    for (const socket of sockets) socket.destroy();
    await expect.poll(() => ask(server).catch(String)).toEqual([200, 'hello']);
  });

  it.each([
    ['says nothing', ''],
    ['does not come to the end of its headers', 'GET / HTTP/1.1\r\nhost: x\r\n'],
    ['does not come to the end of its body', 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nx'],
  ])('ends a connection that %s', async (_, text) => {
    const server = await serve(short);
    const socket = connectTo(server);
    socket.write(text);
    await once(socket, 'close');
    expect(await ask(server)).toEqual([200, 'hello']);
  });

  it('says which setting to change where it cannot listen', async () => {
    const { port } = await serve(short);
    await expect(serveBounded(() => undefined, { ...place, address: `127.0.0.1:${port}` })).rejects.toMatchObject({
      type: 'InvalidConfig',
      message: `The test cannot listen on 127.0.0.1:${port} (EADDRINUSE). Name another address in \`test.address\`.`,
    });
  });
});

describe('The metrics', () => {
  /** Stands for the SDK, which serves its metrics without bounds. */
  async function startSdk(): Promise<{ readonly sdkPort: number; readonly asked: () => number; answer(): void }> {
    let asked = 0;
    const waiting: (() => void)[] = [];
    const sdk = createServer((_, response) => {
      asked += 1;
      waiting.push(() => response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end('up 1\n'));
    }).listen(await freePort(), '127.0.0.1');
    await once(sdk, 'listening');
    open.push({ close: async () => void sdk.close().closeAllConnections() });
    const { port: sdkPort } = sdk.address() as AddressInfo;
    return { sdkPort, asked: () => asked, answer: () => void waiting.splice(0).map((each) => each()) };
  }

  async function serveFrom(sdkPort: number): Promise<BoundedServer> {
    const server = await serveMetrics({ address: place.address, sdkPort });
    open.push(server);
    return server;
  }

  it('are those of the SDK, which is asked once for all who ask at the same time', async () => {
    const { sdkPort, asked, answer } = await startSdk();
    const server = await serveFrom(sdkPort);
    const answers = Array.from({ length: 5 }, () => ask(server, '/metrics'));
    await expect.poll(asked).toBe(1);
    // The others have come as well when one that comes last is answered.
    expect(await ask(server, '/else')).toEqual([404, 'There is /metrics here.\n']);
    answer();
    expect(await Promise.all(answers)).toEqual(Array.from({ length: 5 }, () => [200, 'up 1\n']));
    expect(asked()).toBe(1);
  });

  it('cannot be read while the SDK is not there, and can be asked for again', async () => {
    const sdkPort = await freePort();
    const server = await serveFrom(sdkPort);
    const away = [502, expect.stringContaining('The metrics cannot be read: ')];
    expect(await ask(server, '/metrics')).toEqual(away);
    expect(await ask(server, '/metrics')).toEqual(away);
    const post = await fetch(`http://127.0.0.1:${server.port}/metrics`, { method: 'POST' });
    expect(post.status).toBe(405);
  });
});
