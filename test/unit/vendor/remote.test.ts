import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestRepository, git, type TestRepository, temporaryDirectory } from '../../support/git.ts';
import { environmentFile, manifest } from '../cli/platform-repository.ts';
import { type WorkTree, workTree } from './platform.ts';

let directory: ReturnType<typeof temporaryDirectory>;
let bases: TestRepository;
let main: WorkTree;

beforeEach(() => {
  directory = temporaryDirectory('bases');
  bases = createTestRepository(join(directory.path, 'bases.git'));
  bases.commit('main', {
    'config/crd/kustomization.yaml':
      'resources: [../common, crd.yaml]\nconfigMapGenerator: [{ name: c, files: [data.bin] }]\n',
    'config/crd/crd.yaml': manifest('ConfigMap', 'crd'),
    'config/crd/data.bin': Buffer.from([0, 255, 10]),
    'config/crd/unused.yaml': manifest('ConfigMap', 'unused'),
    'config/common/kustomization.yaml': 'resources: [common.yaml]\n',
    'config/common/common.yaml': manifest('ConfigMap', 'common'),
    'other/kustomization.yaml': 'resources: [other.yaml]\n',
    'other/other.yaml': manifest('ConfigMap', 'other'),
  });
  bases.git(['tag', 'v1', 'main']);
  main = workTree({ GIT_CONFIG_GLOBAL: '/dev/null' });
});
afterEach(() => {
  main.remove();
  directory.remove();
});

const url = (path: string, ref: string) => `file://${bases.path}//${path}?ref=${ref}`;
const head = () => bases.head('main') ?? '';
const copy = 'infra/gateway/vendor/local/bases';

function refersTo(...references: readonly string[]): void {
  main.write(
    'infra/gateway/kustomization.yaml',
    `# Ours.\nresources:\n- own.yaml # stays\n${references.map((each) => `- ${each}\n`).join('')}`,
  );
  main.write('infra/gateway/own.yaml', manifest('ConfigMap', 'own'));
}

test('what a kustomization refers to at a commit is copied with all that it needs, and the reference is a path', async () => {
  refersTo(url('config/crd', head()));
  expect((await main.run('vendor', '--check')).err).toMatch(
    /infra\/gateway\/kustomization\.yaml, line 4: resources: \S+ has not been fetched/,
  );
  const { code, out } = await main.run('vendor', 'infra/gateway');
  expect(code).toBe(0);
  expect(out).toContain(`infra/gateway: file://${bases.path} (config/crd), ${head()}: 7 files written, 0 removed`);
  expect(main.list(copy)).toEqual([
    'config/common/common.yaml',
    'config/common/kustomization.yaml',
    'config/crd/crd.yaml',
    'config/crd/data.bin',
    'config/crd/kustomization.yaml',
  ]);
  expect(main.read('infra/gateway/kustomization.yaml')).toBe(
    '# Ours.\nresources:\n- own.yaml # stays\n- vendor/local/bases/config/crd\n',
  );
  expect(main.read('infra/gateway/vendor.lock')).toContain(`commit: ${head()}\n`);
  main.commit();
  expect(await main.run('vendor')).toMatchObject({ code: 0, out: '' });
  expect(await main.run('vendor', '--check')).toMatchObject({ code: 0 });
  expect(main.changes()).toEqual([]);
});

test('the copy renders, and is no base by itself', async () => {
  refersTo(url('config/crd', head()));
  await main.run('vendor');
  main.write(
    'fairlead.yaml',
    'apiVersion: fairlead.dev/v1\nkind: Platform\nname: acme\ngitops: { repository: https://github.com/acme/gitops }\nstages: [dev]\n',
  );
  main.commit();
  git(main.path, ['switch', '--quiet', '--orphan', 'dev']);
  main.write('fairlead.yaml', environmentFile('clusters: [{ name: one, group: west }]'));
  main.write('west/infra/gateway/.gitkeep', '');
  main.commit();
  git(main.path, ['switch', '--quiet', 'main']);
  const args = ['--source', '.', '--main', 'refs/heads/main', '--environment', 'dev', '--out', 'out'];
  expect(await main.run('render', ...args)).toMatchObject({ code: 0 });
  const rendered = main.read('out/west/infra/gateway/gateway.yaml');
  for (const name of ['common', 'crd', 'own']) expect(rendered).toContain(`name: ${name}\n`);
});

