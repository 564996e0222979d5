import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { createTestRepository } from '../../../support/git.ts';
import { fairlead } from '../test-io.ts';
import { type InitWorld, initWorld } from './init-world.ts';

let world: InitWorld;

beforeEach(() => {
  world = initWorld();
});
afterEach(() => world.remove());

const source = 'https://github.com/acme/platform';
const begin = (...args: readonly string[]) => world.init('platform', '--source', source, '--yes', ...args);
const filesOf = (repository: string, branch: string) =>
  world.git(repository, 'ls-tree', '-r', '--name-only', branch).split('\n');

describe('In an empty directory', () => {
  test('a platform is begun that validates and renders', async () => {
    expect(await begin()).toMatchObject({ code: 0, err: '' });
    expect(filesOf('platform', 'main')).toContain('apps/greeting/Chart.yaml');
    expect(world.git('platform', 'status', '--porcelain')).toBe('');
    const valid = await world.run(['validate', '--strict', '--render'], join(world.path, 'platform'));
    expect(valid).toMatchObject({ code: 0, err: '' });
    expect(valid.out.match(/3 leaves in 1 group \(all\), 4 objects/g)).toHaveLength(3);
    const out = join(world.path, 'out');
    const main = ['--main', 'main', '--environment', 'prod', '--out', out];
    expect(await world.run(['render', '--source', join(world.path, 'platform'), ...main])).toMatchObject({ code: 0 });
    expect(readFileSync(join(out, 'all/apps/greeting/greeting.yaml'), 'utf8')).toContain('Hello from prod');
  });

  test('each environment has a config branch of its own, whose last one asks a person', async () => {
    await begin('--environments', 'dev, live', '--cluster', 'live/eu=live-1', '--cluster', 'live/us=live-2');
    expect(world.git('platform', 'show', 'main:fairlead.yaml')).toContain('stages: [dev, live]');
    const live = world.git('platform', 'show', 'live:fairlead.yaml');
    expect(live).toContain('# yaml-language-server: $schema=https://');
    expect(live).toContain('merge: approval');
    expect(live).toContain('  - { name: live-1, group: eu }\n  - { name: live-2, group: us }');
    expect(filesOf('platform', 'live')).toContain('us/apps/hello/kustomization.yaml');
    expect(world.git('platform', 'show', 'dev:fairlead.yaml')).toContain('merge: auto');
  });

  test('the GitOps branches begin with what Flux needs on each cluster', async () => {
    await begin('--gitops', 'git@git.example.com:acme/gitops.git', '--cluster', 'dev/eu=ops@dev/1');
    expect(filesOf('platform-gitops', 'dev')).toEqual(['README.md', '_flux/ops@dev_1.yaml']);
    const [repository, kustomization] = parseAllDocuments(
      world.git('platform-gitops', 'show', 'dev:_flux/ops@dev_1.yaml'),
    ).map((each) => each.toJS());
    expect(repository.spec).toMatchObject({ url: 'ssh://git@git.example.com/acme/gitops', ref: { branch: 'dev' } });
    expect(kustomization.spec).toMatchObject({ path: './eu', wait: true, prune: true });
    expect(world.git('platform-gitops', 'remote', 'get-url', 'origin')).toBe('git@git.example.com:acme/gitops.git');
  });

  test.each([
    ['github', '.github/workflows/fairlead.yml', 'uses: fairlead/fairlead@v'],
    ['gitea', '.gitea/workflows/fairlead.yml', 'uses: https://github.com/fairlead/fairlead@v'],
  ])('the CI of %s is on every branch, and starts what was pushed there', async (forge, path, action) => {
    await begin('--forge', forge, '--environments', 'dev');
    expect(world.git('platform', 'show', `main:${path}`)).toContain(action);
    expect(world.git('platform', 'show', `main:${path}`)).toContain('command: promote');
    expect(world.git('platform', 'show', `dev:${path}`)).toContain('command: apply-config');
  });

  test('--push sends every branch of both repositories', async () => {
    const remotes = ['platform', 'platform-gitops'].map((name) => {
      const remote = createTestRepository(join(world.path, `remotes/${name}.git`));
      mkdirSync(join(world.path, name));
      world.git(name, 'init', '--quiet', '--initial-branch=main');
      world.git(name, 'remote', 'add', 'origin', remote.path);
      return remote;
    });
    const { code, out } = await begin('--push');
    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining('pushed: main, dev, qa, prod') });
    expect(['main', 'dev', 'qa', 'prod'].map((branch) => remotes[0]?.head(branch))).not.toContain(undefined);
    expect(['dev', 'qa', 'prod'].map((branch) => remotes[1]?.head(branch))).not.toContain(undefined);
    expect(remotes[1]?.head('main')).toBeUndefined();
  });
});

