import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Failure } from '../../../src/failure.ts';
import { officialDownload } from '../../../src/programs/temporal/official-download.ts';

describe('the official download of a Temporal server', () => {
  let directory: string;
  let proxy: Server;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'fairlead-download-'));
    // A network that takes connections and never answers.
    proxy = createServer();
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  });

  afterEach(async () => {
    proxy.close();
    await rm(directory, { recursive: true, force: true });
  });

  const environment = () => {
    const address = proxy.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    return { PATH: process.env.PATH, HTTPS_PROXY: `http://127.0.0.1:${port}`, HTTP_PROXY: `http://127.0.0.1:${port}` };
  };

  test('is given up when nothing arrives', async () => {
    const way = officialDownload('dev server', 'temporal', { patienceMs: 3_000 });
    const failure = await way.obtain(directory, { env: environment() }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject({
      type: 'Unavailable',
      message: expect.stringContaining('nothing arrived within 3 s'),
    });
  });

  test('fails at once when the network refuses', async () => {
    const env = environment();
    await new Promise((resolve) => proxy.close(resolve));
    const way = officialDownload('time-skipping server', 'temporal-test-server', { patienceMs: 15_000 });
    const failure = await way.obtain(directory, { env }).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      type: 'Unavailable',
      message: expect.stringMatching(/Temporal's time-skipping server cannot be downloaded(?!.*nothing arrived)/),
    });
  });

  test('stops when the search is aborted', async () => {
    const abort = new AbortController();
    const way = officialDownload('dev server', 'temporal', { patienceMs: 15_000 });
    proxy.once('connection', () => abort.abort(new Error('no longer wanted')));
    await expect(way.obtain(directory, { env: environment(), signal: abort.signal })).rejects.toThrow(
      'no longer wanted',
    );
  });

  test('is the file that the site names, out of its archive', async () => {
    await withSite({ fileToExtract: 'inside/server' }, async (site, asked) => {
      const lines: string[] = [];
      const way = officialDownload('dev server', 'temporal', { site });
      await way.obtain(directory, { env: { PATH: process.env.PATH }, progress: (line) => lines.push(line) });
      expect(await readFile(join(directory, 'temporal'), 'utf8')).toBe('#!/bin/sh\n');
      expect(await readdir(directory)).toEqual(expect.not.arrayContaining(['archive.tar.gz']));
      expect(asked[0]).toMatch(
        /^\/cli\/default\?arch=(amd64|arm64)&platform=\w+&format=tar.gz&sdk-name=sdk-typescript&sdk-version=/,
      );
      expect(lines.at(-1)).toBe("Temporal's dev server: 0 of 0 MiB");
    });
  });

  test.each(['../server', '/etc/passwd', '--checkpoint-action=exec=x'])(
    'takes no %s out of an archive',
    async (file) => {
      await withSite({ fileToExtract: file }, async (site, asked) => {
        const way = officialDownload('dev server', 'temporal', { site });
        const failure = await way
          .obtain(directory, { env: { PATH: process.env.PATH } })
          .catch((error: unknown) => error);
        expect(failure).toMatchObject({ type: 'Unavailable' });
        expect(asked).toHaveLength(1);
      });
    },
  );

  test('asks for what fits the SDK that is installed', async () => {
    const { dependencies } = JSON.parse(await readFile('package.json', 'utf8')) as {
      readonly dependencies: Readonly<Record<string, string>>;
    };
    const source = await readFile('src/programs/temporal/official-download.ts', 'utf8');
    expect(source).toContain(`'sdk-version': '${dependencies['@temporalio/client']}'`);
  });
});

/** Serves an archive with `inside/server` as the site does, and notes what is asked. */
async function withSite(
  info: { readonly fileToExtract: string },
  use: (site: string, asked: readonly string[]) => Promise<void>,
): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'fairlead-site-'));
  await promisify(execFile)('mkdir', [join(directory, 'inside')]);
  await writeFile(join(directory, 'inside', 'server'), '#!/bin/sh\n');
  await promisify(execFile)('tar', ['-czf', 'archive.tar.gz', 'inside'], { cwd: directory });
  const archive = await readFile(join(directory, 'archive.tar.gz'));
  const asked: string[] = [];
  const server = createHttpServer(({ url = '' }, response) => {
    asked.push(url);
    if (url === '/archive') return response.writeHead(200, { 'content-length': archive.length }).end(archive);
    return response.end(JSON.stringify({ archiveUrl: `${site}/archive`, ...info }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    await use(site, asked);
  } finally {
    server.close();
    await rm(directory, { recursive: true, force: true });
  }
}
