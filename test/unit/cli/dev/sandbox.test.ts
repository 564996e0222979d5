import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import type { SandboxForge } from '../../../../demo/sandbox/forge.ts';
import { startSandbox } from '../../../../demo/sandbox/main.ts';
import { followPlatforms } from '../../../../demo/sandbox/platforms.ts';
import { findRepositories } from '../../../../demo/sandbox/repositories.ts';
import type { Sandbox } from '../../../../src/cli/dev/sandbox.ts';
import { freePort } from '../../../../src/cli/dev/temporal.ts';
import { loadSettings } from '../../../../src/settings/settings.ts';
import { createTestRepository, type TestRepository, temporaryDirectory } from '../../../support/git.ts';

const { path: root, remove } = temporaryDirectory('sandbox');
const directory = join(root, 'state');
let port: number;
let shop: TestRepository;
let said: string[];
let running: Sandbox | undefined;

beforeEach(async () => {
  port = await freePort();
  said = [];
  shop = createTestRepository(join(root, 'shop.git'));
  shop.commit('main', { 'fairlead.yaml': platform(`http://127.0.0.1:${port}/local/shop-gitops`) });
  shop.commit('dev', { 'fairlead.yaml': environment('{ name: one, group: west }') });
});
afterEach(async () => {
  await running?.close();
  running = undefined;
  remove();
});

function platform(gitops: string): string {
  return `apiVersion: fairlead.dev/v1\nkind: Platform\nname: shop\ngitops: { repository: ${gitops} }\nstages: [dev]\n`;
}

function environment(...clusters: readonly string[]): string {
  return `apiVersion: fairlead.dev/v1\nkind: Environment\nclusters: [${clusters.join(', ')}]\n`;
}

async function start(): Promise<Sandbox> {
  running = await startSandbox({
    directory,
    directories: [root],
    port,
    temporalUi: 'http://127.0.0.1:8233',
    report: (sentence) => said.push(sentence),
  });
  return running;
}

/** Answers the contexts of the kubeconfig as it is now. */
function contexts(): readonly string[] {
  const { contexts: listed } = parse(readFileSync(join(directory, 'kubeconfig'), 'utf8')) as {
    readonly contexts: readonly { readonly name: string }[];
  };
  return listed.map(({ name }) => name);
}

const gitops = join(directory, 'repositories', 'local', 'shop-gitops.git');
const branches = () => execFileSync('git', ['-C', gitops, 'branch', '--format=%(refname:short)'], { encoding: 'utf8' });

test('makes the GitOps repository with its branches, and settings that lead to it', async () => {
  const { url, sources, settingsFile } = await start();
  expect(sources).toEqual([{ directory: shop.path, url: `${url}/local/shop` }]);
  expect(branches()).toBe('dev\n');
  const { forges, kubeconfigFiles } = await loadSettings({ FAIRLEAD_SETTINGS: settingsFile });
  expect(forges).toMatchObject([{ host: `127.0.0.1:${port}`, kind: 'github', apiUrl: `${url}/api/v3` }]);
  expect(kubeconfigFiles).toEqual([join(directory, 'kubeconfig')]);
  const authorization = `Bearer ${await forges[0]?.token()}`;
  const answer = await fetch(`${url}/api/v3/repos/local/shop-gitops/pulls`, { headers: { authorization } });
  expect(await answer.json()).toEqual([]);
});

test('plays a cluster, and begins a branch, as soon as a config branch says so', async () => {
  await start();
  expect(contexts()).toEqual(['one']);
  const two = '{ name: two, group: east, context: other }';
  shop.commit('dev', { 'fairlead.yaml': `${environment(two)}gitops: { branch: development }\n` });
  await expect.poll(contexts).toEqual(['other']);
  expect(branches()).toBe('dev\ndevelopment\n');
});

test('says once what is wrong with a file, and goes on when it is mended', async () => {
  await start();
  shop.commit('dev', { 'fairlead.yaml': environment('{ name: one, groups: west }') });
  await expect.poll(() => said.join('\n')).toContain('fairlead.yaml of branch dev');
  shop.commit('dev', { 'fairlead.yaml': environment('{ name: three, group: west }') });
  await expect.poll(contexts).toEqual(['three']);
  expect(said.filter((sentence) => sentence.includes('fairlead.yaml of branch dev'))).toHaveLength(1);
});

test('says of a platform whose requests go elsewhere what to write', async () => {
  shop.commit('main', { 'fairlead.yaml': platform('https://github.com/acme/gitops') });
  const { url } = await start();
  expect(said.join('\n')).toContain(`gitops: { repository: ${url}/local/NAME }`);
  expect(contexts()).toEqual([]);
});

test('is there again with what it had made, at the same address', async () => {
  const first = await start();
  const token = readFileSync(join(directory, 'token'), 'utf8');
  const commit = execFileSync('git', ['-C', gitops, 'rev-parse', 'dev'], { encoding: 'utf8' });
  await first.close();
  const second = await start();
  expect(second.url).toBe(first.url);
  expect(readFileSync(join(directory, 'token'), 'utf8')).toBe(token);
  expect(execFileSync('git', ['-C', gitops, 'rev-parse', 'dev'], { encoding: 'utf8' })).toBe(commit);
});

test('refuses a port that somebody else has, and directories without a platform', async () => {
  const other = createServer().listen(port, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  await expect(start()).rejects.toMatchObject({
    type: 'Refused',
    message: expect.stringContaining(`had port ${port}`),
  });
  await new Promise((resolve) => other.close(resolve));
  shop.commit('main', { 'fairlead.yaml': null });
  await expect(start()).rejects.toThrow('there is no platform to serve');
  expect(existsSync(join(directory, 'worker.yaml'))).toBe(false);
});

test('a look that fails, as when Ctrl-C ends its git, is made again, and told when it fails again', async () => {
  const repositories = await findRepositories([root]);
  const failures = [1, 2].map((number) => new Error(`git was ended ${number}`));
  const become = vi.fn(async () => {
    const failure = become.mock.calls.length > 1 && failures.shift();
    if (failure) throw failure;
  });
  const forge = { openRepository: async () => undefined, urlOf: String } as unknown as SandboxForge;
  const fleet = { become, close: async () => undefined };
  const report = (sentence: string) => said.push(sentence);
  const followed = await followPlatforms({ forge, fleet, repositories, report });
  try {
    shop.commit('dev', { 'fairlead.yaml': environment('{ name: one, group: west }', '{ name: two, group: east }') });
    await vi.waitFor(() => expect(become).toHaveBeenCalledTimes(4), { timeout: 30_000, interval: 50 });
  } finally {
    await followed.stop();
  }
  const told = said.filter((sentence) => sentence.includes('looked at again'));
  expect(told).toEqual(['The platforms could not be read, and are looked at again: Error: git was ended 2']);
});
