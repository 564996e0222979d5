import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
// @ts-expect-error: CI's own scripts are plain JavaScript.
import { digestOf, imagesOf, pinned } from '../../../.ci/pin-images.mjs';
import { temporaryDirectory } from '../../support/git.ts';

const digest = `sha256:${'ab'.repeat(32)}`;
const dockerfile =
  'FROM golang:1.26 AS renderer\nFROM --platform=linux/amd64 node:24-slim\nFROM renderer\nFROM scratch\n';
const compose = 'services:\n  db:\n    image: postgres:17\n  worker:\n    image: fairlead:0.1.0\n';

test('the images are those that come from a registry', () => {
  expect(imagesOf('Dockerfile', dockerfile)).toEqual(['golang:1.26', 'node:24-slim']);
  expect(imagesOf('docker-compose.yml', compose)).toEqual(['postgres:17']);
});

test('a pin keeps the tag for people, and replaces an older pin', () => {
  const digests = new Map([['golang:1.26', digest]]);
  const once = pinned('Dockerfile', dockerfile, digests);
  expect(once.split('\n').slice(0, 2)).toEqual([
    `FROM golang:1.26@${digest} AS renderer`,
    'FROM --platform=linux/amd64 node:24-slim',
  ]);
  const newer = `sha256:${'cd'.repeat(32)}`;
  expect(pinned('Dockerfile', once, new Map([[`golang:1.26@${digest}`, newer]]))).toContain(
    `FROM golang:1.26@${newer} AS`,
  );
});

test.each([
  ['node:24-slim', 'https://registry-1.docker.io/v2/library/node/manifests/24-slim'],
  ['temporalio/ui', 'https://registry-1.docker.io/v2/temporalio/ui/manifests/latest'],
  ['ghcr.io/acme/x:1', 'https://ghcr.io/v2/acme/x/manifests/1'],
  ['localhost:5000/acme/x:1', 'https://localhost:5000/v2/acme/x/manifests/1'],
])('the digest of %s is asked of its registry, with a token where that wants one', async (image, address) => {
  const asked: string[] = [];
  const ask = async (url: string | URL, options?: { readonly headers?: Readonly<Record<string, string>> }) => {
    asked.push(String(url));
    if (String(url).startsWith('https://auth.test/')) return Response.json({ token: 'anybody' });
    if (options?.headers?.authorization === 'Bearer anybody')
      return new Response(null, { headers: { 'docker-content-digest': digest } });
    const challenge = 'Bearer realm="https://auth.test/token",service="registry",scope="repository:x:pull"';
    return new Response(null, { status: 401, headers: { 'www-authenticate': challenge } });
  };
  expect(await digestOf(image, ask as typeof fetch)).toBe(digest);
  expect(asked).toEqual([address, 'https://auth.test/token?service=registry&scope=repository%3Ax%3Apull', address]);
});

test('an image that the registry does not have is told', async () => {
  const ask = async () => new Response(null, { status: 404 });
  await expect(digestOf('node:none', ask as typeof fetch)).rejects.toThrow(/404.*Does node:none exist/);
});

test('the check names what is not pinned, and passes where all is', async () => {
  const script = fileURLToPath(new URL('../../../.ci/pin-images.mjs', import.meta.url));
  const { path: cwd, remove } = temporaryDirectory('images');
  const check = () =>
    promisify(execFile)(process.execPath, [script, '--check'], { cwd })
      .then(({ stdout }) => ({ code: 0, stdout }))
      .catch(({ code, stdout }) => ({ code, stdout }));
  try {
    writeFileSync(join(cwd, 'Dockerfile'), 'FROM node:24-slim\n');
    writeFileSync(join(cwd, 'docker-compose.yml'), `services:\n  db:\n    image: postgres:17@${digest}\n`);
    expect(await check()).toEqual({
      code: 1,
      stdout: expect.stringMatching(/^Dockerfile: node:24-slim is not pinned.*\n$/),
    });
    writeFileSync(join(cwd, 'Dockerfile'), `FROM node:24-slim@${digest}\n`);
    expect(await check()).toEqual({ code: 0, stdout: '' });
  } finally {
    remove();
  }
});
