import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Failure } from '../../../src/failure.ts';
import { loadSettings } from '../../../src/settings/settings.ts';

const header = 'apiVersion: fairlead.dev/v1\nkind: Worker\n';
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fairlead-settings-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

async function load(text: string, env: NodeJS.ProcessEnv = {}) {
  const file = join(directory, 'worker.yaml');
  await writeFile(file, text);
  return loadSettings({ HOME: '/home/ada', FAIRLEAD_SETTINGS: file, ...env });
}

async function problemsOf(text: string) {
  const error: unknown = await load(text).catch((thrown) => thrown);
  if (!(error instanceof Failure)) throw new Error('expected a Failure');
  expect(error.type).toBe('InvalidConfig');
  return error.message.split('\n').map((line) => line.replace(`${directory}/`, ''));
}

test('without a file the defaults hold: github.com with GITHUB_TOKEN', async () => {
  const settings = await loadSettings({ HOME: '/home/ada', GITHUB_TOKEN: 'secret\n' });
  expect(settings).toMatchObject({
    taskQueue: 'fairlead',
    kubeconfigFiles: ['/home/ada/.kube/config'],
    cacheDirectory: '/home/ada/.cache/fairlead',
    renderer: { timeLimitMs: 60_000, memoryLimitMiB: 1024 },
    intervals: { mergeMs: 30_000, healthMs: 15_000 },
  });
  expect(settings.renderer.processes).toBeGreaterThan(0);
  expect(settings.forges).toHaveLength(1);
  expect(settings.forges[0]).toMatchObject({
    host: 'github.com',
    kind: 'github',
    apiUrl: 'https://api.github.com',
    tokenName: 'environment variable GITHUB_TOKEN',
  });
  expect(await settings.forges[0]?.token()).toBe('secret');
  expect(settings.gitCredentials[0]).toMatchObject({ host: 'github.com', username: 'x-access-token' });
  expect(await settings.gitCredentials[0]?.token.read()).toBe('secret');
});

test('the key that signs the record is located, and read when it is needed', async () => {
  expect((await load(header)).signingKey).toBeUndefined();
  const { signingKey } = await load(`${header}record: { signingKey: { env: RECORD_KEY } }\n`, { RECORD_KEY: 'pem\n' });
  expect(signingKey?.name).toBe('environment variable RECORD_KEY');
  expect(await signingKey?.read()).toBe('pem');
  expect(await problemsOf(`${header}record: { signingKey: MC4CAQAwBQ }\n`)).toEqual([
    expect.stringContaining('This file never holds a secret itself.'),
  ]);
});

test('a forge of its own is configured like any other, and replaces the default', async () => {
  const settings = await load(
    `${header}forges:
  - { host: "127.0.0.1:8080", kind: github, api: "http://127.0.0.1:8080/api/v3/", token: { env: LOCAL_TOKEN } }
  - { host: gitea.example.com, kind: gitea }
  - { host: "forgejo.example.com:3000", kind: forgejo }
  - { host: GHE.example.com, kind: github, token: { env: GHE_TOKEN } }
`,
    { LOCAL_TOKEN: 'local', GHE_TOKEN: '' },
  );
  expect(settings.forges.map(({ host, apiUrl }) => [host, apiUrl])).toEqual([
    ['127.0.0.1:8080', 'http://127.0.0.1:8080/api/v3'],
    ['gitea.example.com', 'https://gitea.example.com/api/v1'],
    ['forgejo.example.com:3000', 'https://forgejo.example.com:3000/api/v1'],
    ['ghe.example.com', 'https://GHE.example.com/api/v3'],
  ]);
  expect(await Promise.all(settings.forges.map(({ token }) => token()))).toEqual([
    'local',
    undefined,
    undefined,
    undefined,
  ]);
});

test('the token of github.com is never sent to another host by default', async () => {
  const settings = await load(`${header}forges: [{ host: ghe.example.com, kind: github }]\n`, {
    GITHUB_TOKEN: 'secret',
  });
  expect(await settings.forges[0]?.token()).toBeUndefined();
  expect(settings.forges[0]?.tokenName).toContain('ghe.example.com');
});

test('a secret in a file is read each time, so that it can be rotated', async () => {
  await writeFile(join(directory, 'token'), 'first\n');
  const settings = await load(`${header}forges: [{ host: github.com, kind: github, token: { file: token } }]\n`);
  const [forge] = settings.forges;
  expect(await forge?.token()).toBe('first');
  await writeFile(join(directory, 'token'), 'second\n');
  expect(await forge?.token()).toBe('second');
  await rm(join(directory, 'token'));
  await expect(forge?.token()).rejects.toThrow(/The secret in file .*token cannot be read \(ENOENT\)/);
});

test('git over HTTPS may have credentials of its own for a host', async () => {
  const settings = await load(
    `${header}git:\n  credentials:\n    - { host: github.com, username: bot, token: { env: GIT_TOKEN } }\n    - { host: git.example.com, token: { env: GIT_TOKEN } }\n`,
    { GIT_TOKEN: 'git', GITHUB_TOKEN: 'api' },
  );
  expect(settings.gitCredentials.map(({ host, username }) => [host, username])).toEqual([
    ['github.com', 'bot'],
    ['git.example.com', 'x-access-token'],
  ]);
  expect(await settings.gitCredentials[0]?.token.read()).toBe('git');
});