test('a push that the remote refuses is told, and the commits stay here', async () => {
  const remote = createTestRepository(join(world.path, 'remote.git'));
  remote.commit('dev', { 'README.md': 'Others were first.\n' });
  mkdirSync(join(world.path, 'platform-gitops'));
  world.git('platform-gitops', 'init', '--quiet', '--initial-branch=main');
  world.git('platform-gitops', 'remote', 'add', 'origin', remote.path);
  const { code, err } = await begin('--push');
  expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('rejected') });
  expect(world.git('platform-gitops', 'log', '--format=%s', 'dev')).toBe('Begin dev');
  expect(world.git('platform', 'log', '--format=%s', 'main')).toBe('Begin with Fairlead');
  expect(remote.git(['show', 'dev:README.md'])).toBe('Others were first.');
});

test('a remote that cannot be reached is code 3, and no password of its URL is told', async () => {
  mkdirSync(join(world.path, 'platform-gitops'));
  world.git('platform-gitops', 'init', '--quiet', '--initial-branch=main');
  world.git('platform-gitops', 'remote', 'add', 'origin', 'http://ada:hidden-word@127.0.0.1:1/acme/gitops');
  const { code, err } = await begin('--push');
  expect({ code, err }).toEqual({ code: 3, err: expect.stringContaining('call init again with --push') });
  expect(err).not.toContain('hidden-word');
});

test('on this machine alone nothing is sent, and nothing is written for Flux', async () => {
  const { code, out } = await world.init('platform', '--yes', '--push', '--environments', 'dev');
  expect(code).toBe(0);
  expect(out.match(/not pushed: there is no remote origin/g)).toHaveLength(2);
  expect(out).toContain('which Flux cannot follow');
  expect(filesOf('platform-gitops', 'dev')).toEqual(['README.md']);
  expect(world.git('platform', 'show', 'main:fairlead.yaml')).not.toContain('source:');
  expect(await world.run(['validate', '--strict'], join(world.path, 'platform'))).toMatchObject({ code: 0, err: '' });
});

