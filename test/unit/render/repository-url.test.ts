import { describe, expect, test } from 'vitest';
import { parseReference } from '../../../src/render/source/repository-url.ts';

// The cases of kustomize's own tests: sigs.k8s.io/kustomize/api v0.21.2, internal/git/repospec_test.go.
const hosts: readonly (readonly [string, string])[] = [
  ['gitHub.com/', 'https://github.com/'],
  ['github.com:', 'https://github.com/'],
  ['http://github.com/', 'https://github.com/'],
  ['https://github.com/', 'https://github.com/'],
  ['hTTps://github.com/', 'https://github.com/'],
  ['https://git-codecommit.us-east-2.amazonaws.com/', 'https://git-codecommit.us-east-2.amazonaws.com/'],
  ['https://fabrikops2.visualstudio.com/', 'https://fabrikops2.visualstudio.com/'],
  ['ssh://git.example.com:7999/', 'ssh://git.example.com:7999/'],
  ['git::https://gitlab.com/', 'https://gitlab.com/'],
  ['git::http://git.example.com/', 'http://git.example.com/'],
  ['git@github.com:', 'git@github.com:'],
  ['git@github.com/', 'git@github.com:'],
  ['git::git@github.com:', 'git@github.com:'],
  ['org-12345@github.com:', 'org-12345@github.com:'],
];

const smoke: readonly (readonly [url: string, repository: string, path: string, ref: string])[] = [
  [
    'git@gitlab2.sqtools.ru:infra/kubernetes/thanos-base.git?ref=v0.1.0',
    'git@gitlab2.sqtools.ru:infra/kubernetes/thanos-base.git',
    '',
    'v0.1.0',
  ],
  ['git@bitbucket.org:company/project.git//path?ref=branch', 'git@bitbucket.org:company/project.git', 'path', 'branch'],
  ['git@bitbucket.org/company/project.git//path?ref=branch', 'git@bitbucket.org/company/project.git', 'path', 'branch'],
  [
    'ssh://git@bitbucket.org/company/project.git//path?ref=branch',
    'ssh://git@bitbucket.org/company/project.git',
    'path',
    'branch',
  ],
  [
    'https://itfs.mycompany.com/collection/project/_git/somerepos',
    'https://itfs.mycompany.com/collection/project/_git/somerepos',
    '',
    '',
  ],
  [
    'https://itfs.mycompany.com/collection/project/_git/somerepos/somedir?version=v1.0.0',
    'https://itfs.mycompany.com/collection/project/_git/somerepos',
    'somedir',
    'v1.0.0',
  ],
  [
    'https://bitbucket.example.com/scm/project/repository.git',
    'https://bitbucket.example.com/scm/project/repository.git',
    '',
    '',
  ],
  [
    'https://github.com/kubernetes-sigs/kustomize//examples/multibases/dev/?ref=v1.0.6',
    'https://github.com/kubernetes-sigs/kustomize',
    'examples/multibases/dev',
    'v1.0.6',
  ],
  ['file://a/b/c/someRepo.git/somepath?ref=someBranch', 'file://a/b/c/someRepo.git', 'somepath', 'someBranch'],
  ['file://a/b/c/someRepo//somepath?ref=someBranch', 'file://a/b/c/someRepo', 'somepath', 'someBranch'],
  ['file:///a/b/c/someRepo?ref=someBranch', 'file:///a/b/c/someRepo', '', 'someBranch'],
  [
    'ssh://git@github.com/kubernetes-sigs/kustomize//examples/multibases/dev?ref=v1.0.6',
    'git@github.com:kubernetes-sigs/kustomize',
    'examples/multibases/dev',
    'v1.0.6',
  ],
  [
    'https://example.org/path/to/repo//examples/multibases/dev',
    'https://example.org/path/to/repo',
    'examples/multibases/dev',
    '',
  ],
  [
    'https://example.org/path/to/repo.git/examples/multibases/dev',
    'https://example.org/path/to/repo.git',
    'examples/multibases/dev',
    '',
  ],
  [
    'https://authority/org/repo/?ref=includes_git/for_some_reason',
    'https://authority/org/repo',
    '',
    'includes_git/for_some_reason',
  ],
  [
    'file://git@home/path/to/repository.git//path?ref=branch',
    'file://git@home/path/to/repository.git',
    'path',
    'branch',
  ],
  [
    'ssh://git@ssh.github.com:443/YOUR-USERNAME/YOUR-REPOSITORY.git',
    'ssh://git@ssh.github.com:443/YOUR-USERNAME/YOUR-REPOSITORY.git',
    '',
    '',
  ],
  ['git@gitlab.com/user:name/YOUR-REPOSITORY.git/path', 'git@gitlab.com/user:name/YOUR-REPOSITORY.git', 'path', ''],
  [
    'https://username@dev.azure.com/org/project/_git/repo//path/to/root',
    'https://username@dev.azure.com/org/project/_git/repo',
    'path/to/root',
    '',
  ],
  [
    'https://org.visualstudio.com/project/_git/repo/path/to/root',
    'https://org.visualstudio.com/project/_git/repo',
    'path/to/root',
    '',
  ],
  ['https://github.com/a/b?version=master&ref=v1.0.0', 'https://github.com/a/b', '', 'v1.0.0'],
  ['https://github.com/a/b?version=master&submodules=false&timeout=1m1s', 'https://github.com/a/b', '', 'master'],
];

const local = [
  '/tmp',
  '../../tmp',
  'src/github.com/org/repo/path',
  'iauhsdiuashduas',
  'git::___',
  'github.com!org/repo.git//path',
  'gh:org/repo',
  '.',
  'base',
];
const remote = [
  'ssh://git.example.com',
  'https://host?ref=group/version/minor',
  'https://github.com/org/repo.git//path/../../exits/repo',
  'https://github.com/thisisa404.yaml',
  'file:////tmp//path/to/whatever',
  'oci://registry.example.com/x',
];

describe('a reference of a kustomization is taken apart as kustomize does', () => {
  test('every way to write host, repository, path and ref', () => {
    for (const [written, host] of hosts) {
      for (const repository of ['someOrg/someRepo', 'kubernetes/website']) {
        for (const path of ['README.md', 'foo/krusty.txt', '']) {
          for (const ref of ['group/version', 'someBranch', 'master', 'v0.1.0', '']) {
            const url = `${written}${repository}${path && `/${path}`}${ref && `?ref=${ref}`}`;
            const reference = { repository: host + repository, path, ref };
            expect({ url, parsed: parseReference(url) }).toEqual({ url, parsed: { kind: 'git', reference } });
          }
        }
      }
    }
  });
  test.each(smoke)('%s', (url, ...expected) => {
    const [repository, path, ref] = expected;
    expect(parseReference(url)).toEqual({ kind: 'git', reference: { repository, path, ref } });
  });
  test.each(local)('%s is a local path', (path) => {
    expect(parseReference(path)).toEqual({ kind: 'local' });
  });
  test.each(remote)('%s is a URL, but not of a directory in a repository', (url) => {
    expect(parseReference(url)).toEqual({ kind: 'remote' });
  });
});
