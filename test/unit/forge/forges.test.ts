import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/failure.ts';
import { createForges, type ForgeSetting } from '../../../src/forge/forges.ts';
import { checkRepositoryUrl } from '../../../src/platform/repository/repository-url.ts';

function setting(host: string): ForgeSetting {
  return { host, kind: 'github', apiUrl: `https://${host}/api/v3`, token: async () => 'x', tokenName: 'T' };
}

const sha = 'a'.repeat(40);

describe('the forge of a repository', () => {
  const forges = createForges({ forges: [setting('GitHub.com'), setting('127.0.0.1:8080')] });

  it.each([
    'https://github.com/acme/gitops',
    'https://github.com/acme/gitops.git',
    'https://github.com:443/acme/gitops/',
    'git@github.com:acme/gitops.git',
    'ssh://git@github.com:22/acme/gitops.git',
    'http://127.0.0.1:8080/acme/gitops',
  ])('is found by the host of %s', (url) => {
    expect(forges.for(url)).toHaveProperty('openPullRequest');
  });

  it('is not found by a host with another port', () => {
    const look = () => forges.for('http://127.0.0.1:8081/acme/gitops');
    expect(look).toThrow(Failure);
    expect(look).toThrow(/127\.0\.0\.1:8081.*acme\/gitops.*github\.com, 127\.0\.0\.1:8080.*"forges"/);
  });

  it.each(['/srv/git/gitops', 'file:///srv/git/gitops.git'])('is missed for %s, which is on no forge', (url) => {
    expect(() => forges.for(url)).toThrow(expect.objectContaining({ type: 'InvalidConfig' }));
    expect(() => forges.for(url)).toThrow(/no pull requests/);
    expect(forges.commitUrl(url, sha)).toBeUndefined();
  });

  it('is named as missing where the settings have none at all', () => {
    expect(() => createForges({ forges: [] }).for('https://github.com/a/b')).toThrow(/\(none is\)/);
  });

  it('is never asked for by a URL with a password in it', () => {
    const look = () => forges.for('https://me:secret@github.com/acme/gitops');
    expect(look).toThrow(expect.objectContaining({ message: expect.not.stringContaining('secret') }));
  });
});

describe('the link to a commit', () => {
  const forges = createForges({ forges: [setting('github.com'), setting('127.0.0.1:8080')] });

  it.each([
    ['https://github.com/acme/gitops.git', 'https://github.com/acme/gitops'],
    ['git@github.com:acme/gitops.git', 'https://github.com/acme/gitops'],
    ['http://127.0.0.1:8080/acme/gitops', 'http://127.0.0.1:8080/acme/gitops'],
  ])('of %s is at %s', (url, page) => {
    expect(forges.commitUrl(url, sha)).toBe(`${page}/commit/${sha}`);
  });

  it('is left out where no forge is configured', () => {
    expect(forges.commitUrl('https://gitlab.com/acme/gitops', sha)).toBeUndefined();
  });
});

describe('the address of a repository', () => {
  it('keeps the groups above the owner', () => {
    expect(checkRepositoryUrl('https://git.example.com/a/b/c.git').webAddress).toMatchObject({
      owner: 'a/b',
      name: 'c',
    });
  });
  it('leaves the port of SSH out', () => {
    expect(checkRepositoryUrl('ssh://git@git.example.com:2222/a/b').webAddress).toMatchObject({
      host: 'git.example.com',
      webOrigin: 'https://git.example.com',
    });
  });
});
