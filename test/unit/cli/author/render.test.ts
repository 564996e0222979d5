import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TestRepository, temporaryDirectory } from '../../../support/git.ts';
import { environmentFile, manifest, platformRepository } from '../platform-repository.ts';
import { fairlead } from '../test-io.ts';

let directory: ReturnType<typeof temporaryDirectory>;
let remote: TestRepository;
let out: string;

beforeEach(() => {
  directory = temporaryDirectory('render');
  remote = platformRepository(join(directory.path, 'acme/platform.git'));
  out = join(directory.path, 'out');
});
afterEach(() => directory.remove());

const render = (...args: readonly string[]) =>
  fairlead(['render', '--source', remote.path, '--out', out, ...args], {
    // The mirrors are this test's own; the renderer is the one that is built already.
    env: { HOME: process.env.HOME, FAIRLEAD_RENDERER: process.env.FAIRLEAD_RENDERER, FAIRLEAD_SETTINGS: settings() },
  });

function settings(): string {
  const file = join(directory.path, 'worker.yaml');
  writeFileSync(file, 'apiVersion: fairlead.dev/v1\nkind: Worker\ncache: cache\nrenderer: { processes: 1 }\n');
  return file;
}

const read = (path: string) => readFileSync(join(out, path), 'utf8');

test('the files of an environment are written, with where they come from', async () => {
  const { code, out: said } = await render('--main', 'main', '--environment', 'qa');
  expect(code).toBe(0);
  expect(said).toMatch(/^qa at main [0-9a-f]{8} with config [0-9a-f]{8}: 2 objects in 2 leaves, 1 group\n/);
  expect(said).toContain('  us/west: apps/blue, apps/blue/shop\n');
  expect(read('us/west/apps/blue/shop/shop.yaml')).toContain('environment: qa');
  expect(read('us/west/kustomization.yaml')).toContain('- apps');
  expect(read('.fairlead/provenance.yaml')).toContain(`revision: ${remote.head('main')}+${remote.head('qa')}\n`);
});

test('rendered again over an earlier render, only what differs is written, and what is gone goes', async () => {
  await render('--main', 'main', '--environment', 'qa');
  writeFileSync(join(out, 'README.md'), 'somebody else\n');
  const again = await render('--main', 'main', '--environment', 'qa', '--json');
  expect(JSON.parse(again.out)).toMatchObject({ written: 0, removed: 0, leaves: 2, objects: 2, waiting: [] });
  remote.commit('qa', {
    'us/west/apps/blue/shop/overlays/shop.yaml': null,
    'us/west/apps/blue/configs/x.yaml': manifest('ConfigMap', 'x', 'blue'),
  });
  const { code } = await render('--main', 'main', '--environment', 'qa');
  expect(code).toBe(0);
  expect(existsSync(join(out, 'us/west/apps/blue/shop'))).toBe(false);
  expect(read('us/west/apps/blue/blue.yaml')).toContain('kind: Namespace');
  expect(read('README.md')).toBe('somebody else\n');
});

test('an assignment whose base main has by now waits, and is named', async () => {
  const before = remote.head('main') ?? '';
  remote.commit('main', { 'apps/blue/cart/cart.yaml': manifest('ConfigMap', 'cart', 'blue') });
  remote.commit('qa', { 'us/west/apps/blue/cart/values.yaml': '{}\n' });
  const { code, out: said } = await render('--main', before, '--environment', 'qa');
  expect({ code, said }).toEqual({
    code: 0,
    said: expect.stringContaining('waiting for its base on main: us/west/apps/blue/cart'),
  });
});

test('an earlier commit of the config branch can be named', async () => {
  const before = remote.head('qa') ?? '';
  remote.commit('qa', {
    'us/west/apps/blue/shop/overlays/shop.yaml': null,
    'us/west/apps/blue/shop/configs/x.yaml': manifest('ConfigMap', 'x', 'blue'),
  });
  await render('--main', 'main', '--environment', 'qa', '--config', before.slice(0, 8));
  expect(read('us/west/apps/blue/shop/shop.yaml')).toContain('environment: qa');
});

test('a directory that holds something else is left alone unless forced', async () => {
  mkdirSync(out);
  writeFileSync(join(out, 'thesis.txt'), 'ten years');
  const refused = await render('--main', 'main', '--environment', 'qa');
  expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('is not empty, and no render of Fairlead') });
  expect((await render('--main', 'main', '--environment', 'qa', '--force')).code).toBe(0);
  expect(read('thesis.txt')).toBe('ten years');
});

test.each([
  [['--main', 'nowhere', '--environment', 'qa'], 'has no commit "nowhere". Push it first'],
  [['--main', 'main', '--environment', 'dv'], '"dv" is not listed in `stages` in fairlead.yaml of main; there are: '],
  [['--main', 'main', '--environment', 'dv'], 'Is "dev" meant?'],
  [['--main', 'main', '--environment', 'qa', '--config', 'abcdef1'], 'has no commit "abcdef1"'],
  [['--main=--output=x', '--environment', 'qa'], '"--output=x"'],
  [['--main', 'main', '--environment', 'a..b'], '"a..b"'],
])('%j is refused before anything is written', async (args, words) => {
  const { code, err } = await render(...args);
  expect(code).toBe(2);
  expect(err).toContain(words);
  expect(existsSync(out)).toBe(false);
});

test('a source that is not there is named', async () => {
  const source = join(directory.path, 'nowhere.git');
  const { code, err } = await render('--source', source, '--main', 'main', '--environment', 'qa');
  expect(code).not.toBe(0);
  expect(err).toContain(source);
});

test('validate --render renders every environment of the working tree', async () => {
  const { code, out: said } = await fairlead(['validate', clone('main'), '--render'], {
    env: { HOME: process.env.HOME, FAIRLEAD_RENDERER: process.env.FAIRLEAD_RENDERER },
  });
  expect({ code, said }).toEqual({
    code: 0,
    said: expect.stringContaining('qa: 2 leaves in 1 group (us/west), 2 objects\n'),
  });
});

test('an emptied group is rendered to an empty kustomization, and is no group without a cluster', async () => {
  remote.commit('qa', { 'us/lab/kustomization.yaml': 'resources: []\n' });
  expect(await render('--main', 'main', '--environment', 'qa')).toMatchObject({ code: 0 });
  expect(readFileSync(join(out, 'us/lab/kustomization.yaml'), 'utf8')).toContain('resources: []');
  const { code, out: said } = await fairlead(['validate', clone('main'), '--render'], {
    env: { HOME: process.env.HOME, FAIRLEAD_RENDERER: process.env.FAIRLEAD_RENDERER },
  });
  expect({ code, said }).toMatchObject({ code: 0, said: expect.stringContaining('in 1 group (us/west)') });
});

test('validate --render warns of a check whose object no leaf has', async () => {
  const verify = 'verify: [{ object: Job/smoke }, { object: Namespace/blue }, { http: "https://shop.example.com" }]';
  remote.commit('qa', {
    'fairlead.yaml': environmentFile('clusters: [{ name: one, group: us/west }]', verify),
  });
  const { code, err } = await fairlead(['validate', clone('main'), '--render'], {
    env: { HOME: process.env.HOME, FAIRLEAD_RENDERER: process.env.FAIRLEAD_RENDERER },
  });
  expect(code).toBe(0);
  expect(err).toContain('qa: `verify` names the object Job/smoke, but no leaf has one.');
  expect(err).not.toContain('Namespace/blue');
});

function clone(branch: string): string {
  const path = join(directory.path, 'clone');
  remote.git(['clone', '--quiet', '--branch', branch, remote.path, path]);
  return path;
}
