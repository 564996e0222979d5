// cspell:ignore enviroment
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { git, type TestRepository, temporaryDirectory } from '../../../support/git.ts';
import { environmentFile, manifest, platformRepository } from '../platform-repository.ts';
import { fairlead } from '../test-io.ts';

let directory: ReturnType<typeof temporaryDirectory>;
let remote: TestRepository;

beforeEach(() => {
  directory = temporaryDirectory('validate');
  remote = platformRepository(join(directory.path, 'acme/platform.git'));
});
afterEach(() => directory.remove());

/** A clone as a developer or a CI job has it. */
function checkout(branch: string, ...options: readonly string[]): string {
  const path = join(directory.path, `checkout-${branch}`);
  git(directory.path, ['clone', '--quiet', '--branch', branch, ...options, `file://${remote.path}`, path]);
  return path;
}

function write(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

const validate = (path: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}) =>
  fairlead(['validate', path, ...args], { env });

test('a checkout of main is valid together with all of its environments', async () => {
  expect(await validate(checkout('main'))).toEqual({
    code: 0,
    out: 'dev: 2 leaves in 1 group (us/west)\nqa: 2 leaves in 1 group (us/west)\nValid: 0 errors, 0 warnings.\n',
    err: '',
  });
});

test('the directory may be the current one, and the report JSON', async () => {
  const { code, out } = await fairlead(['validate', '--json'], { cwd: checkout('main') });
  expect(code).toBe(0);
  expect(JSON.parse(out)).toEqual({
    ok: true,
    kind: 'Platform',
    errors: [],
    warnings: [],
    environments: [
      { environment: 'dev', groups: ['us/west'], leaves: 2, waiting: [] },
      { environment: 'qa', groups: ['us/west'], leaves: 2, waiting: [] },
    ],
  });
});

test('problems of fairlead.yaml are told all at once, with their lines', async () => {
  const path = checkout('main');
  write(
    join(path, 'fairlead.yaml'),
    'apiVersion: fairlead.dev/v1\nkind: Platform\nname: acme\nstages: [dev, dev]\ncolour: red\n',
  );
  const { code, err } = await validate(path);
  expect(code).toBe(2);
  expect(err.split('\n').map((line) => line.slice(0, 60))).toEqual([
    'error: fairlead.yaml of main, line 4: stages[1] is "dev". Th',
    'error: fairlead.yaml of main, line 5: unknown key "colour". ',
    '',
  ]);
});

test('a base that environments still assign would be left out: a warning that names it', async () => {
  const path = checkout('main');
  rmSync(join(path, 'apps/blue/shop'), { recursive: true });
  const { code, err } = await validate(path);
  expect(code).toBe(0);
  expect(err).toContain('warning: dev: us/west/apps/blue/shop is assigned, but is no base here any more or yet');
  expect((await validate(path, ['--strict'])).code).toBe(2);
});

test('a change of main that breaks the values of an environment is an error', async () => {
  const path = checkout('main');
  write(join(path, 'apps/blue/kustomization.yaml'), 'resources: [gone.yaml]\n');
  write(join(path, 'apps/blue/shop/kustomization.yaml'), 'resources: [https://example.com/x.yaml]\n');
  const { code, err } = await validate(path);
  expect(code).toBe(2);
  expect(err).toContain('error: dev cannot be rendered');
  expect(err).toContain('https://example.com/x.yaml');
});

