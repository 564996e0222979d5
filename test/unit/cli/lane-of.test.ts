import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Io } from '../../../src/cli/io.ts';
import { laneOf } from '../../../src/cli/lane-of.ts';
import { git, type TestRepository, temporaryDirectory } from '../../support/git.ts';
import { environmentFile, platformRepository } from './platform-repository.ts';
import { fairlead } from './test-io.ts';

let repository: TestRepository;
let io: Io;

const { path: directory, remove } = temporaryDirectory('lane');
afterAll(remove);

beforeAll(() => {
  repository = platformRepository(join(directory, 'acme', 'platform.git'));
  const ignore = () => undefined;
  const env = { PATH: process.env.PATH, HOME: directory, FAIRLEAD_CACHE: join(directory, 'cache') };
  io = { out: ignore, err: ignore, interactive: false, env, cwd: directory };
});

describe('The lane of an environment', () => {
  it('is that of its GitOps branch, as its files at the heads of main and of its config branch say', async () => {
    const source = repository.path;
    const gitops = { repository: 'https://github.com/acme/platform-gitops', branch: 'dev' };
    expect(await laneOf({ source, environment: 'dev' }, io)).toEqual({
      id: 'lane/github.com/acme/platform-gitops/dev',
      lane: { gitops, source, environment: 'dev' },
    });
    repository.commit('qa', {
      'fairlead.yaml': environmentFile(
        'gitops: { repository: git@github.com:acme/prod.git, branch: team/qa }',
        'clusters: [{ name: one, group: us/west }]',
      ),
    });
    expect((await laneOf({ source, environment: 'qa' }, io)).id).toBe('lane/github.com/acme/prod/team%2Fqa');
  });

  it('is known also where the rest of the Environment file is broken', async () => {
    const broken = environmentFile('gitops: { branch: team/dev }', 'soak: 10 minutes', 'clusters: none');
    const before = repository.head('dev') ?? '';
    repository.commit('dev', { 'fairlead.yaml': broken });
    expect((await laneOf({ source: repository.path, environment: 'dev' }, io)).id).toContain('/team%2Fdev');
    repository.commit('dev', { 'fairlead.yaml': environmentFile('gitops: { branch: deploy }', 'clusters: none') });
    await expect(laneOf({ source: repository.path, environment: 'dev' }, io)).rejects.toThrow('gitops.branch');
    git(repository.path, ['update-ref', 'refs/heads/dev', before]);
  });

  it('is known of an environment that was taken out of stages, and it is said that it was', async () => {
    repository.commit('lab', { 'fairlead.yaml': environmentFile('gitops: { branch: team/lab }', 'clusters: none') });
    const said: string[] = [];
    const listening = { ...io, err: (text: string) => void said.push(text) };
    const { id } = await laneOf({ source: repository.path, environment: 'lab' }, listening);
    expect(id).toContain('/team%2Flab');
    expect(said.join('')).toContain('lab is not listed in `stages` in fairlead.yaml of main any more');
  });

  it('is that of no branch that is no environment', async () => {
    repository.commit('feature', { 'README.md': 'Something else.\n' });
    const refused = laneOf({ source: repository.path, environment: 'feature' }, io);
    await expect(refused).rejects.toThrow('"feature" is not listed in `stages`');
  });

  it('is that of no environment that main does not name', async () => {
    await expect(laneOf({ source: repository.path, environment: 'prod' }, io)).rejects.toThrow(
      /"prod" is not listed in `stages` .*; there are: dev, qa\. If it was .* `fairlead abort ID` ends it\./,
    );
    const held = await fairlead(['hold', 'prod', '--reason', 'x', '--source', repository.path], { env: io.env });
    expect(held).toMatchObject({ code: 2, out: '', err: expect.stringContaining('there are: dev, qa.') });
  });
});
