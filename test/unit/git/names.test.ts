import { describe, expect, it } from 'vitest';
import { checkRef, checkSha } from '../../../src/git/names.ts';
import { createGitRepositories } from '../../../src/git/repositories.ts';
import { checkRepositoryUrl } from '../../../src/platform/repository/repository-url.ts';
import { git, gitTestEnvironment } from '../../support/git.ts';

const invalid = (value: string) =>
  expect.objectContaining({ type: 'InvalidInput', message: expect.stringContaining(JSON.stringify(value)) });

describe('a ref from outside', () => {
  it.each(['main', 'deploy/0123abc/prod-us', 'feature/äö_1.2', 'fix/#12', 'release@1', 'a+b=c', '日本'])(
    'may be %s',
    (ref) => {
      expect(checkRef(ref)).toBe(ref);
      expect(git('/', ['check-ref-format', `refs/heads/${ref}`])).toBe('');
    },
  );

  it.each([
    ...['', '-x', '--upload-pack=touch /tmp/x', 'a..b', '../x', 'a b', 'a\tb', 'a\nb', 'a\0b', 'a\u0085b'],
    ...[
      'a~1',
      'a^',
      'a:b',
      'a?',
      'a*',
      'a[0]',
      'a\\b',
      '@',
      'a@{1}',
      'a/',
      '/a',
      'a//b',
      '.a',
      'a/.b',
      'a.lock/b',
      'a.',
    ],
    ...['$(id)', '`id`', 'a;b', 'a|b', 'a&b', 'a>b', "a'b", 'a"b', 'a!b', '{a}', 'x'.repeat(201)],
  ])('may not be %j', (ref) => {
    expect(() => checkRef(ref)).toThrow(invalid(ref));
  });

  it('is checked by every method that takes one', async () => {
    const repository = createGitRepositories({ cacheDir: '/nowhere', environment: gitTestEnvironment }).open(
      '/nowhere/x.git',
    );
    const [ref, sha] = ['--exec=x', 'a'.repeat(40)];
    const calls: readonly (() => Promise<unknown>)[] = [
      () => repository.branchHead(ref),
      () => repository.branchHeads(['main', ref]),
      () => repository.resolveCommit(ref),
      () => repository.push({ commit: sha, branch: ref, expected: null }),
      () => repository.deleteBranch(ref, sha),
      () => repository.commit(ref),
      () => repository.ensureCommit(ref),
      () => repository.isAncestor(sha, ref),
      () => repository.isAncestor(ref, sha),
      () => repository.ancestorsAmong([sha, ref]),
      () => repository.log(ref, sha, 1),
      () => repository.listFiles(ref),
      () => repository.readFile(ref, 'a'),
      () => repository.readBlobs([ref]),
      () => repository.push({ commit: ref, branch: 'main', expected: null }),
      () => repository.push({ commit: sha, branch: 'main', expected: ref }),
    ];
    for (const call of calls) await expect(call()).rejects.toEqual(invalid(ref));
  });
});

describe('a commit id', () => {
  it('has forty lower-case digits', () => {
    expect(checkSha('0123456789abcdef0123456789abcdef01234567')).toBe('0123456789abcdef0123456789abcdef01234567');
    for (const wrong of ['', 'main', 'A'.repeat(40), 'a'.repeat(39), `${'a'.repeat(40)}\n`]) {
      expect(() => checkSha(wrong)).toThrow(invalid(wrong));
    }
  });
});