test('a file in Git LFS is an error, also where nothing is rendered', async () => {
  const path = checkout('main');
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'3'.repeat(64)}\nsize 4096\n`;
  write(join(path, 'apps/blue/kustomization.yaml'), 'resources: [large.yaml]\n');
  write(join(path, 'apps/blue/large.yaml'), pointer);
  const { code, err } = await validate(path);
  expect(code).toBe(2);
  expect(err).toContain('apps/blue/large.yaml: it is kept in Git LFS');
});

test('names in one directory that differ in letter case or Unicode form alone are a warning', async () => {
  const path = checkout('main');
  write(join(path, 'apps/blue/Caf\u00e9.yaml'), 'a: b\n');
  write(join(path, 'apps/blue/cafe\u0301.yaml'), 'a: b\n');
  const { code, err } = await validate(path);
  expect(code).toBe(0);
  expect(err).toContain('differs in letter case or Unicode form alone');
  expect((await validate(path, ['--strict'])).code).toBe(2);
});

test('files that git ignores are none of the platform', async () => {
  const path = checkout('qa');
  write(join(path, '.gitignore'), 'us/east/\n');
  write(join(path, 'us/east/apps/blue/nothing/x.yaml'), 'a: b\n');
  expect((await validate(path)).code).toBe(0);
});

test('an environment whose branch is not here is a warning that says how to get it', async () => {
  const { code, out, err } = await validate(checkout('main', '--single-branch'));
  expect(code).toBe(0);
  expect(err).toContain(
    'warning: There is no branch dev here: dev was not checked. `git fetch origin dev:refs/remotes/origin/dev` brings it.',
  );
  expect(out).toBe('Valid: 0 errors, 2 warnings.\n');
});

test('--environment limits the check of main to one', async () => {
  expect((await validate(checkout('main'), ['--environment', 'qa'])).out).toContain('qa: 2 leaves');
  const { code, err } = await validate(join(directory.path, 'checkout-main'), ['--environment', 'prod']);
  expect({ code, err }).toEqual({
    code: 2,
    err: '"prod" is not listed in `stages` in fairlead.yaml of main; there are: dev, qa.\n',
  });
});

test('a config branch is checked with main, and its environment known by its branch', async () => {
  const path = checkout('qa');
  expect(await validate(path)).toMatchObject({ code: 0, out: expect.stringContaining('qa: 2 leaves in 1 group') });
});

test('a change to a config branch is known by the target of its pull request, or by --environment', async () => {
  const path = checkout('qa');
  git(path, ['switch', '--quiet', '--create', 'more-memory']);
  expect(await validate(path)).toMatchObject({
    code: 2,
    err: 'It is not known whose config branch this is (more-memory is no environment). Say it with --environment, one of: dev, qa.\n',
  });
  expect((await validate(path, [], { GITHUB_BASE_REF: 'qa' })).out).toContain('qa: 2 leaves');
  expect((await validate(path, ['--environment', 'qa'])).code).toBe(0);
});

test('an assignment without a base, bad policy and a group without a cluster are told together', async () => {
  const path = checkout('qa');
  write(join(path, 'fairlead.yaml'), environmentFile('merge: maybe', 'clusters: none'));
  write(join(path, 'us/west/apps/blue/shpo/values.yaml'), 'a: b\n');
  const { code, err } = await validate(path);
  expect(code).toBe(2);
  expect(err).toContain('error: fairlead.yaml of branch qa, line 3: merge is "maybe".');
  expect(err).toContain('apps/blue/shpo');
  write(join(path, 'fairlead.yaml'), environmentFile('clusters: [{ name: one, group: eu }]'));
  rmSync(join(path, 'us/west/apps/blue/shpo'), { recursive: true });
  const second = await validate(path);
  expect(second.err).toContain('error: Environment qa has no cluster in the rendered group us/west');
  expect(second.err).toContain('warning: qa: Cluster one is in the group eu');
});

test('an emptied group may have clusters or none', async () => {
  const path = checkout('qa');
  write(join(path, 'us/lab/kustomization.yaml'), 'resources: []\n');
  expect(await validate(path)).toMatchObject({ code: 0, out: expect.stringContaining('1 group (us/west)') });
  const clusters = '[{ name: one, group: us/west }, { name: two, group: us/lab }]';
  write(join(path, 'fairlead.yaml'), environmentFile(`clusters: ${clusters}`));
  const { code, err } = await validate(path);
  expect(code).toBe(0);
  expect(err).toContain('Cluster two is in the group us/lab, from which the last leaf was taken out');
});

test('two environments on one GitOps branch are found from either side', async () => {
  remote.commit('dev', { 'fairlead.yaml': environmentFile('clusters: none', 'gitops: { branch: live }') });
  remote.commit('qa', { 'fairlead.yaml': environmentFile('clusters: none', 'gitops: { branch: live }') });
  for (const branch of ['main', 'qa']) {
    const { code, err } = await validate(checkout(branch));
    expect(code).toBe(2);
    expect(err).toContain('have one GitOps branch, "live"');
  }
});

test('a config branch without its file, and one without main here, say so', async () => {
  const path = checkout('qa', '--single-branch');
  const alone = await validate(path);
  expect(alone).toMatchObject({
    code: 0,
    err: expect.stringContaining('There is no branch main here: assignments were not checked.'),
  });
  rmSync(join(path, 'fairlead.yaml'));
  expect((await validate(path)).err).toContain('error: fairlead.yaml is missing at the root of branch qa.');
});

test.each([
  ['an empty file', '', 'it is empty. Begin it with `apiVersion: fairlead.dev/v1` and `kind: Environment`.'],
  ['a typo in kind', 'apiVersion: fairlead.dev/v1\nkind: Enviroment\nclusters: none\n', 'Write `kind: Environment`.'],
  ['no kind', 'apiVersion: fairlead.dev/v1\nsoak: 10m\n', 'Write `kind: Environment`.'],
  [
    "main's own file",
    'apiVersion: fairlead.dev/v1\nkind: Platform\nname: acme\nstages: [dev, qa]\n',
    'A config branch is no copy of main: make it without the files of main.',
  ],
])('%s on a config branch is told of that branch, not of main', async (_what, content, told) => {
  const path = checkout('dev');
  write(join(path, 'fairlead.yaml'), content);
  const { code, err } = await validate(path);
  expect(code).toBe(2);
  expect(err).toContain('error: fairlead.yaml of branch dev');
  expect(err).toContain(told);
});

test('an Environment file on main is told of main', async () => {
  const path = checkout('main');
  write(join(path, 'fairlead.yaml'), environmentFile('clusters: none'));
  expect((await validate(path)).err).toContain(
    'error: fairlead.yaml of main, line 2: kind is "Environment". Write `kind: Platform`.',
  );
});

test('--main names the commit to check a config branch with', async () => {
  const before = remote.head('main') ?? '';
  remote.commit('main', {
    'apps/blue/shop/shop.yaml': null,
    'apps/blue/cart/cart.yaml': manifest('ConfigMap', 'cart', 'blue'),
  });
  const path = checkout('qa');
  expect((await validate(path)).err).toContain('us/west/apps/blue/shop');
  expect((await validate(path, ['--main', before])).code).toBe(0);
  expect((await validate(path, ['--main', '--help-me'])).code).toBe(2);
  expect((await validate(path, ['--main', 'nowhere'])).err).toContain('has no commit "nowhere"');
});

test('a directory outside of git is checked as far as it goes, and one that is not there is named', async () => {
  const path = join(directory.path, 'plain');
  write(join(path, 'fairlead.yaml'), 'apiVersion: fairlead.dev/v1\nkind: Platform\nname: acme\nstages: [dev]\n');
  expect(await validate(path)).toMatchObject({
    code: 0,
    err: expect.stringContaining('is not the root of a git checkout: dev was not checked'),
  });
  expect((await validate(join(directory.path, 'nowhere'))).err).toContain('nowhere is no directory.');
  expect((await validate(directory.path)).err).toContain('fairlead.yaml is missing at the root of main.');
});

test.each(['main', 'qa'])(
  'a fairlead.yaml of %s that is far too large is told as such, and not as missing',
  async (branch) => {
    const path = checkout(branch);
    write(join(path, 'fairlead.yaml'), `# ${'x'.repeat(5 * 1024 * 1024)}\n`);
    const { code, err } = await validate(path);
    expect(code).toBe(2);
    const where = branch === 'main' ? 'main' : 'branch qa';
    expect(err).toContain(`error: fairlead.yaml at the root of ${where} is too large: `);
    expect(err).not.toContain('missing');
  },
);

test('symlinks in the working tree are not followed out of it', async () => {
  const path = checkout('main');
  write(join(directory.path, 'outside.yaml'), manifest('ConfigMap', 'outside'));
  symlinkSync('../../../../outside.yaml', join(path, 'apps/blue/shop/more.yaml'));
  const { code, err } = await validate(path);
  expect(code).toBe(2);
  expect(err).toContain('more.yaml');
});
