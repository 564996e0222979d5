import { describe, expect, it } from 'vitest';
import { reachOf } from '../../../src/fleet/coverage/reach.ts';
import { createGitRunner } from '../../../src/git/process/process.ts';
import { createGitRepositories } from '../../../src/git/repositories.ts';
import { leavesAt } from '../../../src/gitops/leaves/leaves.ts';
import { gitTestEnvironment } from '../../support/git.ts';
import { useBench } from '../../unit/git/setup.ts';

const mebibyte = 1024 * 1024;
const bench = useBench();

/** Opens the remote, and tells how many bytes git has printed. */
function openCounting() {
  const told = { bytes: 0 };
  const real = createGitRunner();
  const run: typeof real = async (command) => {
    const output = await real(command);
    told.bytes += output.stdout.length;
    return output;
  };
  const options = { cacheDir: bench.cacheDir, environment: gitTestEnvironment, run };
  return Object.assign(told, { repository: createGitRepositories(options).open(bench.remote.path) });
}

describe('Files of many megabytes, of which a pack has a few kilobytes', () => {
  it('are not read ahead: settings are smaller', async () => {
    const zeros = '\0'.repeat(24 * mebibyte);
    const heads = ['dev', 'qa'].map((branch) => bench.remote.commit(branch, { 'fairlead.yaml': `${zeros}${branch}` }));
    const good = bench.remote.commit('prod', { 'fairlead.yaml': 'kind: Environment\n' });
    const opened = openCounting();
    await opened.repository.readAhead([...heads, good], 'fairlead.yaml');
    expect(opened.bytes).toBeLessThan(mebibyte);
    expect(String(await opened.repository.readFile(good, 'fairlead.yaml'))).toContain('Environment');
    await expect(opened.repository.readFile(heads[0] ?? '', 'fairlead.yaml')).rejects.toThrow('has 24 MiB');
  });

  it.each<[string, Readonly<Record<string, string>>, string]>([
    [
      'one',
      { 'west/apps/shop/a.yaml': ' '.repeat(33 * mebibyte) },
      'west/apps/shop/a.yaml on the GitOps branch has 33 MiB',
    ],
    [
      'several together',
      Object.fromEntries([1, 2, 3, 4, 5].map((n) => [`west/apps/shop/${n}.yaml`, ' '.repeat(30 * mebibyte + n)])),
      'west/apps/shop/5.yaml on the GitOps branch has 30 MiB, more than renders bring',
    ],
  ])('are not read as manifests of a GitOps branch: %s', async (_, files, why) => {
    const commit = bench.remote.commit('qa', files);
    const opened = openCounting();
    await opened.repository.ensureCommit(commit);
    await expect(leavesAt(opened.repository, commit, new Map([['west', ['apps']]]))).rejects.toMatchObject({
      type: 'Refused',
      message: expect.stringContaining(why),
    });
    expect(opened.bytes).toBeLessThan(mebibyte);
  });

  it('are not read as kustomizations of a GitOps branch: they lead nowhere', async () => {
    const commit = bench.remote.commit('qa', { 'other/kustomization.yaml': '#'.repeat(20 * mebibyte) });
    const opened = openCounting();
    await opened.repository.ensureCommit(commit);
    const { folders } = await leavesAt(opened.repository, commit, new Map([['west', ['apps']]]));
    expect([...reachOf(folders)('other').keys()]).toEqual([]);
    expect(opened.bytes).toBeLessThan(mebibyte);
  });

  it('have no more documents than are objects: those that name none take their time, too', async () => {
    const commit = bench.remote.commit('qa', { 'west/apps/shop/a.yaml': 'a: b\n---\n'.repeat(600_000) });
    const { repository } = openCounting();
    await repository.ensureCommit(commit);
    await expect(leavesAt(repository, commit, new Map([['west', ['apps']]]))).rejects.toThrow(/more objects .*a\.yaml/);
  });
});