describe('What is there', () => {
  test('stays: a file that is not committed stops it before anything is made', async () => {
    mkdirSync(join(world.path, 'platform'));
    world.git('platform', 'init', '--quiet', '--initial-branch=main');
    writeFileSync(join(world.path, 'platform/fairlead.yaml'), 'mine');
    expect(await begin()).toMatchObject({
      code: 2,
      err: expect.stringContaining('fairlead.yaml is there and not committed'),
    });
    expect(readFileSync(join(world.path, 'platform/fairlead.yaml'), 'utf8')).toBe('mine');
    expect(world.git('platform', 'for-each-ref')).toBe('');
  });

  test('stays: a README on main, and a branch that is no config branch', async () => {
    const remote = createTestRepository(join(world.path, 'remote.git'));
    remote.commit('main', { 'README.md': 'Ours\n' });
    world.clone(remote, 'platform');
    expect((await begin()).code).toBe(0);
    expect(world.git('platform', 'show', 'main:README.md')).toBe('Ours');
    const other = createTestRepository(join(world.path, 'other.git'));
    other.commit('main', { 'README.md': 'Ours\n' });
    other.commit('qa', { 'README.md': 'Ours\n' });
    world.clone(other, 'taken');
    const { code, err } = await world.init('taken', '--yes');
    expect({ code, err }).toEqual({
      code: 2,
      err: 'Branch qa is there, and is no config branch (it has no fairlead.yaml of kind Environment). Give the environment another name, or rename that branch.\n',
    });
    expect(world.git('taken', 'branch', '--list', 'dev')).toBe('');
  });

  test('a directory below a checkout names the checkout', async () => {
    await begin();
    const { code, err } = await world.init('platform/apps', '--yes');
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('/platform. Call it there.') });
  });

  test('git without a name for who commits is told as that', async () => {
    const nobody = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'user.useConfigOnly', GIT_CONFIG_VALUE_0: 'true' };
    const env = { PATH: process.env.PATH, HOME: world.path, ...nobody };
    const { code, err } = await fairlead(['init', 'platform', '--yes'], { env, cwd: world.path });
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('git does not know who commits') });
    expect(readdirSync(world.path).filter((name) => name.startsWith('platform'))).toEqual([]);
  });

  test('files outside of git, and folders on main, are not begun over', async () => {
    mkdirSync(join(world.path, 'plain'));
    writeFileSync(join(world.path, 'plain/notes.txt'), 'mine');
    expect(await world.init('plain', '--yes')).toMatchObject({
      code: 2,
      err: expect.stringContaining('no git repository'),
    });
    const remote = createTestRepository(join(world.path, 'remote.git'));
    remote.commit('main', { 'apps/shop/base/a.yaml': 'a: b\n' });
    world.clone(remote, 'platform');
    expect(await begin()).toMatchObject({ code: 2, err: expect.stringContaining('has folders on main already') });
  });
});

describe('Without a terminal', () => {
  test('and without --yes, the flags are listed that answer the questions', async () => {
    const { code, err } = await world.init('platform', '--name', 'acme');
    expect(code).toBe(2);
    expect(
      err
        .split('\n')
        .slice(1, -1)
        .map((line) => line.split(':')[0]),
    ).toEqual(['  --source', '  --gitops', '  --environments', '  --forge']);
  });

  test('all flags together need no --yes', async () => {
    const flags = [
      '--name',
      'acme',
      '--source',
      source,
      '--gitops',
      'gitops',
      '--environments',
      'dev',
      '--forge',
      'none',
    ];
    expect(await world.init('platform', ...flags)).toMatchObject({ code: 0 });
    expect(world.git('platform', 'show', 'main:fairlead.yaml')).toContain(
      `gitops: { repository: ${world.path}/gitops }`,
    );
  });

  test.each([
    [['--cluster', 'dev'], '--cluster "dev": write ENVIRONMENT=CLUSTER'],
    [['--cluster', 'uat=one'], 'there is no environment "uat"'],
    [['--environments', ' , '], 'Name one at least'],
    [['--environments', 'dev,main'], '"main" cannot be the branch of an environment'],
    [['--gitops', 'https://ada:secret@git.example.com/a/b'], 'carries a user name, password or token'],
    [['--name', 'two words'], 'name is "two words"'],
  ])('%j is refused, and nothing is made', async (args, words) => {
    const { code, err } = await begin(...args);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(words) });
    expect(err).not.toContain('secret');
    expect(() => world.git('platform', 'status')).toThrow();
  });

  test('--json tells a program what was made', async () => {
    const { out } = await begin('--json', '--environments', 'dev');
    expect(JSON.parse(out)).toMatchObject({
      source: { commits: [{ branch: 'dev' }, { branch: 'main' }] },
      gitops: { commits: [{ branch: 'dev', files: ['README.md', '_flux/dev.yaml'] }] },
    });
  });
});
