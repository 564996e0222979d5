import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fairlead } from '../test-io.ts';
import { createRequestWorld, type RequestWorld, shopOfSize } from './request-world.ts';

let job: RequestWorld;

beforeAll(async () => {
  job = await createRequestWorld();
});
afterAll(() => job.close());

const diff = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  fairlead(['diff', ...args], { cwd: job.checkout, env: { ...job.env, ...env } });
const marker = '<!-- fairlead:diff -->\n';

test('a diff is one comment on the pull request of the job, which the next diff edits', async () => {
  await fetch(`${job.forge.apiUrl}/repos/acme/platform/issues/1/comments`, {
    method: 'POST',
    headers: { authorization: 'token ghp_person0123456789', 'content-type': 'application/json' },
    body: JSON.stringify({ body: `${marker}mine` }),
  });
  expect(await diff(['--comment'])).toMatchObject({ code: 6, err: '', out: expect.stringContaining('dev: 1 changed') });
  writeFileSync(join(job.checkout, 'apps/shop/shop.yaml'), shopOfSize('huge'));
  expect(await diff(['--comment'])).toMatchObject({ code: 6, err: '' });
  const comments = await job.comments();
  expect(comments.map(({ author }) => author)).toEqual(['ann', 'github-actions[bot]']);
  expect(comments[0]?.body).toBe(`${marker}mine`);
  expect(comments[1]?.body).toContain(`${marker}## What would change\n`);
  expect(comments[1]?.body).toContain('"huge"');
  expect(comments[1]?.body).not.toContain('"large"');
});

test('the summary is what the comment says, behind what was in the file', async () => {
  const file = join(job.checkout, '../summary.md');
  writeFileSync(file, 'before\n');
  expect((await diff(['--summary', '../summary.md'])).code).toBe(6);
  expect(readFileSync(file, 'utf8')).toMatch(/^before\n## What would change\n[\s\S]*ConfigMap/);
  expect(await diff(['--summary', '..'])).toMatchObject({
    code: 2,
    err: '--summary .. cannot be written (EISDIR). Name another file.\n',
  });
});

test('another token may comment than the one that reads', async () => {
  job.forge.addUser({ login: 'reader', token: 'ghp_reader', permission: 'read' });
  const refused = await diff(['--comment', '1'], { FAIRLEAD_COMMENT_TOKEN: 'ghp_reader' });
  expect(refused).toMatchObject({ code: 3, err: expect.stringContaining('FAIRLEAD_COMMENT_TOKEN') });
  expect(refused.out).toContain('dev: 1 changed');
  expect(refused.err).not.toContain('ghp_reader');
});

test('without a pull request nothing is compared before that is said', async () => {
  expect(await diff(['--comment'], { GITHUB_REF: 'refs/heads/main' })).toEqual({
    code: 2,
    out: '',
    err: 'It is not known which pull request is meant: this is no job of GitHub Actions or Gitea for one. Name it, such as --comment 7.\n',
  });
  expect((await diff(['--comment', 'seven'])).err).toBe(
    '--comment seven: write the number of a pull request, such as 7.\n',
  );
  const { code, err } = await diff(['--comment', '1'], { FAIRLEAD_SETTINGS: '' });
  expect({ code, err }).toEqual({
    code: 2,
    err: `Nobody can comment on ${job.source}: no forge is configured for it. Add it to "forges" in the worker's settings, or leave out --comment.\n`,
  });
});
