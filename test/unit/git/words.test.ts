import { describe, expect, it } from 'vitest';
import { gitOn } from '../../../src/git/process/commands.ts';
import { localEnvironment, remoteEnvironment } from '../../../src/git/process/environment.ts';
import { gitWords, redact } from '../../../src/git/process/redact.ts';
import { remoteFailure } from '../../../src/git/process/remote-failure.ts';
import { checkRepositoryUrl } from '../../../src/platform/repository/repository-url.ts';

const url = checkRepositoryUrl('https://github.com/acme/shop');

describe('words of git', () => {
  it('lose prefixes, hints, repetitions and control characters', () => {
    const stderr = 'remote: error: \x1b[31mno\x1b[0m\nhint: try this\r\nfatal: no way\nfatal: no way\nremote: \n';
    expect(gitWords(stderr, [])).toBe('no; no way');
  });

  it('are cut where they go on and on', () => {
    expect(gitWords('x'.repeat(10_000), []).length).toBeLessThan(700);
  });

  it('lose every form of a secret', () => {
    const text = 'https://ada:pa-ss@host/x tok+1 tok%2B1 Authorization: Basic YWRh authorization: bearer abc';
    expect(redact(text, ['tok+1'])).toBe('https://***@host/x *** *** Authorization: *** authorization: ***');
  });

  it('of a push that is refused lose the credential, also where the remote puts it into its reason', async () => {
    const stdout = Buffer.from('!\trefs/heads/a\t[remote rejected] (hook: sesame is not allowed)\n');
    const run = async () => ({ stdout, stderr: 'remote: sesame', exitCode: 1 });
    const credentials = { for: async () => ({ username: 'bot', password: 'sesame' }) };
    const timeouts = { localMs: 1, askMs: 1, transferMs: 1, silenceMs: 1 };
    const git = gitOn({ dir: '/', url }, { environment: {}, timeouts, run, credentials } as never, undefined);
    const output = await git.remote(['push'], { answers: () => true });
    expect(`${output.stdout}${output.stderr}`).not.toContain('sesame');
    expect(output.stdout.toString()).toContain('hook: *** is not allowed');
  });

  it.each([
    ["fatal: could not read Username for 'https://github.com': terminal prompts disabled", 'Unauthorized'],
    ["fatal: Authentication failed for 'https://github.com/acme/shop/'", 'Unauthorized'],
    [
      'remote: Permission to acme/shop.git denied to bot.\nfatal: unable to access: The requested URL returned error: 403',
      'Unauthorized',
    ],
    ["fatal: repository 'https://github.com/acme/shop/' not found", 'NotFound'],
    ["fatal: unable to access 'https://github.com/': Could not resolve host: github.com", 'Unavailable'],
    [
      "fatal: unable to access 'https://github.com/': Failed to connect to github.com port 443: Connection refused",
      'Unavailable',
    ],
    ["fatal: unable to access 'https://github.com/': SSL certificate problem: self-signed certificate", 'Refused'],
    [
      'error: RPC failed; HTTP 502 curl 22 The requested URL returned error: 502\nfatal: the remote end hung up unexpectedly',
      'Unavailable',
    ],
    ['fetch-pack: unexpected disconnect while reading sideband packet\nfatal: early EOF', 'Unavailable'],
  ])('mean: %s', (stderr, type) => {
    expect(remoteFailure(gitWords(stderr, []), { url, hint: '', signedIn: true })).toMatchObject({ type });
  });

  it.each([
    "remote: This repository was archived so it is read-only.\nfatal: unable to access 'https://github.com/acme/shop.git/': The requested URL returned error: 403",
    'ERROR: This repository was archived so it is read-only.\nfatal: Could not read from remote repository.',
    "remote: This repo is archived. You can view files and clone it, but cannot push or open issues/pull-requests.\nfatal: unable to access 'https://gitea.test/acme/shop/': The requested URL returned error: 403",
    'Repo: acme/shop is archived.\nfatal: Could not read from remote repository.',
  ])('about an archive ask for no permission: %s', (stderr) => {
    const failure = remoteFailure(gitWords(stderr, []), { url, hint: ' (BOT_TOKEN)', signedIn: true });
    expect(failure).toMatchObject({ type: 'Refused', message: expect.stringContaining('Take it out of the archive') });
    expect(failure?.message).not.toContain('permission');
  });

  it('about the mirror, or unknown ones, are no failure of the remote', () => {
    for (const words of ['bad object refs/fairlead/seen/ab; the remote end hung up unexpectedly', 'something new']) {
      expect(remoteFailure(words, { url, hint: '', signedIn: true })).toBeUndefined();
    }
  });
});

describe('the environment of git', () => {
  const ambient = {
    PATH: '/bin',
    HTTPS_PROXY: 'http://proxy',
    GIT_TRACE_CURL: '1',
    GIT_CONFIG_PARAMETERS: "'core.sshCommand=id'",
    GIT_WORK_TREE: '/elsewhere',
    GITHUB_TOKEN: 'secret',
    LC_ALL: 'nb_NO.UTF-8',
  };

  it('has what git needs and none of what would steer it', () => {
    const env = localEnvironment(ambient, '/cache/x.git');
    expect(env).toMatchObject({ PATH: '/bin', HTTPS_PROXY: 'http://proxy', LC_ALL: 'C', GIT_DIR: '/cache/x.git' });
    for (const name of ['GIT_TRACE_CURL', 'GIT_CONFIG_PARAMETERS', 'GIT_WORK_TREE', 'GITHUB_TOKEN']) {
      expect(env).not.toHaveProperty(name);
    }
  });

  it.each([
    ['https://github.com/a/b', 'https'],
    ['http://localhost/a/b', 'http:https'],
    ['git@github.com:a/b', 'ssh'],
    ['/srv/a/b', 'file'],
  ])('allows %s no protocol but its own', (address, protocols) => {
    const env = remoteEnvironment(localEnvironment(ambient, '/x'), {
      url: checkRepositoryUrl(address),
      signIn: { header: undefined, secrets: [] },
      quietSeconds: 60,
    });
    expect(env).toMatchObject({ GIT_ALLOW_PROTOCOL: protocols, GIT_TERMINAL_PROMPT: '0', GIT_ASKPASS: '' });
  });

  it('sends the credential to its own host only', () => {
    const env = remoteEnvironment(localEnvironment(ambient, '/x'), {
      url,
      signIn: { header: 'Authorization: Basic x', secrets: [] },
      quietSeconds: 60,
    });
    const entries = Array.from({ length: Number(env.GIT_CONFIG_COUNT) }, (_, i) => [
      env[`GIT_CONFIG_KEY_${i}`],
      env[`GIT_CONFIG_VALUE_${i}`],
    ]);
    expect(entries).toContainEqual(['http.https://github.com/.extraHeader', 'Authorization: Basic x']);
    expect(entries).toContainEqual(['http.extraHeader', '']);
    expect(entries).toContainEqual(['http.followRedirects', 'false']);
    expect(entries).toContainEqual(['pack.threads', '2']);
  });
});
