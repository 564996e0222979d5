import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GitOptions } from '../../../src/git/repositories.ts';
import { freePorts } from '../../support/network/free-ports.ts';
import { type HttpRemote, serveHttp } from './http-remote.ts';
import { newCommit, useBench } from './setup.ts';

const credential = { username: 'fairlead-bot', password: 'tok/en+s3cret=' };
const setting = () => 'GITHUB_TOKEN in the settings';

describe('a repository over HTTP', () => {
  const bench = useBench();
  let server: HttpRemote;
  const open = (options: Partial<GitOptions> = {}) =>
    bench.open({ credentials: { for: async () => credential, setting }, ...options }, `${server.url}/acme/shop.git`);

  beforeEach(async () => {
    server = await serveHttp(bench.directory, credential);
    bench.remote.git(['config', 'http.receivepack', 'true']);
  });
  afterEach(() => server.close());

  it('is read and written with the credential of its host', async () => {
    const head = bench.remote.commit('main', { 'a.txt': 'one' });
    const asked: string[] = [];
    const credentials = {
      for: async (url: string) => {
        asked.push(url);
        return credential;
      },
    };
    const repository = open({ credentials });
    expect(await repository.branchHead('main')).toBe(head);
    expect((await repository.readFile(head, 'a.txt'))?.toString()).toBe('one');
    const commit = await repository.writeCommit(newCommit(head, { 'a.txt': 'two' }));
    expect(await repository.push({ commit, branch: 'deploy', expected: null })).toEqual({ kind: 'pushed' });
    expect(await repository.push({ commit: head, branch: 'deploy', expected: head })).toEqual({
      kind: 'moved',
      actual: commit,
    });
    expect(await repository.deleteBranch('deploy', head)).toEqual({ kind: 'moved', actual: commit });
    expect(await repository.deleteBranch('deploy', commit)).toEqual({ kind: 'pushed' });
    expect(await repository.deleteBranch('deploy', commit)).toEqual({ kind: 'gone' });
    expect(new Set(asked)).toEqual(new Set([`${server.url}/acme/shop.git`]));
    expect(new Set(server.authorizations).size).toBe(1);
  });

  it('that a proxy answers with a page is told as that', async () => {
    server.behaviour = { kind: 'page' };
    await expect(open().branchHead('main')).rejects.toMatchObject({
      type: 'NotFound',
      message: expect.stringContaining('is no git repository: a page of a proxy or a sign-in'),
    });
  });

  it('fetches nothing that is there already', async () => {
    const head = bench.remote.commit('main', { 'a.txt': 'one' });
    await open().branchHead('main');
    server.requests.length = 0;
    expect(await open().branchHead('main')).toBe(head);
    expect(await open().ensureCommit(head)).toBe(true);
    expect((await open().listFiles(head)).size).toBe(1);
    // The refs, by the two requests of protocol version 2; no pack.
    expect(server.requests).toHaveLength(2);
  });

  it('that wants another credential names host and setting', async () => {
    bench.remote.commit('main', { 'a.txt': 'one' });
    const wrong = { for: async () => ({ ...credential, password: 'wr0ng-t0ken' }), setting };
    await expect(open({ credentials: wrong }).branchHead('main')).rejects.toMatchObject({
      type: 'Unauthorized',
      message: expect.stringMatching(/127\.0\.0\.1:\d+ does not accept the credential.*GITHUB_TOKEN in the settings/),
    });
    await expect(open({ credentials: wrong }).branchHead('main')).rejects.not.toThrow(/wr0ng/);
    const none = { for: async () => undefined, setting };
    await expect(open({ credentials: none }).branchHead('main')).rejects.toMatchObject({
      type: 'Unauthorized',
      message: expect.stringMatching(/none is set for 127\.0\.0\.1:\d+.*GITHUB_TOKEN in the settings/),
    });
  });

  it('refuses a credential that would smuggle in a header', async () => {
    const credentials = { for: async () => ({ ...credential, password: 's3cret\r\nX-Evil: 1' }), setting };
    const answer = expect(open({ credentials }).branchHead('main')).rejects;
    await answer.toMatchObject({ type: 'InvalidConfig', message: expect.not.stringContaining('s3cret') });
    expect(server.requests).toEqual([]);
  });

  it('is missing where the server says so', async () => {
    const other = bench.open({ credentials: { for: async () => credential } }, `${server.url}/acme/nothing.git`);
    await expect(other.branchHead('main')).rejects.toMatchObject({
      type: 'NotFound',
      message: expect.stringContaining(`${server.url}/acme/nothing.git`),
    });
  });

  it.each([
    [401, 'Unauthorized'],
    [403, 'Unauthorized'],
    [404, 'NotFound'],
    [429, 'Unavailable'],
    [500, 'Unavailable'],
    [502, 'Unavailable'],
    [503, 'Unavailable'],
    [418, 'Refused'],
  ])('that answers %i is %s', async (status, type) => {
    server.behaviour = { kind: 'status', status };
    await expect(open().branchHead('main')).rejects.toMatchObject({
      type,
      message: expect.stringContaining(`${server.url}/acme/shop.git`),
    });
  });

  it.each([
    [403, 'Unauthorized'],
    [503, 'Unavailable'],
  ])('that answers %i to a push or a fetch is %s, and the mirror is not blamed', async (status, type) => {
    const head = bench.remote.commit('main', { 'a.txt': 'one' });
    const repository = open();
    const commit = await repository.writeCommit(newCommit(head, { 'a.txt': 'two' }));
    server.behaviour = { kind: 'status', status };
    await expect(repository.push({ commit, branch: 'main', expected: head })).rejects.toMatchObject({ type });
    await expect(repository.ensureCommit('a'.repeat(40))).rejects.toMatchObject({ type });
    expect(bench.notices).toEqual([]);
  });

  it('that redirects elsewhere does not get the credential sent there', async () => {
    const elsewhere = await serveHttp(bench.directory);
    try {
      server.behaviour = { kind: 'status', status: 302, location: elsewhere.url };
      await expect(open().branchHead('main')).rejects.toMatchObject({
        type: 'Refused',
        message: expect.stringContaining('redirects to another address'),
      });
      expect(elsewhere.requests).toEqual([]);
    } finally {
      await elsewhere.close();
    }
  });

  it('that closes the connection, or breaks off, is unavailable and leaves a sound mirror', async () => {
    const head = bench.remote.commit('main', { 'a.txt': 'one', 'b.txt': 'x'.repeat(100_000) });
    server.behaviour = { kind: 'close' };
    await expect(open().branchHead('main')).rejects.toMatchObject({ type: 'Unavailable' });
    server.behaviour = { kind: 'cut' };
    await expect(open().branchHead('main')).rejects.toMatchObject({ type: 'Unavailable' });
    server.behaviour = { kind: 'serve' };
    expect(await open().branchHead('main')).toBe(head);
    expect((await open().listFiles(head)).size).toBe(2);
    expect(bench.notices).toEqual([]);
  });

  it('that never answers is given up, and its helpers end', async () => {
    server.behaviour = { kind: 'hang' };
    const repository = open({ timeouts: { askMs: 300, transferMs: 300 } });
    await expect(repository.branchHead('main')).rejects.toMatchObject({
      type: 'Unavailable',
      message: expect.stringContaining('did not answer git within 0.3 s'),
    });
    await expect(repository.ensureCommit('a'.repeat(40))).rejects.toMatchObject({ type: 'Unavailable' });
    expect(processesNaming(String(server.port))).toEqual([]);
  });

  it('that falls silent is given up by git itself', async () => {
    server.behaviour = { kind: 'hang' };
    await expect(open({ timeouts: { silenceMs: 1000 } }).branchHead('main')).rejects.toMatchObject({
      type: 'Unavailable',
      message: expect.stringMatching(/less than 1 bytes\/sec|too slow/i),
    });
  });

  it('is let go of when the caller is cancelled', async () => {
    server.behaviour = { kind: 'hang' };
    const controller = new AbortController();
    const reason = new Error('cancelled');
    const repository = bench.open({}, `${server.url}/acme/shop.git`, controller.signal);
    const asking = repository.branchHead('main');
    const answer = expect(asking).rejects.toBe(reason);
    await until(() => server.requests.length > 0);
    controller.abort(reason);
    await answer;
    expect(processesNaming(String(server.port))).toEqual([]);
    await expect(repository.branchHead('main')).rejects.toBe(reason);
  });

  it('is unavailable where nobody listens or the name does not resolve', async () => {
    const [port = 0] = await freePorts(1);
    for (const url of [`http://127.0.0.1:${port}/a/b`, 'https://fairlead.invalid/a/b']) {
      await expect(bench.open({}, url).branchHead('main')).rejects.toMatchObject({
        type: 'Unavailable',
        message: expect.stringContaining(url),
      });
    }
  });

  it.runIf(process.platform === 'linux')('shows its credential to nobody', async () => {
    const head = bench.remote.commit('main', { 'a.txt': 'one', big: 'x'.repeat(10_000) });
    const seen: string[] = [];
    const watch = setInterval(() => seen.push(...commandLines()), 3);
    const repository = open();
    await repository.branchHead('main');
    const commit = await repository.writeCommit(newCommit(head, { 'a.txt': 'two' }));
    await repository.push({ commit, branch: 'main', expected: head });
    server.behaviour = { kind: 'status', status: 403 };
    const error = await repository.branchHead('main').catch((failure: Error) => failure);
    clearInterval(watch);

    const basic = Buffer.from(`${credential.username}:${credential.password}`).toString('base64');
    const secrets = [credential.password, encodeURIComponent(credential.password), basic];
    const told = [
      String(error),
      JSON.stringify(error),
      (error as Error).stack ?? '',
      ...filesBelow(bench.cacheDir),
      ...seen,
    ];
    expect(seen.filter((line) => line.includes(`${server.port}`)).length).toBeGreaterThan(0);
    for (const secret of secrets) expect(told.filter((text) => text.includes(secret))).toEqual([]);
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

/** Arguments of every process of this machine, as `ps` shows them. */
function commandLines(): readonly string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')];
      } catch {
        // It ended while we looked.
        return [];
      }
    });
}

function processesNaming(text: string): readonly string[] {
  return commandLines().filter((line) => line.includes('git') && line.includes(text));
}

function filesBelow(directory: string): readonly string[] {
  return (
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      // Node 20.3 knows only the one name, Node 24 only the other.
      .map((entry) => readFileSync(join(entry.parentPath ?? entry.path, entry.name), 'latin1'))
  );
}
