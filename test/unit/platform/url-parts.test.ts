import { expect, test } from 'vitest';
import { checkRepositoryUrl } from '../../../src/platform/repository-url.ts';
import { sameRepository } from '../../../src/platform/same-repository.ts';
import { splitUrl } from '../../../src/platform/url-parts.ts';

test.each([
  ['https://x:secret@GitHub.com:443/acme/a', { transport: 'http', user: 'x:secret', host: 'GitHub.com', port: '' }],
  ['http://github.com:443/acme/a', { transport: 'http', user: undefined, host: 'github.com', port: '443' }],
  ['ssh://git@[::1]:02222/acme/a', { transport: 'ssh', user: 'git', host: '[::1]', port: '2222', path: '/acme/a' }],
  ['git@[::1]:acme/a', { transport: 'ssh', scheme: '', user: 'git', host: '[::1]', port: '', path: 'acme/a' }],
  ['file:///srv/a', { transport: 'local', scheme: 'file', host: '', path: '/srv/a' }],
  ['/srv/a:b', { transport: 'local', scheme: '', host: '', path: '/srv/a:b' }],
  ['constructor://github.com/acme/a', { transport: undefined, scheme: 'constructor' }],
])('%s is split as git splits it', (url, parts) => {
  expect(splitUrl(url)).toMatchObject(parts);
});

test('what is no URL is the same as itself alone, and never an error', () => {
  for (const text of ['', 'https://', 'https://ho st/acme/a', 'constructor://a/b', 'a%zz', '::', '\n']) {
    expect(sameRepository(text, text)).toBe(true);
    expect(sameRepository(text, text.toUpperCase())).toBe(text === text.toUpperCase());
    expect(sameRepository(text, 'https://github.com/acme/a')).toBe(false);
  }
});

test('every answer about a URL comes from one reading of it', () => {
  const { id, webAddress, owner, name } = checkRepositoryUrl('ssh://git@Git.example.com:2222/group/sub/Platform.git');
  expect({ id, webAddress, owner, name }).toEqual({
    id: 'git.example.com:2222/group/sub/platform',
    webAddress: { host: 'git.example.com', owner: 'group/sub', name: 'Platform', webOrigin: 'https://git.example.com' },
    owner: 'group/sub',
    name: 'Platform',
  });
  expect(checkRepositoryUrl('http://h:443/a/b').webAddress?.webOrigin).toBe('http://h:443');
  expect(checkRepositoryUrl('https://h:443/a/b').webAddress?.webOrigin).toBe('https://h');
  expect(checkRepositoryUrl('https://h/a').webAddress).toBeUndefined();
  expect(checkRepositoryUrl('/srv/a/b').webAddress).toBeUndefined();
});
