import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CodecEndpointSettings } from '../../../src/settings/codec-settings.ts';
import { createCodec } from '../../../src/temporal/codec/codec.ts';
import { serveCodec } from '../../../src/worker/codec/endpoint.ts';
import type { BoundedServer } from '../../../src/worker/http/bounded-server.ts';

const key = { id: '2026', bytes: randomBytes(32) };
const ui = 'https://temporal.example.com';
const payload = {
  metadata: { encoding: Buffer.from('json/plain').toString('base64') },
  data: Buffer.from('"Raise the limits"').toString('base64'),
};

const open: CodecEndpointSettings = { address: '127.0.0.1:0', origins: [ui] };
const guarded = { ...open, token: { name: 'file token', read: async () => 'let-me-in' } };

const emptyPayloads = `{"payloads":[${'{},'.repeat(5_000_000)}{}]}`;

let server: BoundedServer;

async function serve(settings: CodecEndpointSettings): Promise<void> {
  server = await serveCodec(settings, { keys: [key], namespace: 'fleet' });
}

function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`http://127.0.0.1:${server.port}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

async function convert(path: string, payloads: readonly object[]): Promise<readonly object[]> {
  const answer = await post(path, { payloads });
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { payloads: object[] }).payloads;
}

describe('The codec endpoint', () => {
  beforeEach(() => serve(open));
  afterEach(() => server.close());

  it('encrypts and decrypts, wherever it is mounted', async () => {
    const encrypted = await convert('/encode', [payload]);
    expect(JSON.stringify(encrypted)).not.toContain(payload.data);
    expect(await convert('/some/where/fleet/decode', encrypted)).toEqual([payload]);
    expect(await convert('/decode?x=1', [payload])).toEqual([payload]);
    expect(await convert('/decode', [])).toEqual([]);
  });

  it('says in the place of a payload that no key here opens it', async () => {
    const codec = createCodec([{ id: '2024', bytes: randomBytes(32) }]);
    const [foreign] = await codec.encode([{ data: Buffer.from('x') }]);
    const json = {
      metadata: Object.fromEntries(
        Object.entries(foreign?.metadata ?? {}).map(([name, value]) => [name, Buffer.from(value).toString('base64')]),
      ),
      data: Buffer.from(foreign?.data ?? []).toString('base64'),
    };
    const [told, other] = (await convert('/decode', [json, payload])) as (typeof payload)[];
    expect(Buffer.from(told?.data ?? '', 'base64').toString()).toMatch(/^"A payload cannot be read: .*2024/);
    expect(other).toEqual(payload);
  });

  it.each<[string, object]>([
    ['data that is none, and has a length', { data: { length: 3e7 } }],
    ['metadata that is none, and has a length', { metadata: { encoding: { length: 3e7 } }, data: '' }],
    ['metadata that is a list', { metadata: ['a'] }],
    ['data that is a list', { data: [1, 2] }],
    ['data that is a number', { data: 5 }],
  ])('refuses %s', async (_, wrong) => {
    for (const path of ['/encode', '/decode']) {
      const answer = await post(path, { payloads: [payload, wrong] });
      expect([answer.status, await answer.json()]).toEqual([400, { message: expect.stringContaining('"payloads"') }]);
    }
  });

  it('answers the pages of the origins that are named, and no others', async () => {
    const preflight = await fetch(`http://127.0.0.1:${server.port}/decode`, {
      method: 'OPTIONS',
      headers: { origin: ui, 'access-control-request-headers': 'x-namespace', 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe(ui);
    expect(preflight.headers.get('access-control-allow-headers')).toMatch(/Content-Type, X-Namespace, Authorization/i);
    const allowed = await post('/decode', { payloads: [payload] }, { origin: ui, 'x-namespace': 'fleet' });
    expect(allowed.headers.get('access-control-allow-origin')).toBe(ui);
    const foreign = await post('/decode', { payloads: [payload] }, { origin: 'https://evil.example.com' });
    expect({ status: foreign.status, cors: foreign.headers.get('access-control-allow-origin') }).toEqual({
      status: 403,
      cors: null,
    });
  });

  it.each([
    ['another path', () => post('/', {}), 404],
    ['another namespace', () => post('/decode', { payloads: [] }, { 'x-namespace': 'other' }), 400],
    ['what is no JSON', () => post('/decode', 'x'), 400],
    ['what are no payloads', () => post('/decode', { payloads: ['x'] }), 400],
    ['another method', () => fetch(`http://127.0.0.1:${server.port}/decode`), 405],
    ['too much', () => post('/decode', ' '.repeat(17 * 1024 * 1024)), 413],
    ['very many payloads, of which each becomes a thousand times as much', () => post('/decode', emptyPayloads), 400],
    ['very many levels', () => post('/decode', '['.repeat(5_000_000)), 400],
  ])('refuses %s with a sentence', async (_, ask, status) => {
    const answer = await ask();
    expect(answer.status).toBe(status);
    expect(((await answer.json()) as { message: string }).message).toMatch(/\.$/);
  });
});

