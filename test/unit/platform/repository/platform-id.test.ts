import { describe, expect, it, test } from 'vitest';
import { platformId } from '../../../../src/platform/repository/platform-id.ts';

const ids = (urls: readonly string[]) => [...new Set(urls.map(platformId))];

describe('A platform has one id, however its URL is written', () => {
  it('with every scheme, user, ending and default port', () => {
    const ways = [
      'https://github.com/acme/platform',
      'https://github.com:443/acme/platform.git',
      'http://github.com:80/acme/platform/',
      'git@github.com:acme/platform.git',
      'ssh://git@github.com/acme/platform',
      'ssh://git@github.com:22/acme/platform.git',
      'ssh://git@ssh.github.com:443/acme/platform.git',
      'https://www.github.com/acme/platform',
    ];
    expect(ids(ways)).toEqual(['github.com/acme/platform']);
  });

  it.each(['github.com', 'github.example.com', 'gitea.example.com:3000'])('in every letter case on %s', (host) => {
    const ways = ['acme/platform', 'Acme/Platform', 'ACME/PLATFORM.git'].map((path) => `https://${host}/${path}`);
    expect(ids([...ways, `https://${host.toUpperCase()}/acme/platform`])).toEqual([`${host}/acme/platform`]);
  });
});

test('Hosts, ports and groups tell platforms apart', () => {
  expect(
    ids([
      'https://github.com/acme/platform',
      'https://github.example.com/acme/platform',
      'https://github.example.com:8443/acme/platform',
      'ssh://git@github.example.com:2222/acme/platform',
      'http://github.example.com:443/acme/platform',
      'https://gitlab.example.com/acme/one/platform',
      'https://gitlab.example.com/acme/two/platform',
      'http://127.0.0.1:3000/acme/platform.git',
    ]),
  ).toEqual([
    'github.com/acme/platform',
    'github.example.com/acme/platform',
    'github.example.com:8443/acme/platform',
    'github.example.com:2222/acme/platform',
    'github.example.com:443/acme/platform',
    'gitlab.example.com/acme/one/platform',
    'gitlab.example.com/acme/two/platform',
    '127.0.0.1:3000/acme/platform',
  ]);
});

test('A directory is known by its whole path, in its own letter case', () => {
  expect(ids(['/srv/git/Acme/platform.git', 'file:///srv/git/Acme/platform'])).toEqual(['file:/srv/git/Acme/platform']);
  expect(ids(['/srv/acme/platform', '/opt/acme/platform'])).toHaveLength(2);
});
