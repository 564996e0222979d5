import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttpProbe } from '../../../../src/fleet/probe/http-probe.ts';
import { isHostAllowed } from '../../../../src/fleet/verify/http-checks.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('A request of an HTTP check', () => {
  it('has no credentials, and of its answer nothing but the status is known', async () => {
    let seen: IncomingMessage | undefined;
    const host = await serve((request, response) => {
      seen = request;
      response.writeHead(418, { 'Set-Cookie': 'a=b' });
      // A body without an end.
      response.write('secret '.repeat(10_000));
    });
    const probe = createHttpProbe({ allowed: [host], timeoutMs: 5_000 });
    expect(await probe.ask(`http://${host}/health?deep=1`)).toEqual({ kind: 'answered', status: 418 });
    expect(seen?.method).toBe('GET');
    expect(seen?.url).toBe('/health?deep=1');
    expect(Object.keys(seen?.headers ?? {}).sort()).toEqual(['connection', 'host', 'user-agent']);
  });

  it('follows no redirect', async () => {
    const asked: (string | undefined)[] = [];
    const host = await serve((request, response) => {
      asked.push(request.url);
      response.writeHead(302, { Location: '/elsewhere' }).end();
    });
    const probe = createHttpProbe({ allowed: [host], timeoutMs: 5_000 });
    expect(await probe.ask(`http://${host}/`)).toEqual({ kind: 'answered', status: 302 });
    expect(asked).toEqual(['/']);
  });

  it('is never sent to a host that nobody has allowed', async () => {
    let asked = 0;
    const host = await serve((_, response) => {
      asked += 1;
      response.end();
    });
    const probe = createHttpProbe({ allowed: ['127.0.0.1'], timeoutMs: 5_000 });
    expect(probe.isAllowed(`http://${host}/`)).toBe(false);
    expect(await probe.ask(`http://${host}/`)).toEqual({ kind: 'silent', why: 'the host is not allowed' });
    expect(asked).toBe(0);
  });

  it('says in a clause why there is no answer', async () => {
    const silent = await serve(() => undefined);
    const probe = createHttpProbe({ allowed: [silent, '127.0.0.1:1'], timeoutMs: 50 });
    expect(await probe.ask(`http://${silent}/`)).toEqual({ kind: 'silent', why: 'it did not answer within 0.05 s' });
    expect(await probe.ask('http://127.0.0.1:1/')).toEqual({
      kind: 'silent',
      why: 'it cannot be reached (ECONNREFUSED)',
    });
  });

  it('ends with the signal of whoever asks', async () => {
    const host = await serve(() => undefined);
    const probe = createHttpProbe({ allowed: [host], timeoutMs: 60_000 });
    const ending = new AbortController();
    const asked = probe.ask(`http://${host}/`, ending.signal);
    ending.abort(new Error('enough'));
    await expect(asked).rejects.toThrow('enough');
  });
});

describe('A list of hosts', () => {
  const allowed = ['shop.example.com', 'shop.internal:8080'];

  it.each([
    ['https://shop.example.com/health', true],
    ['http://SHOP.example.com:80/', true],
    ['https://shop.example.com:443/', true],
    ['https://shop.example.com:8443/', false],
    ['http://shop.internal:8080/a?b', true],
    ['http://shop.internal/', false],
    ['https://evil.example/shop.example.com', false],
    ['https://shop.example.com.evil.example/', false],
    ['https://shop.example.com@evil.example/', false],
    ['https://evil.example\\@shop.example.com/', false],
    ['https://user@shop.example.com/', false],
    ['http://169.254.169.254/latest/meta-data', false],
    ['file://shop.example.com/etc/passwd', false],
    ['shop.example.com', false],
  ])('is asked for %s: %s', (url, expected) => {
    expect(isHostAllowed(url, allowed)).toBe(expected);
  });
});
