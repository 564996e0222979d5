import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { mirrorName } from '../../../src/git/mirror/mirror-directory.ts';
import { createGitRepositories } from '../../../src/git/repositories.ts';
import { checkRepositoryUrl } from '../../../src/platform/repository/repository-url.ts';
import { git, gitTestEnvironment } from '../../support/git.ts';
import { newCommit, useBench } from './setup.ts';

describe('a repository over SSH', () => {
  const bench = useBench();

  /** A program named ssh that writes its arguments down and does what the script says. */
  function withSsh(script: string): NodeJS.ProcessEnv {
    const bin = `${bench.directory}/bin`;
    mkdirSync(bin);
    writeFileSync(`${bin}/ssh`, `#!/bin/sh\necho "$@" >> ${bench.directory}/ssh.log\n${script}\n`);
    chmodSync(`${bin}/ssh`, 0o755);
    return { ...gitTestEnvironment, PATH: `${bin}:${process.env.PATH}` };
  }

  it.each([(path: string) => `ssh://git@example.org:2222${path}`, (path: string) => `git@example.org:${path}`])(
    'is read and written without ever asking a question',
    async (url) => {
      const head = bench.remote.commit('main', { 'a.txt': 'one' });
      // The last argument is what the other side runs.
      const environment = withSsh('for last; do :; done; exec sh -c "$last"');
      const repository = bench.open({ environment }, url(bench.remote.path));
      expect(await repository.branchHead('main')).toBe(head);
      const commit = await repository.writeCommit(newCommit(head, { 'a.txt': 'two' }));
      expect(await repository.push({ commit, branch: 'main', expected: head })).toEqual({ kind: 'pushed' });
      const calls = readFileSync(`${bench.directory}/ssh.log`, 'utf8').trim().split('\n');
      for (const call of calls) expect(call).toMatch(/^-o BatchMode=yes -o ConnectTimeout=\d+ .*git@example\.org /);
    },
  );

  it.each([
    ['git@example.org: Permission denied (publickey).', 'Unauthorized', 'SSH key'],
    ['Host key verification failed.', 'Unauthorized', 'known_hosts'],
    ['ERROR: Repository not found.', 'NotFound', 'git@example.org:acme/shop'],
    ['ssh: Could not resolve hostname example.org: Name or service not known', 'Unavailable', 'could not be reached'],
    ['ssh: connect to host example.org port 22: Connection refused', 'Unavailable', 'could not be reached'],
    ['ssh: connect to host example.org port 22: Connection timed out', 'Unavailable', 'could not be reached'],
    ['kex_exchange_identification: Connection closed by remote host', 'Unavailable', 'could not be reached'],
  ])('that says "%s" is %s', async (words, type, remedy) => {
    const environment = withSsh(`echo "${words}" >&2; exit 255`);
    await expect(bench.open({ environment }, 'git@example.org:acme/shop').branchHead('main')).rejects.toMatchObject({
      type,
      message: expect.stringMatching(new RegExp(`${remedy}.*git says: `)),
    });
  });

  it("uses the operator's own SSH command where there is one", async () => {
    const environment = { ...withSsh('exit 1'), GIT_SSH_COMMAND: `${bench.directory}/bin/ssh -i /keys/deploy` };
    await expect(bench.open({ environment }, 'git@example.org:acme/shop').branchHead('main')).rejects.toThrow();
    expect(readFileSync(`${bench.directory}/ssh.log`, 'utf8')).toMatch(/^-i \/keys\/deploy/);
  });
});

describe('a repository on this machine', () => {
  const bench = useBench();

  it('may be a file URL, a path with spaces, or a checkout', async () => {
    const head = bench.remote.commit('main', { 'a.txt': 'one' });
    const checkout = `${bench.directory}/a check out`;
    git(bench.directory, ['clone', '--quiet', bench.remote.path, checkout]);
    const urls = [`file://${bench.remote.path}`, checkout, `file://${checkout.replaceAll(' ', '%20')}`, `${checkout}/`];
    for (const url of urls) expect([url, await bench.open({}, url).branchHead('main')]).toEqual([url, head]);
    const relative = bench.open({}, `${bench.remote.path}/../../acme/./shop.git`);
    expect(relative.url).toBe(bench.remote.path);
  });

  it('is told apart from its neighbours, and shares its mirror with itself', () => {
    const name = (url: string) => mirrorName(checkRepositoryUrl(url));
    expect(name('https://github.com/acme/shop')).toMatch(/^github\.com-acme-shop-[0-9a-f]{12}\.git$/);
    expect(name('https://GitHub.com/acme/shop.git/')).toBe(name('https://github.com/acme/shop'));
    const others = ['https://github.com/acme-shop', 'https://github.com/acme/Shop', 'http://github.com/acme/shop'];
    for (const other of [...others, 'git@github.com:acme/shop', '/github.com/acme/shop']) {
      expect(name(other)).not.toBe(name('https://github.com/acme/shop'));
    }
    expect(name('/srv/x')).not.toBe(name('/srv/x.git'));
    expect(name(`/${'long/'.repeat(100)}x`).length).toBeLessThan(120);
  });

  it('needs git, and says so', async () => {
    const repository = bench.open({ environment: { PATH: bench.directory } });
    await expect(repository.branchHead('main')).rejects.toMatchObject({
      type: 'Internal',
      message: expect.stringContaining('"git" is not on the PATH'),
    });
    bench.remote.commit('main', { 'a.txt': 'one' });
    const head = (await bench.open().branchHead('main')) ?? '';
    await expect(repository.listFiles(head)).rejects.toMatchObject({ type: 'Internal' });
    expect(bench.notices).toEqual([]);
  });

  it.each([
    ['No space left on device', /^The worker's disk is full\. Free space there/],
    ['Read-only file system', /^The worker's disk is read-only\./],
  ])('that cannot be written is told as what it is, and waited for: %s', async (words, says) => {
    const head = bench.remote.commit('main', { 'a.txt': 'one' });
    expect(await bench.open().branchHead('main')).toBe(head);
    const fetch = `#!/bin/sh\necho 'fatal: write error: ${words}; fatal: early EOF' >&2\nexit 128\n`;
    writeFileSync(`${bench.directory}/git`, fetch, { mode: 0o755 });
    const repository = bench.open({ environment: { PATH: `${bench.directory}:${process.env.PATH}` } });
    const failure = { type: 'Unavailable', message: expect.stringMatching(says) };
    await expect(repository.branchHead('main')).rejects.toMatchObject(failure);
    await expect(repository.listFiles(head)).rejects.toMatchObject(failure);
    expect(bench.notices).toEqual([]);
  });

  it('is not looked at before something is asked', () => {
    createGitRepositories({ cacheDir: bench.cacheDir }).open(bench.remote.path);
    expect(existsSync(bench.cacheDir)).toBe(false);
  });
});
