import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { git, type TestRepository, temporaryDirectory } from '../../../support/git.ts';
import { environmentFile, platformRepository } from '../platform-repository.ts';
import { fairlead } from '../test-io.ts';

let directory: ReturnType<typeof temporaryDirectory>;
let remote: TestRepository;

beforeEach(() => {
  directory = temporaryDirectory('validate-in-ci');
  remote = platformRepository(join(directory.path, 'acme/platform.git'));
});
afterEach(() => directory.remove());

/** As CI systems leave one: at a commit, without a branch. */
function detached(branch: string): string {
  const path = join(directory.path, `checkout-${branch}`);
  git(directory.path, ['clone', '--quiet', '--branch', branch, `file://${remote.path}`, path]);
  git(path, ['switch', '--quiet', '--detach']);
  return path;
}

const validate = (path: string, env: NodeJS.ProcessEnv = {}, args: readonly string[] = []) =>
  fairlead(['validate', path, '--strict', ...args], { env });

test.each<[string, NodeJS.ProcessEnv]>([
  ['GitHub', { GITHUB_EVENT_NAME: 'push', GITHUB_REF: 'refs/heads/dev', GITHUB_REF_NAME: 'dev' }],
  ['merge queue', { GITHUB_EVENT_NAME: 'merge_group', GITHUB_REF: 'refs/heads/gh-readonly-queue/dev/pr-1-0a1b2c3' }],
  ['GitLab', { CI_COMMIT_BRANCH: 'dev' }],
  ['Azure', { BUILD_SOURCEBRANCH: 'refs/heads/dev' }],
])('a detached checkout of a config branch is known by what CI says: %s', async (_name, env) => {
  expect(await validate(detached('dev'), env)).toMatchObject({
    code: 0,
    out: expect.stringContaining('dev: 2 leaves'),
  });
});

test('a detached checkout that nobody tells the branch of asks for --environment', async () => {
  expect(await validate(detached('dev'))).toMatchObject({
    code: 2,
    err: 'It is not known whose config branch this is (no branch is checked out). Say it with --environment, one of: dev, qa.\n',
  });
});

test("a merge queue's branch that is checked out is known by its name", async () => {
  const path = detached('dev');
  git(path, ['switch', '--quiet', '--create', 'gh-readonly-queue/dev/pr-1-0a1b2c3']);
  expect((await validate(path)).out).toContain('dev: 2 leaves');
});

test('outside of git, that is what is said', async () => {
  const path = join(directory.path, 'plain');
  mkdirSync(path);
  writeFileSync(join(path, 'fairlead.yaml'), remote.git(['show', 'main:fairlead.yaml']));
  const { err } = await fairlead(['validate', path]);
  expect(err).toContain(`${path} is not the root of a git checkout: dev was not checked.`);
  expect(err).not.toContain('git fetch');
  writeFileSync(join(path, 'fairlead.yaml'), environmentFile('clusters: none'));
  expect((await fairlead(['validate', path])).err).toContain(`(${path} is not the root of a git checkout)`);
});

test('a reference to the address in FAIRLEAD_SOURCE is the platform itself', async () => {
  remote.commit('dev', {
    'us/west/apps/blue/shop/overlays/shop.yaml': null,
    'us/west/apps/blue/shop/kustomization.yaml': 'resources: ["https://github.com/acme/platform//apps/blue/shop"]\n',
  });
  const path = detached('dev');
  const args = ['--environment', 'dev'];
  expect((await validate(path, {}, args)).err).toContain("lies outside of the platform's repository");
  expect(await validate(path, { FAIRLEAD_SOURCE: 'https://github.com/acme/platform' }, args)).toMatchObject({
    code: 0,
  });
});

test('the main branch is the one of the remote, or what --main-branch says', async () => {
  remote.git(['branch', '--move', 'main', 'trunk']);
  remote.git(['symbolic-ref', 'HEAD', 'refs/heads/trunk']);
  const path = detached('dev');
  const args = ['--environment', 'dev'];
  expect(await validate(path, {}, args)).toMatchObject({ code: 0 });
  // As actions/checkout leaves it: nothing here says what the remote's main branch is.
  git(path, ['symbolic-ref', '--delete', 'refs/remotes/origin/HEAD']);
  expect(await validate(path, {}, args)).toMatchObject({ code: 0 });
  expect((await validate(path, {}, [...args, '--main-branch', 'stem'])).err).toContain('There is no branch stem here');
});
