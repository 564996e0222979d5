import { describe, expect, it } from 'vitest';
import {
  type AllowedRepositories,
  checkGitops,
  checkServed,
  checkSource,
} from '../../../../src/platform/repository/allowed-repositories.ts';

const anything: AllowedRepositories = { sources: undefined, gitops: [], local: false };
const platform = 'https://github.com/acme/platform';

describe('A GitOps repository that an Environment file names', () => {
  it.each([
    ['https://github.com/acme/platform-gitops'],
    ['git@github.com:Acme/gitops.git'],
    ['ssh://git@ssh.github.com:443/acme/gitops'],
  ])('%s is of the owner of its source', (gitops) => {
    expect(() => checkGitops(gitops, platform, anything)).not.toThrow();
  });

  it.each([
    ['https://github.com/other/gitops', 'github.com/other/gitops'],
    ['https://gitlab.com/acme/gitops', 'gitlab.com/acme/gitops'],
    ['https://github.com:8443/acme/gitops', 'github.com:8443/acme/gitops'],
    ['https://github.com/acme-evil/gitops', 'github.com/acme-evil/gitops'],
    ['https://github.com/acme/group/gitops', 'github.com/acme/group/gitops'],
  ])('%s is refused, with the line that allows it', (gitops, id) => {
    expect(() => checkGitops(gitops, platform, anything)).toThrow(
      `add to \`allow.gitops\` in the worker's settings:\n  - ${id}`,
    );
    for (const entry of [id, id.slice(0, id.lastIndexOf('/'))])
      expect(() => checkGitops(gitops, platform, { ...anything, gitops: [entry] })).not.toThrow();
  });

  it('is not allowed by an entry whose name only begins like it', () => {
    const listed = { ...anything, gitops: ['github.com/oth'] };
    expect(() => checkGitops('https://github.com/other/gitops', platform, listed)).toThrow('has another owner');
  });
});

describe('A source', () => {
  const listed = { ...anything, sources: ['github.com/acme/platform', 'git.example.com/team'] };

  it.each([[platform], ['git@github.com:acme/platform.git'], ['https://git.example.com/team/sub/platform']])(
    '%s is served where it, or its owner, is listed',
    (url) => {
      expect(() => checkSource(url, listed)).not.toThrow();
    },
  );

  it('is refused where it is not, with the line that allows it', () => {
    for (const [url, id] of [
      ['https://github.com/acme/other', 'github.com/acme/other'],
      ['https://github.com/evil/platform', 'github.com/evil/platform'],
    ] as const)
      expect(() => checkSource(url, listed)).toThrow(`add to \`allow.sources\` in the worker's settings:\n  - ${id}`);
  });

  it('is any by default', () => {
    expect(() => checkSource('https://github.com/evil/platform', anything)).not.toThrow();
  });
});

describe('A directory', () => {
  it.each([['/etc/passwd'], ['file:///srv/git/platform'], ['./here']])('%s is refused by default', (url) => {
    for (const check of [() => checkServed(url, anything), () => checkSource(url, anything)])
      expect(check).toThrow('This worker serves no directories of its machine');
  });

  it('is served where the settings say so', () => {
    expect(() => checkGitops('/srv/gitops', '/srv/platform', { ...anything, local: true })).not.toThrow();
  });
});

describe('What a worker opens', () => {
  const listed = { ...anything, sources: ['github.com/acme/platform'], gitops: ['github.com/ops/manifests'] };

  it('is what is listed, and what may be the GitOps repository of a listed source', () => {
    for (const name of ['acme/platform', 'acme/platform-gitops', 'ops/manifests'])
      expect(() => checkServed(`https://github.com/${name}`, listed)).not.toThrow();
    for (const name of ['ops/other', 'evil/platform'])
      expect(() => checkServed(`https://github.com/${name}`, listed)).toThrow('This worker does not serve');
  });
});
