import { describe, expect, it } from 'vitest';
import { gitCredentials } from '../../../src/settings/git-credentials.ts';
import { parseSettings, type Settings } from '../../../src/settings/settings.ts';

/** Reads settings with these lines. */
function settingsWith(...lines: readonly string[]): Settings {
  const text = ['apiVersion: fairlead.dev/v1', 'kind: Worker', ...lines, ''].join('\n');
  return parseSettings(text, '/etc/fairlead/worker.yaml', { HOME: '/home/ada', TOKEN: 'secret' });
}

describe('What a worker is allowed', () => {
  it('is every source, GitOps repositories of its owner, no directory, no check over HTTP, and no plain HTTP', () => {
    expect(settingsWith().allow).toEqual({
      repositories: { sources: undefined, gitops: [], local: false },
      plainHttp: [],
      httpChecks: [],
    });
  });

  it('is listed in any letter case', () => {
    const { allow } = settingsWith(
      'allow:',
      '  sources: [GitHub.com/Acme/platform, git.example.com:8443]',
      '  gitops: [github.com/Ops]',
      '  local: true',
      '  plainHttp: ["Git.internal:8080"]',
      '  httpChecks: [Shop.example.com, "shop.internal:8080"]',
    );
    expect(allow).toEqual({
      repositories: {
        sources: ['github.com/acme/platform', 'git.example.com:8443'],
        gitops: ['github.com/ops'],
        local: true,
      },
      plainHttp: ['git.internal:8080'],
      httpChecks: ['shop.example.com', 'shop.internal:8080'],
    });
  });

  it.each([
    [
      'allow: { httpChecks: ["https://shop.example.com/"] }',
      'allow.httpChecks[0] is "https://shop.example.com/". Write a host',
    ],
    ['allow: { sources: ["https://github.com/acme"] }', 'allow.sources[0] is "https://github.com/acme". Write a host'],
    ['allow: { gitops: github.com/acme }', 'List repositories such as github.com/acme/platform'],
    ['allow: { local: 1 }', 'Write true or false.'],
  ])('is refused where it is written as %s', (line, message) => {
    expect(() => settingsWith(line)).toThrow(message);
  });
});

const credentials = (host: string) => `git: { credentials: [{ host: "${host}", token: { env: TOKEN } }] }`;

describe('A credential for git', () => {
  it.each([
    ['https://git.example.com/acme/platform', 'git.example.com'],
    ['http://127.0.0.1:3000/acme/platform', '127.0.0.1:3000'],
    ['http://localhost/acme/platform', 'localhost'],
  ])('goes to %s', async (url, host) => {
    expect(await gitCredentials(settingsWith(credentials(host))).for(url)).toMatchObject({ password: 'secret' });
  });

  it.each([
    ['http://git.example.com/acme/platform', 'git.example.com'],
    ['http://127.0.0.1.example.com/acme/platform', '127.0.0.1.example.com'],
  ])('does not go to %s, and the message says why', async (url, host) => {
    const kept = gitCredentials(settingsWith(credentials(host)));
    expect(await kept.for(url)).toBeUndefined();
    expect(kept.setting?.(url)).toContain('none goes out over http://');
  });

  it('goes over plain HTTP to a host that is listed', async () => {
    const listed = settingsWith(credentials('git.internal:8080'), 'allow: { plainHttp: ["git.internal:8080"] }');
    expect(await gitCredentials(listed).for('http://git.internal:8080/acme/x')).toMatchObject({ password: 'secret' });
  });
});

describe('The API of a forge', () => {
  const forge = (api: string) => `forges: [{ host: git.internal, kind: github, api: "${api}", token: { env: TOKEN } }]`;

  it('is not spoken to over plain HTTP, because of its token', () => {
    expect(() => settingsWith(forge('http://git.internal/api/v3'))).toThrow(
      'The API of the forge git.internal is http://git.internal/api/v3, and its token would go there over http://',
    );
    expect(() => settingsWith(forge('https://git.internal/api/v3'))).not.toThrow();
  });

  it('is where it is listed, or on this machine', () => {
    expect(() => settingsWith(forge('http://127.0.0.1:8080/api/v3'))).not.toThrow();
    expect(() =>
      settingsWith(forge('http://git.internal/api/v3'), 'allow: { plainHttp: [git.internal] }'),
    ).not.toThrow();
  });
});
