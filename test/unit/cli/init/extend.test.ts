import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type InitWorld, initWorld } from './init-world.ts';

let world: InitWorld;

beforeEach(async () => {
  world = initWorld();
  const flags = ['--environments', 'dev,prod', '--cluster', 'prod/eu=prod-1', '--cluster', 'prod/us=prod-2'];
  await world.init('platform', '--source', 'https://github.com/acme/platform', '--yes', ...flags);
});
afterEach(() => world.remove());

const add = (...args: readonly string[]) => world.init('platform', ...args);
const show = (object: string, repository = 'platform') => world.git(repository, 'show', object);
const validate = () => world.run(['validate', '--strict', '--render'], join(world.path, 'platform'));

/** Changes a file of main, and commits it. */
function writeOnMain(path: string, text: string): void {
  writeFileSync(join(world.path, 'platform', path), text);
  world.git('platform', 'commit', '--quiet', '--all', '--message', 'Change');
}

describe('Called again', () => {
  test('init adds nothing where nothing is missing', async () => {
    const before = world.git('platform', 'for-each-ref');
    expect(await add('--yes')).toEqual({ code: 0, err: '', out: 'Nothing is missing.\n' });
    expect(world.git('platform', 'for-each-ref')).toBe(before);
  });

  test('it adds an environment behind another one, which it is made like', async () => {
    const { code, out } = await add('--environment', 'staging', '--after', 'dev');
    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining('staging') });
    expect(show('main:fairlead.yaml')).toContain('stages: [dev, staging, prod]');
    expect(show('staging:fairlead.yaml')).toContain('  - { name: staging, group: all }');
    expect(show('staging:.github/workflows/fairlead.yml')).toContain('branches: [staging]');
    expect(show('staging:all/apps/greeting/values.yaml')).toBe('message: Hello from dev');
    expect(show('staging:_flux/staging.yaml', 'platform-gitops')).toContain('branch: staging');
    expect(world.git('platform', 'status', '--porcelain')).toBe('');
    expect(await validate()).toMatchObject({ code: 0, err: '' });
  });

  test('the last environment is the model where none is named, with each of its clusters', async () => {
    await add('--environment', 'prod-late');
    expect(show('main:fairlead.yaml')).toContain('stages: [dev, prod, prod-late]');
    expect(show('prod-late:fairlead.yaml')).toContain(
      'clusters:\n  - { name: prod-late-1, group: eu }\n  - { name: prod-late-2, group: us }',
    );
    expect(show('prod-late:fairlead.yaml')).toContain('merge: approval # auto: when');
  });

  test('a new environment may have fewer groups, or others', async () => {
    await add('--environment', 'lab', '--cluster', 'lab/us=lab-1', '--cluster', 'lab/asia=lab-2');
    const files = world.git('platform', 'ls-tree', '-r', '--name-only', 'lab');
    expect(files).toContain('asia/apps/hello/kustomization.yaml');
    expect(files).toContain('us/apps/hello/kustomization.yaml');
    expect(files).not.toContain('eu/');
    expect(await validate()).toMatchObject({ code: 0, err: '' });
  });

  test('it adds a cluster, to a group that is there or to a new one', async () => {
    const { code } = await add('--cluster', 'prod/eu=prod-3', '--cluster', 'prod/asia=prod-4');
    expect(code).toBe(0);
    expect(show('prod:fairlead.yaml')).toContain(
      '  - { name: prod-2, group: us }\n  - { name: prod-3, group: eu }\n  - { name: prod-4, group: asia }',
    );
    expect(show('prod:asia/infra/namespaces/.gitkeep')).toBe('');
    expect(show('prod:_flux/prod-4.yaml', 'platform-gitops')).toContain('path: ./asia');
    expect(await validate()).toMatchObject({ code: 0, err: '' });
    expect(await add('--cluster', 'prod/eu=prod-3')).toMatchObject({ code: 0, out: 'Nothing is missing.\n' });
  });

  test('it adds the CI of another forge', async () => {
    expect((await add('--forge', 'gitea')).code).toBe(0);
    expect(show('main:.gitea/workflows/fairlead.yml')).toContain('promote');
    expect(show('prod:.gitea/workflows/fairlead.yml')).toContain('apply-config');
  });
});

