import { execFileSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTestRepository } from '../../../support/git.ts';
import { type InitWorld, initWorld } from './init-world.ts';
import { argoLayout, fluxLayout, kustomizeLayout, multibasesLayout, rootLayout } from './layouts.ts';

let world: InitWorld;

beforeEach(() => {
  world = initWorld();
});
afterEach(() => world.remove());

const url = 'https://github.com/acme/platform';

/** Begins a platform out of a repository with these files. */
async function from(files: Readonly<Record<string, string>>, ...args: readonly string[]) {
  const remote = createTestRepository(join(world.path, 'platform.git'));
  remote.commit('main', files);
  world.clone(remote, 'platform');
  return world.init('platform', '--yes', '--source', url, ...args);
}

const show = (branch: string, path: string) => world.git('platform', 'show', `${branch}:${path}`);
const files = (branch: string) => world.git('platform', 'ls-tree', '-r', '--name-only', branch).split('\n');
const validate = () => world.run(['validate', '--strict', '--render'], join(world.path, 'platform'));
const same = 'byte for byte what its overlays built';

describe('Overlays become config branches that render the same', () => {
  test("in kustomize's layout", async () => {
    const { code, out, err } = await from(
      kustomizeLayout,
      '--from',
      'apps/*/overlays/{environment}',
      '--forge',
      'none',
    );
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(`dev: 4 objects, ${same}\nprod: 2 objects, ${same}\n`);
    expect(files('prod')).toEqual([
      '_shared/common/colours.txt',
      '_shared/common/limits.yaml',
      'all/apps/shop/base/README.md',
      'all/apps/shop/base/kustomization.yaml',
      'all/apps/shop/base/mode.txt',
      'all/apps/shop/base/replicas.yaml',
      'fairlead.yaml',
    ]);
    expect(show('prod', 'all/apps/shop/base/kustomization.yaml')).toBe(`# prod of shop
namePrefix: prod-
resources:
- "${url}//apps/shop/base?ref=main"   # what all have
components: [ "${url}//components/monitored?ref=main" ]
patches:
- path: replicas.yaml
- path: "../../../../_shared/common/limits.yaml"
  target: { kind: Deployment }
configMapGenerator:
- name: shop-settings
  files: [ "colours=../../../../_shared/common/colours.txt", mode.txt ]`);
    expect(world.git('platform', 'diff', '--name-status', 'origin/main', 'main')).toBe('A\tfairlead.yaml');
    expect(await validate()).toMatchObject({ code: 0, err: '' });
  });

  test('where a kustomization above includes the environments', async () => {
    const { code, out } = await from(multibasesLayout, '--from', 'examples/multibases/{environment}');
    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining(`production: 1 object, ${same}`) });
    expect(show('dev', 'all/examples/multibases/kustomization.yaml')).toContain('//examples/multibases/base?ref=main');
  });

  test("in Flux's layout, by what the Flux Kustomizations of each cluster name", async () => {
    const { code, out } = await from(fluxLayout, '--from', 'clusters/{environment}');
    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining(`staging: 3 objects, ${same}`) });
    expect(show('main', 'fairlead.yaml')).toContain('stages: [staging, production]');
    expect(show('production', 'all/infrastructure/configs/kustomization.yaml')).toContain(
      'https://production.example.com',
    );
    expect(files('staging')).toContain('all/infrastructure/controllers/.gitkeep');
    expect(out).toContain('clusters/staging/apps.yaml: Kustomization apps waits for others (dependsOn).');
    expect(await validate()).toMatchObject({ code: 0, err: '' });
  });

  test("in Flux's layout, by its folders, some of which go to all environments", async () => {
    const patterns = ['--from', 'apps/{environment}', '--from', 'infrastructure/*'];
    const { code, out } = await from(fluxLayout, ...patterns);
    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining(`production: 3 objects, ${same}`) });
    expect(files('production')).toContain('all/infrastructure/configs/.gitkeep');
  });

  test("in Argo CD's layout, where a folder is complete in itself, it stays on main and is assigned", async () => {
    const { code, out } = await from(argoLayout, '--from', 'examples/*/engineering-{environment}');
    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining(`prod: 3 objects, ${same}`) });
    expect(files('dev')).toContain('all/examples/guestbook/engineering-dev/.gitkeep');
    expect(files('dev')).toContain('all/examples/settings/engineering-dev/.gitkeep');
    expect(out).toContain('refer to no base that can be assigned: examples/guestbook/engineering-dev,');
  });

  test('where base and overlays lie at the root, and the overlays stay on main', async () => {
    const { code, out } = await from(rootLayout, '--from', 'overlays/{environment}');
    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining(`production: 1 object, ${same}`) });
    expect(files('production')).toContain('all/overlays/production/.gitkeep');
  });

  test('where a base lies above, which the overlays did not bring', async () => {
    const namespace = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n';
    const above = { ...kustomizeLayout, 'apps/shop/namespace.yaml': namespace, 'apps/all.yaml': namespace };
    const { code, out } = await from(above, '--from', 'apps/*/overlays/{environment}');
    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining(`dev: 4 objects, ${same}`) });
    expect(show('dev', 'all/kustomization.yaml')).toContain('resources:\n- "apps/cart/base"\n- "apps/shop/base"');
  });

  test("with kustomize's own examples", async () => {
    const downloaded = execFileSync('go', ['mod', 'download', '-json', 'sigs.k8s.io/kustomize/v3@v3.3.1'], {
      cwd: world.path,
    });
    const { Dir: module } = JSON.parse(downloaded.toString()) as { readonly Dir: string };
    world.clone(createTestRepository(join(world.path, 'platform.git')), 'platform');
    cpSync(join(module, 'examples'), join(world.path, 'platform/examples'), { recursive: true });
    execFileSync('chmod', ['-R', 'u+w', join(world.path, 'platform')]);
    world.git('platform', 'add', '.');
    world.git('platform', 'commit', '--quiet', '--message', "kustomize's examples");
    const patterns = [
      'examples/ldap/overlays/{environment}',
      'examples/multibases/{environment}',
      'examples/wordpress',
    ];
    const flags = patterns.flatMap((pattern) => ['--from', pattern]);
    const { code, out } = await world.init('platform', '--yes', '--source', url, ...flags);
    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining(`staging: 10 objects, ${same}`) });
    expect(await validate()).toMatchObject({ code: 0 });
  });

  test('for several groups, each with all of them', async () => {
    const clusters = ['--cluster', 'prod/eu/north=one', '--cluster', 'prod/us=two'];
    const { code, out } = await from(kustomizeLayout, '--from', 'apps/*/overlays/{environment}', ...clusters);
    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining(`prod: 4 objects, ${same}`) });
    expect(show('prod', 'eu/north/apps/shop/base/kustomization.yaml')).toContain('../../../../../_shared/common');
  });
});

