import { afterAll, describe, expect, it } from 'vitest';
import { createGitRepositories } from '../../../src/git/repositories.ts';
import { loadBranch } from '../../../src/gitops/load-tree.ts';
import { printProvenance } from '../../../src/render/layout/provenance.ts';
import { createTestRepository, gitTestEnvironment, temporaryDirectory } from '../../support/git.ts';

const { path: directory, remove } = temporaryDirectory('branch');
afterAll(remove);
const repositories = createGitRepositories({ cacheDir: `${directory}/cache`, environment: gitTestEnvironment });

const files = {
  'README.md': 'by hand\n',
  'us/extra/data.bin': 'anything\n',
  'us/extra/link': { mode: '120000', content: '../other' } as const,
  'us/kustomization.yaml': 'a\n',
  'us/apps/kustomization.yaml': 'b\n',
  'us/apps/shop/shop.yaml': 'c\n',
  'us/extra/more.yaml': 'd\n',
};

/** Those that say what Flux applies. */
const applied = Object.keys(files)
  .filter((path) => /\.yaml$|link$/.test(path))
  .sort();

/** The paths that have content on a branch with these groups; undefined: without provenance. */
async function pathsRead(groups: ReadonlyMap<string, readonly string[]> | undefined, name: string) {
  const remote = createTestRepository(`${directory}/${name}.git`);
  const revision = { main: 'a'.repeat(40), config: 'b'.repeat(40) };
  const provenance = groups && { '.fairlead/provenance.yaml': printProvenance({ revision, groups, renderer: {} }) };
  const head = remote.commit('dev', { ...files, ...provenance });
  const branch = await loadBranch(repositories.open(remote.path), head);
  expect([...branch.files.keys()].sort()).toEqual(Object.keys({ ...files, ...provenance }).sort());
  return [...branch.files].filter(([, { content }]) => content !== undefined).map(([path]) => path);
}

describe('The branch that a render goes to', () => {
  it('is read as far as it says what Flux applies, but for what an earlier render put there', async () => {
    expect(await pathsRead(new Map([['us', ['apps']]]), 'rendered')).toEqual([
      '.fairlead/provenance.yaml',
      'us/extra/link',
      'us/extra/more.yaml',
      'us/kustomization.yaml',
    ]);
  });

  it('is read as far, with what may be ours, where nothing says what is ours, or a group is said to lie in the folder of another', async () => {
    expect(await pathsRead(undefined, 'foreign')).toEqual(applied);
    const nested = new Map([
      ['us', ['apps']],
      ['us/apps', ['shop']],
    ]);
    expect(await pathsRead(nested, 'nested')).toEqual(['.fairlead/provenance.yaml', ...applied]);
  });

  it('is refused where others have more YAML there than is read for each render', async () => {
    const remote = createTestRepository(`${directory}/much.git`);
    const large = Array.from({ length: 33 }, (_, n) => [`other/${n}.yaml`, `${n}${' '.repeat(4_100_000)}`]);
    const head = remote.commit('dev', Object.fromEntries(large));
    await expect(loadBranch(repositories.open(remote.path), head)).rejects.toMatchObject({
      type: 'Refused',
      message: expect.stringMatching(/129 MiB of YAML beside what Fairlead renders, and 128 MiB are the most/),
    });
  });
});