test('a new commit in the place of the path brings the new files, and takes the former ones away', async () => {
  refersTo(url('config/crd', head()), url('other', head()));
  await main.run('vendor');
  main.commit();
  bases.commit('main', {
    'config/crd/kustomization.yaml': 'resources: [crd.yaml]\n',
    'config/crd/crd.yaml': manifest('ConfigMap', 'changed'),
    'other/other.yaml': manifest('ConfigMap', 'changed-too'),
  });
  main.write(
    'infra/gateway/kustomization.yaml',
    main.read('infra/gateway/kustomization.yaml').replace('vendor/local/bases/config/crd', url('config/crd', head())),
  );
  expect(await main.run('vendor')).toMatchObject({ code: 0 });
  expect(main.list(copy)).toEqual([
    'config/crd/crd.yaml',
    'config/crd/kustomization.yaml',
    'other/kustomization.yaml',
    'other/other.yaml',
  ]);
  // A repository is at one commit in a base.
  expect(main.read(`${copy}/other/other.yaml`)).toContain('changed-too');
  expect(await main.run('vendor', '--check')).toMatchObject({ code: 0 });
});

test('what nothing refers to any more goes', async () => {
  refersTo(url('config/crd', head()), url('other', head()));
  await main.run('vendor');
  refersTo('vendor/local/bases/other');
  await main.run('vendor');
  expect(main.list(copy)).toEqual(['other/kustomization.yaml', 'other/other.yaml']);
  refersTo();
  await main.run('vendor');
  expect(main.list('infra/gateway')).toEqual(['kustomization.yaml', 'own.yaml']);
});

test.each(['v1', 'main', ''])('ref %o is refused with the commit that it is now', async (ref) => {
  refersTo(ref === '' ? url('other', '').replace('?ref=', '') : url('other', ref));
  main.commit();
  const { code, err } = await main.run('vendor');
  expect(code).toBe(2);
  expect(err).toMatch(/infra\/gateway\/kustomization\.yaml, line 4: resources: .* may be another commit tomorrow/);
  expect(err).toContain(`ref=${head()}`);
  expect(main.changes()).toEqual([]);
});

test('what cannot be copied is named, with file and line', async () => {
  bases.commit('main', {
    'remote/kustomization.yaml': 'resources: ["https://github.com/acme/more//x?ref=main"]\n',
    'plain/x.yaml': manifest('ConfigMap', 'x'),
    'runs/kustomization.yaml': 'helmCharts: [{ name: x, repo: "https://example.com" }]\n',
  });
  const gone = '1'.repeat(40);
  for (const [reference, words] of [
    [url('remote', head()), 'remote/kustomization.yaml, line 1'],
    [url('plain', head()), 'plain holds no kustomization'],
    [url('none', head()), 'none is no directory'],
    [url('runs', head()), 'helmCharts'],
    [url('other', gone), `has no commit ${gone}`],
    [url('other/other.yaml', head()), 'Download it'],
    [`http://192.0.2.1/acme/bases//x?ref=${gone}`, '--plain-http 192.0.2.1'],
  ] as const) {
    refersTo(reference);
    main.commit();
    const { code, err } = await main.run('vendor');
    expect({ reference, code, err }).toMatchObject({ code: 2, err: expect.stringContaining(words) });
    expect(err).toMatch(/infra\/gateway\/kustomization\.yaml, line 4/);
    expect(main.changes()).toEqual([]);
  }
});

test('a copy that was edited is told, and not lost', async () => {
  refersTo(url('other', head()));
  await main.run('vendor');
  main.write(`${copy}/other/other.yaml`, manifest('ConfigMap', 'edited'));
  expect((await main.run('vendor', '--check')).err).toContain(`${copy}: its files are not what was fetched`);
  expect(await main.run('vendor')).toMatchObject({ code: 2, err: expect.stringContaining('other/other.yaml') });
  expect(await main.run('vendor', '--force')).toMatchObject({ code: 0 });
  expect(main.read(`${copy}/other/other.yaml`)).toContain('name: other');
});

test("the platform's own repository is not copied", async () => {
  main.write('infra/gateway/kustomization.yaml', 'resources: ["https://github.com/acme/platform//infra/x?ref=main"]\n');
  git(main.path, ['remote', 'add', 'origin', 'git@github.com:acme/platform.git']);
  expect(await main.run('vendor', '--check')).toMatchObject({ code: 0 });
  expect(await main.run('vendor')).toMatchObject({ code: 0, out: '' });
});
