import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { git, type TestRepository, temporaryDirectory } from '../../../support/git.ts';
import { platformRepository } from '../platform-repository.ts';
import { fairlead } from '../test-io.ts';

let directory: ReturnType<typeof temporaryDirectory>;
let remote: TestRepository;
let clone: string;

beforeEach(() => {
  directory = temporaryDirectory('render-source');
  remote = platformRepository(join(directory.path, 'acme/platform.git'));
  clone = join(directory.path, 'clone');
});
afterEach(() => directory.remove());

function cloned(): void {
  git(directory.path, ['clone', '--quiet', `file://${remote.path}`, clone]);
  git(clone, ['branch', '--quiet', 'qa', 'origin/qa']);
}

const render = (args: readonly string[], { cwd = clone, env = {} as NodeJS.ProcessEnv } = {}) =>
  fairlead(
    ['render', '--main', 'refs/heads/main', '--environment', 'qa', '--out', join(directory.path, 'out'), ...args],
    {
      cwd,
      env: {
        HOME: process.env.HOME,
        FAIRLEAD_RENDERER: process.env.FAIRLEAD_RENDERER,
        XDG_CACHE_HOME: process.env.XDG_CACHE_HOME,
        ...env,
      },
    },
  );

const rendered = { code: 0, out: expect.stringContaining('2 objects in 2 leaves') };

test('the source may be the current directory, or any path from there', async () => {
  cloned();
  mkdirSync(join(clone, 'below'));
  for (const [source, cwd] of [
    ['.', clone],
    ['./', clone],
    ['..', join(clone, 'below')],
    ['../clone/', clone],
    ['./clone', directory.path],
    ['clone', directory.path],
  ] as const)
    expect({ source, ...(await render(['--source', source], { cwd })) }).toMatchObject(rendered);
});

test('FAIRLEAD_SOURCE counts where --source is left out', async () => {
  cloned();
  expect(await render([], { env: { FAIRLEAD_SOURCE: '.' } })).toMatchObject(rendered);
  expect(await render([])).toMatchObject({ code: 2, err: expect.stringContaining('--source, or set FAIRLEAD_SOURCE') });
});

test("a reference to the clone's origin is the platform itself, as validate has it", async () => {
  remote.commit('qa', {
    'us/west/apps/blue/shop/overlays/shop.yaml': null,
    'us/west/apps/blue/shop/kustomization.yaml':
      'resources: ["https://github.com/acme/platform//apps/blue/shop?ref=main"]\n',
  });
  cloned();
  expect((await render(['--source', '.'])).err).toContain("lies outside of the platform's repository");
  git(clone, ['remote', 'set-url', 'origin', 'https://github.com/acme/platform']);
  expect(await render(['--source', '.'])).toMatchObject(rendered);
  expect(readFileSync(join(directory.path, 'out/us/west/apps/blue/shop/shop.yaml'), 'utf8')).toContain('name: shop');
});

test('references may name a main branch that is called otherwise', async () => {
  remote.git(['branch', '--move', 'main', 'trunk']);
  remote.git(['symbolic-ref', 'HEAD', 'refs/heads/trunk']);
  remote.commit('qa', {
    'us/west/apps/blue/shop/overlays/shop.yaml': null,
    'us/west/apps/blue/shop/kustomization.yaml':
      'resources: ["https://github.com/acme/platform//apps/blue/shop?ref=trunk"]\n',
  });
  cloned();
  git(clone, ['remote', 'set-url', 'origin', 'https://github.com/acme/platform']);
  const args = ['--source', '.', '--main', 'refs/heads/trunk'];
  expect(await render(args)).toMatchObject(rendered);
  const { code, err } = await render([...args, '--main-branch', 'stem']);
  expect({ code, err }).toMatchObject({ code: 2, err: expect.stringContaining('trunk') });
});
