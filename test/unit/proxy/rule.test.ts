import { describe, expect, test } from 'vitest';
import { Failure } from '../../../src/failure.ts';
import { proxyCredentials, proxyRule } from '../../../src/proxy/proxy.ts';
import { temporalRoute } from '../../../src/temporal/connection/route.ts';

const proxy = 'http://proxy.example:3128';

function wayTo(target: string, env: NodeJS.ProcessEnv): string {
  return proxyRule(env)(new URL(target))?.name ?? 'direct';
}

describe('The proxy on the way to an address', () => {
  test.each([
    ['https://forge.example/', {}, 'direct'],
    ['https://forge.example/', { HTTPS_PROXY: proxy }, `${proxy} of HTTPS_PROXY`],
    ['https://forge.example/', { https_proxy: proxy, HTTPS_PROXY: 'http://other:1' }, `${proxy} of https_proxy`],
    ['https://forge.example/', { https_proxy: '', HTTPS_PROXY: 'proxy.example:3128' }, `${proxy} of HTTPS_PROXY`],
    ['https://forge.example/', { HTTP_PROXY: proxy }, 'direct'],
    ['http://forge.example/', { HTTP_PROXY: proxy }, `${proxy} of HTTP_PROXY`],
    ['http://forge.example/', { http_proxy: proxy }, `${proxy} of http_proxy`],
    ['http://forge.example/', { HTTPS_PROXY: proxy }, 'direct'],
    ['https://localhost:6443/', { HTTPS_PROXY: proxy }, 'direct'],
    ['https://127.0.0.1:6443/', { HTTPS_PROXY: proxy }, 'direct'],
    ['https://[::1]:6443/', { HTTPS_PROXY: proxy }, 'direct'],
  ])('to %s with %o is: %s', (target, env, way) => {
    expect(wayTo(target, env)).toBe(way);
  });

  test.each([
    ['*', 'forge.example', true],
    ['forge.example', 'forge.example', true],
    ['FORGE.example', 'Forge.Example', true],
    ['forge.example', 'api.forge.example', true],
    ['forge.example', 'gold-forge.example', false],
    ['.forge.example', 'api.forge.example', true],
    ['.forge.example', 'forge.example', false],
    ['*.forge.example', 'api.forge.example', true],
    ['*.forge.example', 'forge.example', false],
    ['forge.example:8443', 'forge.example:8443', true],
    ['forge.example:8443', 'forge.example', false],
    ['forge.example:443', 'forge.example', true],
    ['one.example, forge.example', 'forge.example', true],
    ['one.example forge.example', 'forge.example', true],
    ['one.example,', 'forge.example', false],
    ['10.1.2.3', '10.1.2.3:6443', true],
    ['10.1.2.3', '110.1.2.3', false],
    ['10.0.0.0/8', '10.1.2.3:6443', true],
    ['10.0.0.0/8', '11.1.2.3', false],
    ['10.0.0.0/8', 'ten.example', false],
    ['10.0.0.0/99', '10.1.2.3', false],
    ['fd00::/8', '[fd12::1]:6443', true],
    ['fd12::1', '[fd12:0:0::1]', true],
    ['[fd12::1]:6443', '[fd12::1]:6443', true],
    ['[fd12::1]:6443', '[fd12::1]', false],
  ])('by NO_PROXY %s leaves out %s: %s', (list, host, isDirect) => {
    for (const name of ['NO_PROXY', 'no_proxy'])
      expect(wayTo(`https://${host}/`, { HTTPS_PROXY: proxy, [name]: list }) === 'direct').toBe(isDirect);
  });

  test('may ask for a name and a password, which no message shows', () => {
    const found = proxyRule({ HTTPS_PROXY: 'http://ann:p%40ss%25@proxy.example:3128' })(new URL('https://a.example'));
    expect(found && proxyCredentials(found)).toEqual({ username: 'ann', password: 'p@ss%' });
    expect(found?.name).toBe('http://proxy.example:3128 of HTTPS_PROXY');
    const bare = proxyRule({ HTTPS_PROXY: 'http://ann:50%off@proxy.example:3128' })(new URL('https://a.example'));
    expect(bare && proxyCredentials(bare)).toEqual({ username: 'ann', password: '50%off' });
  });

  test.each(['socks5://ann:s3cret@proxy.example:1080', 'http://', 'ftp://ann:s3cret@x', 'http://ann:s3cret@:x'])(
    'that cannot be one (%s) is told by the name of its variable alone',
    (value) => {
      const asked = () => proxyRule({ https_proxy: value });
      expect(asked).toThrow(Failure);
      expect(asked).toThrow(/^https_proxy is not the address of an HTTP proxy\. Write it as http:\/\/proxy/);
      expect(asked).not.toThrow(/s3cret/);
    },
  );
});

describe('The way to Temporal', () => {
  const to = (env: NodeJS.ProcessEnv, address = 'temporal.example:7233') => temporalRoute(address, env).proxy?.name;

  test('is that of gRPC: its own variables first, then those of everything else', () => {
    expect(to({})).toBeUndefined();
    expect(to({ HTTPS_PROXY: proxy })).toBe(`${proxy} of HTTPS_PROXY`);
    expect(to({ HTTP_PROXY: proxy })).toBeUndefined();
    expect(to({ HTTPS_PROXY: 'http://other:1', grpc_proxy: proxy })).toBe(`${proxy} of grpc_proxy`);
    expect(to({ HTTPS_PROXY: proxy, NO_PROXY: '.example' })).toBeUndefined();
    expect(to({ HTTPS_PROXY: proxy, NO_PROXY: '.example', no_grpc_proxy: 'other' })).toBe(`${proxy} of HTTPS_PROXY`);
    expect(to({ HTTPS_PROXY: proxy }, 'localhost:7233')).toBeUndefined();
    expect(temporalRoute('temporal.example', {}).target).toBe('temporal.example:7233');
  });

  test('cannot be through a proxy that is asked over TLS', () => {
    expect(() => to({ HTTPS_PROXY: 'https://ann:s3cret@proxy.example' })).toThrow(
      'The proxy https://proxy.example of HTTPS_PROXY is asked over TLS, which the connection to Temporal cannot do. Set grpc_proxy to one that is asked over http://, or add temporal.example:7233 to NO_PROXY.',
    );
  });
});
