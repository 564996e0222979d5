import { expect, test } from 'vitest';
import { repositoryKey } from '../../../../src/platform/repository/platform-id.ts';
import { checkRepositoryUrl, forbiddenInFile } from '../../../../src/platform/repository/repository-url.ts';

test.each([
  'https://github.com/acme/platform',
  'https://github.com/acme/platform.git',
  'http://127.0.0.1:3000/acme/platform.git',
  'ssh://git@github.com/acme/platform.git',
  'ssh://git@git.example.com:2222/acme/platform.git',
  'git@github.com:acme/platform.git',
  'github.com:acme/platform.git',
  'file:///srv/git/platform.git',
  '/srv/git/platform.git',
])('%s is the address of a repository', (url) => {
  expect(forbiddenInFile(url)).toBeUndefined();
});

test.each([
  '',
  'acme/platform',
  'github.com',
  'https://github.com',
  'https://github.com/',
  'https://token@github.com/acme/platform',
  'https://user:password@github.com/acme/platform',
  'ssh://git:password@github.com/acme/platform',
  'https://github.com/acme/platform?ref=main',
  'https://github.com/acme/platform#main',
  'ftp://example.com/acme/platform',
  'ext::sh -c touch% /tmp/x',
  '--upload-pack=touch /tmp/x',
  '-oProxyCommand=x:y/z',
  'git@-oProxyCommand=x:acme/y',
  'https://github.com/acme/plat form',
  'https://github.com/acme/$(id)',
  'git@github.com:acme/`id`',
  '/srv/../etc',
  'relative/path.git',
  '/srv/with space.git',
  'https://github.com/acme/platform\n',
])('%j is refused with a remedy', (url) => {
  expect(forbiddenInFile(url)).toMatch(/\b(Write|Give)\b/i);
});

test('one repository has one key, however its address is written', () => {
  const ways = [
    'https://github.com/acme/platform',
    'https://GitHub.com/acme/platform.git',
    'git@github.com:acme/platform.git',
    'ssh://git@github.com/acme/platform/',
  ];
  expect(new Set(ways.map(repositoryKey))).toEqual(new Set(['github.com/acme/platform']));
  expect(repositoryKey('https://git.example.com:8443/acme/platform')).toBe('git.example.com:8443/acme/platform');
});

test.each(['https://git.example.com/acme/a', 'git@git.example.com:a', '/srv/git/a'])(
  'a message may carry megabytes: %s with a million slashes is refused, and its message is short',
  (url) => {
    const check = () => checkRepositoryUrl(`${url}${'/'.repeat(1_000_000)}x`);
    expect(check).toThrow(/^.{300,800}x" has 1000\d+ characters, and may have 2000\. Give an https/);
  },
);

test('slashes at the end say nothing', () => {
  expect(checkRepositoryUrl('https://git.example.com/acme/a///')).toMatchObject({
    href: 'https://git.example.com/acme/a',
    path: 'acme/a',
  });
});
