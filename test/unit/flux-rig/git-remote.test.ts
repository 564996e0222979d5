import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gitRemote } from '../../../demo/fleet/flux/git-remote.ts';
import { commitTo } from '../../../demo/world/seed.ts';
import { createGitSource } from '../../../fakes/flux/controllers/git-source.ts';
import { git } from '../../../fakes/github/git/run.ts';
import type { Remote } from '../../flux/source/remote.ts';
import { temporaryDirectory } from '../../support/git.ts';

describe('the remote of a demo on real Flux', () => {
  const directory = temporaryDirectory('git-remote');
  const repository = `${directory.path}/repository`;
  let remote: Remote;

  beforeAll(async () => {
    await git(directory.path, ['init', '--quiet', '--bare', repository]);
    const signal = new AbortController().signal;
    remote = gitRemote((url) => createGitSource(url, directory.path, { token: undefined, signal }));
  });

  afterAll(() => directory.remove());

  test('follows a branch from commit to commit, and still has the older one', async () => {
    const first = await push('a: 1\n');
    expect(await remote.head(repository, 'dev')).toEqual({ sha: first, files: { 'west/a.yaml': 'a: 1\n' } });
    const second = await push('a: 2\n');
    expect(await remote.head(repository, 'dev')).toEqual({ sha: second, files: { 'west/a.yaml': 'a: 2\n' } });
    expect(await remote.commit(repository, first)).toEqual({ sha: first, files: { 'west/a.yaml': 'a: 1\n' } });
  });

  test('knows no branch that is not there, and says why a repository cannot be fetched', async () => {
    expect(await remote.head(repository, 'qa')).toBeUndefined();
    await expect(remote.head(`${directory.path}/none`, 'dev')).rejects.toThrow(
      'does not appear to be a git repository',
    );
  });

  const push = (text: string) =>
    commitTo(repository, { branch: 'dev', message: 'Change', files: new Map([['west/a.yaml', text]]) });
});
