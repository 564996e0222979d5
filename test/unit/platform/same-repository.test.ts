import { expect, test } from 'vitest';
import { sameRepository } from '../../../src/platform/same-repository.ts';
import { withoutCredentials } from '../../../src/platform/url-parts.ts';

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
