import { expect, test } from 'vitest';
import { checkRepositoryUrl } from '../../../../src/platform/repository/repository-url.ts';
import { sameRepository, splitUrl, withoutCredentials } from '../../../../src/platform/repository/unchecked-url.ts';

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

const https = 'https://github.com/acme/platform-gitops';

test.each([
  ['.git', `${https}.git`],
  ['a trailing slash', `${https}/`],
  ['.git and a slash', `${https}.git/`],
  ['another case of the host', 'https://GitHub.com/acme/platform-gitops'],
  ['another case of the path', 'https://github.com/Acme/Platform-GitOps'],
  ['http', 'http://github.com/acme/platform-gitops'],
  ['the default port', 'https://github.com:443/acme/platform-gitops'],
  ['a user', 'https://git@github.com/acme/platform-gitops'],
  ['a user and a token', 'https://x:secret@github.com/acme/platform-gitops'],
  ['ssh', 'ssh://git@github.com/acme/platform-gitops.git'],
  ['ssh with a port of its own', 'ssh://git@github.com:2222/acme/platform-gitops'],
  ["GitHub's ssh over 443", 'ssh://git@ssh.github.com:443/acme/platform-gitops.git'],
  ['scp', 'git@github.com:acme/platform-gitops.git'],
  ['scp without a user', 'github.com:acme/platform-gitops'],
  ['percent signs for letters', 'https://github.com/acme/platform%2Dgitops'],
])('written with %s it is the same repository', (_, other) => {
  expect(sameRepository(https, other)).toBe(true);
  expect(sameRepository(other, https)).toBe(true);
});

test.each([
  ['another name', 'https://github.com/acme/platform'],
  ['a longer name', 'https://github.com/acme/platform-gitops-prod'],
  ['another owner', 'https://github.com/other/platform-gitops'],
  ['another host', 'https://github.example.com/acme/platform-gitops'],
  ['another port', 'https://github.com:8443/acme/platform-gitops'],
  ['a folder of it', 'https://github.com/acme/platform-gitops/dev'],
  ['a local path that ends alike', '/github.com/acme/platform-gitops'],
  ['nothing', ''],
  ['no URL', 'acme/platform-gitops'],
])('with %s it is another one', (_, other) => {
  expect(sameRepository(https, other)).toBe(false);
});

test('the ports of two SSH addresses are compared', () => {
  expect(sameRepository('ssh://git@git.acme.io:2222/a/b', 'ssh://git@git.acme.io:22/a/b')).toBe(false);
  expect(sameRepository('ssh://git@git.acme.io/a/b', 'git@git.acme.io:a/b.git')).toBe(true);
});

test("Azure DevOps' SSH and HTTPS addresses are the same repository", () => {
  expect(
    sameRepository(
      'git@ssh.dev.azure.com:v3/acme/platform/gitops',
      'https://acme@dev.azure.com/acme/platform/_git/gitops',
    ),
  ).toBe(true);
});

test('local paths keep their case', () => {
  expect(sameRepository('/srv/Git/a', 'file:///srv/Git/a')).toBe(true);
  expect(sameRepository('/srv/Git/a', '/srv/git/a')).toBe(false);
});

test('credentials never appear in what people read', () => {
  expect(withoutCredentials('https://x:secret@github.com/acme/a')).toBe('https://github.com/acme/a');
  expect(withoutCredentials('https://x:se@cret@github.com/acme/a')).toBe('https://github.com/acme/a');
  expect(withoutCredentials('https://github.com/acme/a@b')).toBe('https://github.com/acme/a@b');
});

test('the URL in a cluster may be of any length', () => {
  const url = `https://github.com/acme/a${'/'.repeat(2_000_000)}`;
  expect(sameRepository(url, 'https://github.com/acme/a')).toBe(true);
  expect(sameRepository(`${url}x`, 'https://github.com/acme/a')).toBe(false);
});
