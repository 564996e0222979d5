import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  commandPackage,
  type ReleaseServer,
  releaseVersion,
  rendererPackage,
  serveRelease,
} from '../../support/action/release.ts';
import { type RanStep, runAction } from '../../support/action/run.ts';
import { temporaryDirectory } from '../../support/git.ts';
import { createRequestWorld, jobToken, type RequestWorld, shopOfSize } from '../cli/ci/request-world.ts';

let request: RequestWorld;
let directory: ReturnType<typeof temporaryDirectory>;
let release: ReleaseServer;

beforeAll(async () => {
  request = await createRequestWorld();
});
afterAll(() => request.close());
beforeEach(async () => {
  directory = temporaryDirectory('action');
  release = await serveRelease(join(directory.path, 'release'));
});
afterEach(async () => {
  await release.close();
  directory.remove();
});

/** Runs a step in a job of the pull request: the settings are those that the action makes. */
function step(inputs: Readonly<Record<string, string>>): Promise<RanStep> {
  const { FAIRLEAD_SETTINGS: _, GITHUB_TOKEN: __, ...env } = request.env;
  return runAction(
    { command: 'diff', download: release.url, ...inputs },
    {
      place: directory.path,
      cwd: request.checkout,
      env: { ...env, JOB_TOKEN: jobToken, XDG_CACHE_HOME: process.env.XDG_CACHE_HOME },
    },
  );
}

test('diff comments on the pull request, edits that comment later, and fails no job', async () => {
  const first = await step({});
  expect(first).toMatchObject({ code: 0, outputs: { state: 'different', 'exit-code': '6' } });
  expect(first.log).toContain('dev: 1 changed');
  expect(first.summary).toContain('## What would change');
  writeFileSync(join(request.checkout, 'apps/shop/shop.yaml'), shopOfSize('huge'));
  expect(await step({})).toMatchObject({ code: 0 });
  const comments = await request.comments();
  expect(comments.map(({ author }) => author)).toEqual(['github-actions[bot]']);
  expect(comments[0]?.body).toContain('"huge"');
  const path = `/releases/v${releaseVersion}`;
  expect(release.asked).toEqual([`${path}/SHA256SUMS`, `${path}/${commandPackage}`, `${path}/${rendererPackage}`]);
});

test('what the manifests of a pull request print is no command to the runner', async () => {
  writeFileSync(join(request.checkout, 'apps/shop/shop.yaml'), shopOfSize('##[add-mask]huge'));
  const { log } = await step({});
  const [, before = '', token = '', printed = ''] = /^(.*)::stop-commands::([\w-]{36})\n(.*)\n::\2::$/s.exec(log) ?? [];
  expect(before).toContain('::endgroup::');
  expect(printed).toContain('##[add-mask]huge');
  expect(printed).not.toContain(token);
});

test.each([
  ['the command line', commandPackage],
  ['the renderer', rendererPackage],
])('%s that is not what was released is refused, and nothing of it runs', async (_name, file) => {
  release.change(file, 'something else');
  const { code, log, outputs } = await step({});
  expect({ code, outputs }).toEqual({ code: 2, outputs: {} });
  expect(log).toContain(
    `::error title=fairlead action::${release.url}/v${releaseVersion}/${file} is not what was released`,
  );
  expect(log).toContain('Nothing of it was used.');
  expect(existsSync(join(directory.path, 'temp', `fairlead-${releaseVersion}-renderer`))).toBe(false);
  expect(
    readdirSync(join(directory.path, 'temp')).flatMap((name) => readdirSync(join(directory.path, 'temp', name))),
  ).not.toContain('node_modules');
});

test('checksums that are not those of the release are refused, where the workflow says which they are', async () => {
  const help = { arguments: '--help', checksum: release.checksum };
  expect(await step(help)).toMatchObject({ code: 0, log: expect.stringContaining('Usage: fairlead diff') });
  rmSync(join(directory.path, 'temp'), { recursive: true });
  const { code, log } = await step({ ...help, checksum: 'a'.repeat(64) });
  expect(code).toBe(2);
  expect(log).toContain('SHA256SUMS is not what was released');
  expect(log).not.toContain('Usage:');
});

test('a release that is not there is told with its address', async () => {
  const { code, log } = await step({ version: 'v9.9.9' });
  expect({ code, log }).toMatchObject({
    code: 2,
    log: expect.stringContaining(`${release.url}/v9.9.9/SHA256SUMS could not be fetched`),
  });
});

test('validate runs in the checkout, and needs no comment', async () => {
  const { code, log, outputs, summary } = await step({ command: 'validate' });
  expect({ code, outputs, summary }).toEqual({ code: 0, outputs: { 'exit-code': '0' }, summary: '' });
  expect(log).toContain('dev: 1 lea');
});
