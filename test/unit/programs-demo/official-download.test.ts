import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { officialDownload } from '../../../demo/programs/official-download.ts';
import { Failure } from '../../../src/failure.ts';

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
});
