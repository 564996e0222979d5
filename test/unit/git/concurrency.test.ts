import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { withFileLock } from '../../../src/file-lock.ts';
import { git, gitTestEnvironment } from '../../support/git.ts';
import { serveHttp } from './http-remote.ts';
import { useBench } from './setup.ts';

const script = fileURLToPath(new URL('worker-process.ts', import.meta.url));
const tsx = import.meta.resolve('tsx');

describe('one cold mirror', () => {
  const bench = useBench();

  const history = (commits: number) =>
    Array.from({ length: commits }, (_, i) =>
      bench.remote.commit(
        'main',
        Object.fromEntries(Array.from({ length: 60 }, (_, f) => [`f${f}`, `${i % (f + 1)}\n`])),
      ),
    );

  it('serves ten activities at once, which fetch a commit once', async () => {
    const head = history(5).at(-1) ?? '';
    const server = await serveHttp(bench.directory);
    try {
      const url = `${server.url}/acme/shop.git`;
      const repository = bench.open({}, url);
      const listings = await Promise.all(Array.from({ length: 10 }, () => repository.listFiles(head)));
      expect(listings.map(({ size }) => size)).toEqual(Array.from({ length: 10 }, () => 60));
      // ls-refs and fetch are one post each; a fetch by id asks for no refs.
      const fetches = server.requests.filter((path) => path.endsWith('/git-upload-pack'));
      expect(fetches.length).toBeLessThanOrEqual(2);
      expect(bench.notices).toEqual([]);
    } finally {
      await server.close();
    }
  });

  it('goes on with a fetch whose step is ended: whoever waits for it finds what it brings', async () => {
    const head = history(5).at(-1) ?? '';
    const server = await serveHttp(bench.directory);
    const { promise: released, resolve: release } = gate();
    server.behaviour = { kind: 'hold', released };
    const [ended, lifetime] = [new AbortController(), new AbortController()];
    const fetches = () => server.requests.filter((path) => path.endsWith('/git-upload-pack')).length;
    try {
      const open = (signal?: AbortSignal) =>
        bench.open({ lifetime: lifetime.signal }, `${server.url}/acme/shop.git`, signal);
      const first = expect(open(ended.signal).listFiles(head)).rejects.toThrow('nobody waits');
      await expect.poll(fetches).toBe(1);
      const [second, third] = [open().listFiles(head), open(ended.signal).listFiles(head)];
      third.catch(() => undefined);
      ended.abort(new Error('nobody waits'));
      await first;
      await expect(third).rejects.toThrow('nobody waits');
      release();
      expect((await second).size).toBe(60);
      expect(fetches()).toBe(1);
      expect(bench.notices).toEqual([]);
    } finally {
      await server.close();
    }
  });

  it('ends such a fetch with its process', async () => {
    const head = history(1).at(-1) ?? '';
    const server = await serveHttp(bench.directory);
    server.behaviour = { kind: 'hang' };
    const [ended, lifetime] = [new AbortController(), new AbortController()];
    try {
      const repository = bench.open({ lifetime: lifetime.signal }, `${server.url}/acme/shop.git`, ended.signal);
      const first = expect(repository.listFiles(head)).rejects.toThrow('nobody waits');
      await expect.poll(() => server.requests.length).toBe(1);
      ended.abort(new Error('nobody waits'));
      await first;
      expect(gitsNaming(server.url)).not.toEqual([]);
      lifetime.abort(new Error('the worker has ended'));
      await expect.poll(() => gitsNaming(server.url)).toEqual([]);
    } finally {
      await server.close();
    }
  });

  it('serves three processes with ten activities each', async () => {
    const shas = history(10);
    const head = shas.at(-1);
    const outputs = await Promise.all(['a', 'b', 'c'].map((name) => inProcess([name, ...shas])));
    for (const { answers, stderr } of outputs) {
      expect(stderr).toBe('');
      expect(answers).toEqual(
        shas.map(() => ({ head, files: 60, bytes: expect.any(Number), pushed: { kind: 'pushed' } })),
      );
    }
    expect(bench.remote.git(['for-each-ref', 'refs/heads/deploy']).split('\n')).toHaveLength(30);
    expect(git(bench.mirror(), ['fsck', '--no-dangling'])).toBe('');
    expect(readdirSync(bench.cacheDir).filter((name) => !name.endsWith('.git'))).toEqual([]);
  }, 60_000);

  async function inProcess(args: readonly string[]) {
    const child = spawn(process.execPath, ['--import', tsx, script, bench.cacheDir, bench.remote.path, ...args], {
      env: gitTestEnvironment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { answers: stdout === '' ? undefined : JSON.parse(stdout), stderr };
  }
});

describe('the lock between processes', () => {
  const bench = useBench();

  it('lets one in after the other, and leaves nothing behind', async () => {
    mkdirSync(bench.cacheDir);
    const path = `${bench.cacheDir}/x.lock`;
    let inside = 0;
    const most: number[] = [];
    await Promise.all(
      Array.from({ length: 5 }, () =>
        withFileLock(path, async () => {
          most.push(++inside);
          await new Promise((resolve) => setImmediate(resolve));
          inside--;
        }),
      ),
    );
    expect(most).toEqual([1, 1, 1, 1, 1]);
    expect(readdirSync(bench.cacheDir)).toEqual([]);
  });

  it('is taken over from a process that died, and not waited for without end', async () => {
    mkdirSync(bench.cacheDir);
    const path = `${bench.cacheDir}/x.lock`;
    writeFileSync(path, '');
    const before = new Date(Date.now() - 60_000);
    utimesSync(path, before, before);
    expect(await withFileLock(path, async () => 'taken over', { patienceMs: 60_000 })).toBe('taken over');
    writeFileSync(path, '');
    expect(await withFileLock(path, async () => 'without', { patienceMs: 100 })).toBe('without');
    expect(readdirSync(bench.cacheDir)).toEqual(['x.lock']);
  });

  it('ends the waiting when the caller is cancelled', async () => {
    mkdirSync(bench.cacheDir);
    const path = `${bench.cacheDir}/x.lock`;
    writeFileSync(path, '');
    const controller = new AbortController();
    const waiting = withFileLock(path, async () => 'never', { patienceMs: 60_000, signal: controller.signal });
    controller.abort(new Error('cancelled'));
    await expect(waiting).rejects.toThrow(/cancelled|aborted/);
  });
});

function gate(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

function gitsNaming(text: string): readonly string[] {
  const listed = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
  return listed.split('\n').filter((line) => line.startsWith('git ') && line.includes(text));
}