describe('What somebody wrote stays', () => {
  test.each([
    [
      'stages: # in order\n  - dev   # first\n  - [prod]\n',
      'stages: # in order\n  - dev   # first\n  - staging\n  - [prod]\n',
    ],
    ['stages:\n- dev\n- - prod', 'stages:\n- dev\n- staging\n- - prod'],
    ['stages: [ [dev], prod ]\n', 'stages: [ [dev], staging, prod ]\n'],
  ])('%j gets the environment in its place', async (written, expected) => {
    const head = 'apiVersion: fairlead.dev/v1\nkind: Platform\nname: acme   # ours\n';
    const gitops = 'gitops: { repository: https://github.com/acme/platform-gitops }\n';
    writeOnMain('fairlead.yaml', `${head}${gitops}${written}`);
    expect((await add('--environment', 'staging', '--after', 'dev')).code).toBe(0);
    expect(`${show('main:fairlead.yaml')}\n`).toBe(`${head}${gitops}${expected.trimEnd()}\n`);
  });

  test('a fairlead.yaml that is being edited stops it', async () => {
    writeFileSync(join(world.path, 'platform/fairlead.yaml'), `${show('main:fairlead.yaml')}\n# mine\n`);
    const { code, err } = await add('--environment', 'staging', '--after', 'dev');
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringContaining('fairlead.yaml is there and not committed'),
    });
    expect(world.git('platform', 'branch', '--list', 'staging')).toBe('');
  });

  test('a branch that is checked out in another directory stops it', async () => {
    world.git('platform', 'worktree', 'add', '--quiet', '../elsewhere', 'prod');
    const { code, err } = await add('--cluster', 'prod/eu=prod-3');
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringContaining(`is checked out in ${world.path}/elsewhere`),
    });
  });
});

describe('What cannot be added', () => {
  test.each([
    [['--environment', 'staging', '--after', 'dve'], '"dve" is not listed in `stages`'],
    [['--environment', 'main'], '"main" cannot be the branch of an environment'],
    [['--environment', 'lab'], 'How the clusters of lab are called cannot be told from those of prod'],
    [['--cluster', 'lab=one'], '"lab" is not listed in `stages`'],
    [['--cluster', 'dev/all=b c'], 'Write the name of the cluster'],
    [['--environments', 'a,b'], '--environments begins one'],
    [['--from', 'apps/{environment}'], '--from begins one'],
  ])('%j is refused', async (args, words) => {
    // One cluster is called like the environment, the other is not.
    await add('--cluster', 'prod/eu=frankfurt');
    const before = world.git('platform', 'for-each-ref');
    const { code, err } = await add(...args);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(words) });
    expect(world.git('platform', 'for-each-ref')).toBe(before);
  });

  test('--environment needs a platform', async () => {
    const { code, err } = await world.init('other', '--environment', 'dev', '--yes');
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('--environments') });
  });

  test('a copy of a group at another depth is refused where its references would lead elsewhere', async () => {
    world.git('platform', 'switch', '--quiet', 'dev');
    const path = 'all/apps/hello/kustomization.yaml';
    writeOnMain(path, `${show(`dev:${path}`)}\npatches:\n- path: ../../../_shared/patch.yaml\n`);
    world.git('platform', 'switch', '--quiet', 'main');
    const { code, err } = await add('--cluster', 'dev/eu/north=dev-2');
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('lies at another depth') });
    expect((await add('--cluster', 'dev/eu=dev-2')).code).toBe(0);
  });

  test('where the GitOps repository is not at hand, the rest is made', async () => {
    const away = join(world.path, 'nowhere');
    const { code, out } = await add('--environment', 'staging', '--after', 'dev', '--gitops', away);
    expect({ code, out }).toMatchObject({
      code: 0,
      out: expect.stringContaining('The GitOps repository is not at hand'),
    });
    expect(show('staging:fairlead.yaml')).toContain('kind: Environment');
  });
});