describe('What would not be the same', () => {
  test('is told object by object, with the reason, and code 6; the branches are made all the same', async () => {
    const overlays = { ...kustomizeLayout };
    for (const [path, text] of Object.entries(overlays))
      if (path.includes('overlays/') && path.endsWith('kustomization.yaml'))
        overlays[path] = `${text}buildMetadata: [originAnnotations]\n`;
    const { code, out } = await from(overlays, '--from', 'apps/*/overlays/{environment}', '--json');
    expect(code).toBe(6);
    expect(files('prod')).toContain('all/apps/shop/base/kustomization.yaml');
    const [dev] = JSON.parse(out).proofs;
    expect(dev).toMatchObject({ environment: 'dev', objects: 4 });
    expect(dev.differences[0]).toMatchObject({
      change: 'changed',
      why: 'buildMetadata writes into it from which files it was built',
    });
    expect(dev.differences[0].fields[0].path).toContain('config.kubernetes.io/origin');
  });
});

type Refusal = readonly [
  what: string,
  layout: Readonly<Record<string, string>>,
  patterns: readonly string[],
  words: string,
];

describe('What cannot be taken', () => {
  const pattern = 'apps/*/overlays/{environment}';
  const remote = {
    ...kustomizeLayout,
    'apps/cart/base/kustomization.yaml': 'resources: [https://example.com/x.yaml]\n',
  };
  test.each([
    ['a remote base', remote, [pattern], 'lies outside of the platform'],
    [
      'a pattern that finds nothing',
      kustomizeLayout,
      ['app/{environment}'],
      'main has no folder with a kustomization or manifests there',
    ],
    ['no environment', kustomizeLayout, ['apps/*/base'], 'one pattern must have {environment}'],
    [
      'a pattern that is none',
      kustomizeLayout,
      ['apps/**/{environment}'],
      'only "*" and "{environment}" stand for something',
    ],
    [
      'the same folder twice',
      argoLayout,
      ['examples/*/engineering-{environment}', 'examples/guestbook/*-{environment}'],
      'two patterns name it',
    ],
    [
      'an overlay at the root',
      { 'dev/kustomization.yaml': 'resources: []\n' },
      ['{environment}'],
      'it lies at the root of main',
    ],
  ] satisfies readonly Refusal[])('%s is refused, and nothing is made', async (...[_what, layout, patterns, words]) => {
    const { code, err } = await from(layout, ...patterns.flatMap((each) => ['--from', each]));
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(words) });
    expect(world.git('platform', 'branch', '--format=%(refname:short)')).toBe('main');
  });

  test('a repository without a URL asks for it', async () => {
    world.clone(createTestRepository(join(world.path, 'platform.git')), 'platform');
    world.git('platform', 'commit', '--quiet', '--allow-empty', '--message', 'Begin');
    world.git('platform', 'remote', 'remove', 'origin');
    const { code, err } = await world.init('platform', '--yes', '--from', pattern);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('Say it with --source.') });
  });

  test.each([
    ['"components":["../../x"],', 2, 'has components, which are not taken from there'],
    ['"suspend":true,', 0, 'Kustomization configs is suspended, and was not taken'],
    ['"postBuild":{},', 0, 'Kustomization configs has postBuild: give them to the one'],
  ])('%s of a Flux Kustomization is told', async (text, expected, words) => {
    const path = 'clusters/staging/infrastructure.yaml';
    const written = fluxLayout[path]?.replace('"path":"./infrastructure/configs/",', `$&${text}`) ?? '';
    const { code, out, err } = await from({ ...fluxLayout, [path]: written }, '--from', 'clusters/{environment}');
    expect({ code, said: out + err }).toEqual({ code: expected, said: expect.stringContaining(words) });
  });

  test('artifacts that Flux applies in place of folders are named', async () => {
    const artifact = { ...fluxLayout };
    for (const path of ['clusters/staging/apps.yaml', 'clusters/staging/infrastructure.yaml'])
      artifact[path] = artifact[path]?.replaceAll('"GitRepository"', '"ExternalArtifact"') ?? '';
    const { code, err } = await from(artifact, '--from', 'clusters/{environment}');
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringContaining(
        'clusters/staging/apps.yaml: Kustomization apps applies ExternalArtifact flux-system',
      ),
    });
  });
});