test('paths are relative to the file, and ~ is the home directory', async () => {
  const settings = await load(`${header}kubeconfig: ~/clusters.yaml\ncache: ./cache\n`);
  expect(settings.kubeconfigFiles).toEqual(['/home/ada/clusters.yaml']);
  expect(settings.cacheDirectory).toBe(join(directory, 'cache'));
});

test('the environment wins where it names the cache, the task queue or kubeconfig files', async () => {
  const settings = await load(`${header}cache: ./cache\ntaskQueue: file\n`, {
    FAIRLEAD_CACHE: '/var/cache/fairlead',
    FAIRLEAD_TASK_QUEUE: 'env',
    KUBECONFIG: '/a:/b',
  });
  expect(settings).toMatchObject({
    cacheDirectory: '/var/cache/fairlead',
    taskQueue: 'env',
    kubeconfigFiles: ['/a', '/b'],
  });
  expect((await load(header, { XDG_CACHE_HOME: '/xdg' })).cacheDirectory).toBe('/xdg/fairlead');
});

test('limits and intervals are read in milliseconds and mebibytes', async () => {
  const settings = await load(
    `${header}renderer: { processes: 3, timeLimit: 90s, memoryLimit: 2GiB }\nintervals: { merge: 50ms, health: 1m }\ntimeouts: { cluster: 5s }\nconcurrency: { clusters: 7 }\ntemporalUi: http://localhost:8233/\n`,
  );
  expect(settings).toMatchObject({
    temporalUi: 'http://localhost:8233',
    renderer: { processes: 3, timeLimitMs: 90_000, memoryLimitMiB: 2048 },
    intervals: { mergeMs: 50, healthMs: 60_000 },
    timeouts: { clusterMs: 5_000, forgeMs: 30_000 },
    concurrency: { clusters: 7, renders: 6 },
  });
});

test('five running workflows are replayed at the start, where the settings do not say how many', async () => {
  expect((await load(header)).replayCheck).toBe(5);
  expect((await load(`${header}replayCheck: 0\n`)).replayCheck).toBe(0);
  for (const wrong of ['101', '-1', '1.5', 'off'])
    expect(await problemsOf(`${header}replayCheck: ${wrong}\n`)).toEqual([
      expect.stringContaining('Write a whole number from 0 to 100.'),
    ]);
});

test('hosts of GitOps repositories may have other names', async () => {
  const { gitAliases } = await load(`${header}git: { aliases: { "Git.internal:8443": GitHub.com } }\n`);
  expect(gitAliases).toEqual(new Map([['git.internal:8443', 'github.com']]));
});

test('problems are named like those of fairlead.yaml, and a secret that was pasted is never repeated', async () => {
  const problems = await problemsOf(`${header}forges:
  - { host: "https://ghe.example.com", kind: gitlab, token: ghp_0123456789abcdef }
  - { host: github.com, kind: github, token: plain-secret-value }
  - { host: GitHub.com, kind: github, token: { environment: ghp_0123456789abcdef } }
renderer: { processes: 0, memoryLimit: lots }
interval: {}
`);
  expect(problems.map((problem) => problem.split('. ')[0])).toEqual([
    'worker.yaml, line 4: forges[0].host is "https://ghe.example.com"',
    'worker.yaml, line 4: forges[0].kind is "gitlab"',
    'worker.yaml, line 4: forges[0].token is not shown here',
    'worker.yaml, line 5: forges[1].token is not shown here',
    'worker.yaml, line 6: forges[2].token is a map',
    'worker.yaml, line 6: forges[2].host is "GitHub.com"',
    'worker.yaml, line 7: renderer.processes is 0',
    'worker.yaml, line 7: renderer.memoryLimit is "lots"',
    'worker.yaml, line 8: unknown key "interval"',
  ]);
  expect(problems.join()).not.toMatch(/0123456789|plain-secret/);
});

test.each([
  'record: { signingKey: "PASTED" }',
  'record: { signingKey: { env: "PASTED PASTED" } }',
  'codec: { keys: [{ id: a, key: PASTED }] }',
  'codec: { keys: [{ id: "PASTED=", key: { env: KEY } }] }',
  'codec: { keys: PASTED }',
  'codec: { endpoint: { token: PASTED } }',
  'git: { credentials: [{ host: git.example.com, token: PASTED }] }',
  'temporalUi: "https://example.com/?token=PASTED"',
  'temporalUi: "https://ada:PASTED@example.com"',
])('what was pasted as %s is not repeated', async (text) => {
  const problems = await problemsOf(`${header}${text}\n`);
  expect(problems).toEqual([expect.stringContaining('worker.yaml, line ')]);
  expect(problems.join()).not.toContain('PASTED');
});

test('a settings file that is not there, or is of another kind, is named', async () => {
  await expect(loadSettings({ FAIRLEAD_SETTINGS: join(directory, 'none.yaml') })).rejects.toThrow(
    /The settings file .*none.yaml cannot be read \(ENOENT\)\. Mend or unset FAIRLEAD_SETTINGS\./,
  );
  expect((await problemsOf('apiVersion: fairlead.dev/v1\nkind: Platform\n'))[0]).toContain('Write `kind: Worker`.');
});