describe('a repository URL from outside', () => {
  it.each([
    ['https://github.com/acme/shop', 'github.com', 'acme', 'shop', 'acme/shop'],
    ['https://GitHub.com/acme/shop.git/', 'github.com', 'acme', 'shop', 'acme/shop'],
    ['http://127.0.0.1:3000/acme/shop.git', '127.0.0.1:3000', 'acme', 'shop', 'acme/shop'],
    ['https://[::1]:8443/acme/shop', '[::1]:8443', 'acme', 'shop', 'acme/shop'],
    ['https://gitlab.example.org/group/sub/shop', 'gitlab.example.org', 'sub', 'shop', 'group/sub/shop'],
    ['ssh://git@github.com/acme/shop.git', 'github.com', 'acme', 'shop', 'acme/shop'],
    ['ssh://git@example.org:2222/acme/shop', 'example.org:2222', 'acme', 'shop', 'acme/shop'],
    ['git+ssh://example.org/~me/shop', 'example.org', '~me', 'shop', '~me/shop'],
    ['git@github.com:acme/shop.git', 'github.com', 'acme', 'shop', 'acme/shop'],
    ['github.com:acme/shop', 'github.com', 'acme', 'shop', 'acme/shop'],
    ['file:///srv/acme/shop.git', '', 'acme', 'shop', 'srv/acme/shop'],
    ['file:///srv/with%20space/shop.git', '', 'with space', 'shop', 'srv/with space/shop'],
    ['/srv/acme/shop.git', '', 'acme', 'shop', 'srv/acme/shop'],
    ['../acme/shop', '', 'acme', 'shop', 'acme/shop'],
    ['shop', '', '', 'shop', 'shop'],
  ])('may be %s', (url, ...[host, owner, name, path]) => {
    const checked = checkRepositoryUrl(url);
    expect({ host: checked.host, name: checked.name, path: checked.path }).toEqual({ host, name, path });
    // Of groups inside groups the innermost.
    expect(checked.owner.split('/').at(-1)).toBe(owner);
  });

  it.each([
    ...[
      '',
      '-x',
      '--upload-pack=x',
      'ext::sh -c id',
      'EXT::x',
      'fd::3',
      '::x',
      'ftp://a/b/c',
      'git://a/b/c',
      'ext://x/y',
    ],
    ...[
      'https://',
      'https:///acme/shop',
      'https://host',
      'https://host/',
      'https://-oProxy/acme/x',
      'https://ho st/a/b',
    ],
    ...['https://host/a/../b', 'https://host/a//b', 'https://host/a b', 'https://host/a;id', 'https://host/$(id)/b'],
    ...['https://host/a/b\n', 'https://host/a\0b', '/srv/a\nb', 'file://host/a/b', 'ssh://-oProxyCommand=x/a/b'],
    ...['git@-oProxyCommand=x:a/b', '-o@host:a/b', 'git@host:-x', 'git@host:', 'https://host/-x/y', '/', '..'],
  ])('may not be %j', (url) => {
    expect(() => checkRepositoryUrl(url)).toThrow(expect.objectContaining({ type: 'InvalidInput' }));
  });

  it.each([
    'https://ada:s3cret@github.com/acme/shop',
    'https://s3cret@github.com/acme/shop',
    'https://x:s3cret@@github.com/acme/shop',
    'https://github.com/acme/shop?access_token=s3cret',
    'https://github.com/acme/shop#s3cret',
    'ssh://git:s3cret@github.com/acme/shop',
    'git:s3cret@github.com:acme/shop',
    'x-access-token:s3cret@github.com/acme/shop',
    'ghp_s3cret@github.com:acme/shop',
    'ssh://github_pat_s3cret@github.com/acme/shop',
    'glpat-s3cret@gitlab.com:acme/shop',
    'https://ada:s3cret@github.com',
    'ftp://ada:s3cret@github.com/x/y',
    'https://ada:s3cret /x@github.com/acme/shop',
    'ext::https://ada:s3cret@github.com/x',
  ])('is refused with its secret, which is not repeated: %s', (url) => {
    expect(() => checkRepositoryUrl(url)).toThrow(expect.objectContaining({ type: 'InvalidInput' }));
    expect(() => checkRepositoryUrl(url)).not.toThrow(/s3cret/);
  });

  it('says what it is about and what to do', () => {
    expect(() => checkRepositoryUrl('https://ada:s3cret@github.com/acme/shop')).toThrow(
      'The repository URL https://…@github.com/acme/shop carries a user name, password or token. ' +
        "Give the URL without it; credentials belong in the worker's settings.",
    );
  });
});