describe('Very many bodies at once', () => {
  beforeEach(() => serve(open));
  afterEach(() => server.close());

  it('take no more memory than they may, and keep nobody out who comes with a small one', async () => {
    const sends = Array.from({ length: 12 }, () => sendSlowly(server.port, 15 * 1024 * 1024));
    const answers = (await Promise.all(sends.map(({ answered }) => answered))).filter((status) => status !== undefined);
    expect(answers.length).toBeGreaterThan(0);
    expect(new Set(answers)).toEqual(new Set([503]));
    for (const { socket } of sends) socket.destroy();
    await expect.poll(async () => (await post('/decode', { payloads: [payload] })).status).toBe(200);
  });
});

describe('Connections to the codec endpoint', () => {
  beforeEach(() => serve(open));
  afterEach(() => server.close());

  it('leave the worker the files that it needs: of very many, most are closed at once', async () => {
    const sockets = Array.from({ length: 200 }, () => connect(server.port, '127.0.0.1').on('error', () => undefined));
    const isOpen = () => sockets.filter(({ destroyed, readyState }) => !destroyed && readyState === 'open').length;
    await expect.poll(() => sockets.some(({ connecting }) => connecting)).toBe(false);
    for (const socket of sockets) socket.resume();
    await expect.poll(isOpen).toBeLessThanOrEqual(64);
    expect(isOpen()).toBeGreaterThan(0);
    for (const socket of sockets) socket.destroy();
    await expect.poll(() => post('/decode', { payloads: [payload] }).then(({ status }) => status, String)).toBe(200);
  });
});

it('A connection to the codec endpoint that says nothing is ended', async () => {
  const serving = { keys: [key], namespace: 'fleet' };
  server = await serveCodec(open, serving, { connections: 2, headersMs: 100, requestMs: 200 });
  await once(connect(server.port, '127.0.0.1').resume(), 'close');
  expect(await convert('/decode', [payload])).toEqual([payload]);
  await server.close();
});

/** Sends so much of a body and not its end. `answered`: the status of an answer to that; undefined where all of it was taken. */
function sendSlowly(port: number, bytes: number) {
  const socket = connect(port, '127.0.0.1');
  const answered = new Promise<number | undefined>((resolve) => {
    socket.on('error', () => resolve(undefined));
    socket.once('data', (data) => resolve(Number(data.toString().split(' ')[1])));
    const head = `POST /decode HTTP/1.1\r\nhost: x\r\ncontent-length: ${bytes + 1}\r\n\r\n`;
    socket.write(head + ' '.repeat(bytes), () => setTimeout(() => resolve(undefined), 500));
  });
  return { socket, answered };
}

describe('The codec endpoint with a token', () => {
  beforeEach(() => serve(guarded));
  afterEach(() => server.close());

  it('answers those who show it', async () => {
    const asked = { payloads: [payload] };
    const statuses = await Promise.all(
      [
        {},
        { authorization: 'let-me-in' },
        { authorization: 'Bearer other' },
        { authorization: 'Bearer let-me-in' },
      ].map(async (headers) => (await post('/decode', asked, headers as Record<string, string>)).status),
    );
    expect(statuses).toEqual([401, 401, 401, 200]);
  });
});

it('The codec endpoint without a key, or at an address that is taken, is refused', async () => {
  await expect(serveCodec(open, { keys: [], namespace: 'fleet' })).rejects.toThrow(
    '`codec.endpoint` is set, and no key',
  );
  await serve(open);
  const taken = { ...open, address: `127.0.0.1:${server.port}` };
  await expect(serveCodec(taken, { keys: [key], namespace: 'fleet' })).rejects.toThrow('(EADDRINUSE). Name another');
  await server.close();
});
