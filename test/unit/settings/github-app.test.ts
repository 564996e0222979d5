import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningForge, startForge } from '../../../fakes/github/start.ts';
import { createGitRepositories } from '../../../src/git/repositories.ts';
import { gitCredentials } from '../../../src/settings/git-credentials.ts';
import { parseSettings, type Settings } from '../../../src/settings/settings.ts';
import { temporaryDirectory } from '../../support/git.ts';
import { createWorkbench } from '../forge/world.ts';

const directory = temporaryDirectory('github-app');
const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = keys.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
let server: RunningForge;
let url: string;

beforeAll(async () => {
  server = await startForge({ directory: join(directory.path, 'repositories'), token: 'ghp_bot' });
  url = (await server.createRepository('acme', 'gitops')).url;
  server.registerApp({ id: 7, publicKey: keys.publicKey });
  server.installApp(7, 'acme', { permissions: { contents: 'write', pull_requests: 'write' } });
  const bench = await createWorkbench(join(directory.path, 'local'), { url, token: 'ghp_bot' });
  bench.local.setBranch('dev', bench.local.commit('dev', { 'app.yaml': 'one\n' }));
  await bench.push('dev');
  writeFileSync(join(directory.path, 'app.pem'), pem);
});
afterAll(async () => {
  await server.close();
  directory.remove();
});

function settingsWith(forge: string, env: NodeJS.ProcessEnv = {}): Settings {
  const text = `apiVersion: fairlead.dev/v1\nkind: Worker\nforges:\n  - ${forge}\n`;
  return parseSettings(text, join(directory.path, 'worker.yaml'), env);
}

const appForge = (key: string) =>
  `{ host: "${server.host}", kind: github, api: "${server.apiUrl}", app: { id: 7, privateKey: ${key} } }`;

describe('A GitHub App in the settings', () => {
  it.each(['{ file: app.pem }', '{ env: APP_KEY }'])('signs in to git, with its key in %s', async (key) => {
    const settings = settingsWith(appForge(key), { APP_KEY: pem });
    const credentials = gitCredentials(settings);
    expect(await credentials.for(url, 'push')).toMatchObject({
      username: 'x-access-token',
      password: expect.stringMatching(/^ghs_/),
    });
    const repositories = createGitRepositories({ cacheDir: join(directory.path, key.slice(2, 6)), credentials });
    expect(await repositories.open(url).branchHead('dev')).toMatch(/^[0-9a-f]{40}$/);
  });

  it('uses a token that may read alone where nothing is pushed', async () => {
    const { password = '' } =
      (await gitCredentials(settingsWith(appForge('{ file: app.pem }'))).for(url, 'fetch')) ?? {};
    const repositories = createGitRepositories({
      cacheDir: join(directory.path, 'reader'),
      credentials: { for: async () => ({ username: 'x-access-token', password }) },
    });
    const dev = await repositories.open(url).branchHead('dev');
    expect(dev).toMatch(/^[0-9a-f]{40}$/);
    await expect(repositories.open(url).deleteBranch('dev', dev ?? '')).rejects.toThrow(/denies access/);
  });

  it('has git ask for a new token where the present one is refused', async () => {
    const credentials = gitCredentials(settingsWith(appForge('{ file: app.pem }')));
    const repositories = createGitRepositories({ cacheDir: join(directory.path, 'again'), credentials });
    await credentials.for(url, 'fetch');
    server.revokeTokens(7);
    await expect(repositories.open(url).branchHead('dev')).rejects.toThrow(/GitHub App 7, whose key is in file/);
    expect(await repositories.open(url).branchHead('dev')).toMatch(/^[0-9a-f]{40}$/);
  });

  it.each([
    [
      'beside a token',
      '{ host: a.example, kind: github, token: { env: T }, app: { id: 7, privateKey: { env: K } } }',
      /app.*Keep one/s,
    ],
    ['without a key', '{ host: a.example, kind: github, app: { id: 7 } }', /app\.privateKey.*Name where it is kept/s],
    [
      'with the key itself',
      '{ host: a.example, kind: github, app: { id: 7, privateKey: secret } }',
      /Name where it is kept/,
    ],
    [
      'with no id',
      '{ host: a.example, kind: github, app: { id: "a b", privateKey: { env: K } } }',
      /App's id or its client id/,
    ],
    [
      'with something else than the address of its bot',
      '{ host: a.example, kind: github, app: { id: 7, privateKey: { env: K }, commitsAs: "fleet[bot]" } }',
      /app\.commitsAs is "fleet\[bot\]".*Write the address of the App's bot/s,
    ],
    [
      'with commits of its own beside a key that signs',
      '{ host: a.example, kind: github, signing: { key: { env: S }, email: a@b.example }, app: { id: 7, privateKey: { env: K }, commitsAs: 7+x@y.example } }',
      /`commitsAs` has GitHub sign the commits, and `signing` a key. Keep one/,
    ],
  ])('is refused %s', (_, forge, says) => {
    expect(() => settingsWith(forge)).toThrow(says);
  });
});
