import { describe, expect, it } from 'vitest';
import { checkGitops } from '../../../src/platform/repository/allowed-repositories.ts';
import { platformId } from '../../../src/platform/repository/platform-id.ts';
import { checkRepositoryUrl } from '../../../src/platform/repository/repository-url.ts';

const allowed = { sources: undefined, gitops: [], local: false };

describe('A GitOps repository that is written so that the server reads another one', () => {
  it.each([
    'https://forge.test/acme/%2e%2e/victim/gitops',
    'https://forge.test/acme/%2e%2e%2fvictim%2fgitops',
    'https://forge.test/acme/..%2fvictim%2fgitops',
    'https://forge.test/acme/x%5c..%5cvictim',
    'https://forge.test/acme/gitops%00.git',
    'https://forge.test/acme/gitops%0d%0aX-Evil:1',
    'https://forge.test/acme/%252e%252e%252fvictim',
    'https://forge.test/acme/gitops%3fservice=x',
    'https://forge.test/acme/gitops%23x',
    'https://forge.test/acme/broken%zz',
    'ssh://git@forge.test/acme/%2e%2e%2fvictim%2fgitops',
    'ssh://git@forge.test/acme/%2e%2e/victim/gitops',
  ])('%s is refused', (url) => {
    const refused = expect.objectContaining({ type: 'InvalidInput' });
    expect(() => checkGitops(url, 'https://forge.test/acme/platform', allowed)).toThrow(refused);
  });

  it('may have letters and spaces behind escapes', () => {
    for (const url of ['https://forge.test/acme/my%20project/gitops', 'https://forge.test/acme/sh%C3%B6p'])
      expect(checkRepositoryUrl(url).href).toBe(url);
  });
});

describe('A repository whose name is written in another form', () => {
  it.each([
    ['with escapes', 'https://forge.test/acme/sh%C3%B6p'],
    ['with escapes in another Unicode form', 'https://forge.test/acme/sho%CC%88p'],
    ['with an escape for a plain letter', 'https://forge.test/%61cme/sh\u00f6p'],
    ['in capital letters', 'https://FORGE.test/ACME/SH\u00d6P'],
    ['for SSH', 'ssh://git@forge.test/acme/sh%C3%B6p.git'],
    ['with the end .GIT', 'https://forge.test/acme/sh\u00f6p.GIT'],
    ['with an escape for the dot of .git', 'https://forge.test/acme/sh\u00f6p%2Egit'],
    ['with escapes for all of .git', 'ssh://git@forge.test/acme/sh\u00f6p%2e%67%49%74/'],
  ])('%s is the same platform, and has the same lane', (_, url) => {
    expect(platformId(url)).toBe(platformId('https://forge.test/acme/sh\u00f6p'));
  });

  it('in another Unicode form is refused where it is written as it is', () => {
    expect(() => platformId('https://forge.test/acme/sho\u0308p')).toThrow('contains spaces or characters');
  });

  it('with letters that only look alike is another one', () => {
    expect(platformId('https://forge.test/acme/sh\u043ep')).not.toBe(platformId('https://forge.test/acme/shop'));
  });
});
