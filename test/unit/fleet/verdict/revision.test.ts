import { expect, test } from 'vitest';
import { commitOfRevision } from '../../../../src/fleet/revision.ts';

const sha = '4f8a3c1b9d2e7f605a1b3c4d5e6f708192a3b4c5';

test.each([
  ['dev@sha1:', `dev@sha1:${sha}`],
  ['a branch with slashes', `release/1.2@sha1:${sha}`],
  ['a branch with an @', `we@home@sha1:${sha}`],
  ['a full reference', `refs/heads/dev@sha1:${sha}`],
  ['only a digest', `sha1:${sha}`],
  ['branch/commit, before Flux 0.36', `dev/${sha}`],
  ['only a commit', sha],
])('the commit is found in %s', (_, revision) => {
  expect(commitOfRevision(revision)).toBe(sha);
});

test.each([
  ['an empty text', ''],
  ['a branch', 'dev'],
  ['a sha256 commit', `dev@sha256:${sha}${sha.slice(0, 24)}`],
  ['an OCI digest', `latest@sha256:${'a'.repeat(64)}`],
  ['a short commit', 'dev@sha1:4f8a3c1'],
  ['a long commit', `dev@sha1:${sha}0`],
  ['upper case', `dev@sha1:${sha.toUpperCase()}`],
  ['a digest without its algorithm', `dev@${sha}`],
  ['something after it', `dev@sha1:${sha}\n`],
  ['longer than any', `${'x'.repeat(1_000)}@sha1:${sha}`],
])('%s is no commit', (_, revision) => {
  expect(commitOfRevision(revision)).toBeUndefined();
});
