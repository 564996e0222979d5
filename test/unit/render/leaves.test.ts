import { describe, expect, test } from 'vitest';
import {
  base,
  type Content,
  fileIn,
  kustomization,
  link,
  manifest,
  refusal,
  repository,
  requestOf,
  submodule,
} from './trees.ts';

const shop = base('apps/blue/shop');
const leafRoot = '/config/eu/apps/blue/shop';
const toBase = '../../../../../main/apps/blue/shop';

/** The request of eu/apps/blue/shop with these files on the config branch. */
function leaf(config: Readonly<Record<string, Content>>, main: Readonly<Record<string, Content>> = shop) {
  return requestOf({ main, config: { 'eu/apps/blue/shop/.gitkeep': '', ...config } }, 'eu/apps/blue/shop');
}

/** What the kustomization of the leaf becomes. */
function edited(
  text: string,
  more: Readonly<Record<string, Content>> = {},
  main: Readonly<Record<string, Content>> = shop,
): string {
  return fileIn(
    leaf({ 'eu/apps/blue/shop/kustomization.yaml': text, ...more }, main),
    `${leafRoot}/kustomization.yaml`,
  );
}

function refused(
  text: string,
  more: Readonly<Record<string, Content>> = {},
  main: Readonly<Record<string, Content>> = shop,
): string {
  return refusal({ main, config: { 'eu/apps/blue/shop/kustomization.yaml': text, ...more } });
}

describe('a leaf without files of its own', () => {
  test('takes the base as it is, so that groups share it', () => {
    const request = leaf({});
    expect(request.root).toBe('/main/apps/blue/shop');
    expect(Object.keys(request.files).sort()).toEqual([
      '/main/apps/blue/shop/kustomization.yaml',
      '/main/apps/blue/shop/map.yaml',
    ]);
  });
  test('lists the files of plain manifests', () => {
    const main = {
      'apps/blue/shop/b.yaml': manifest('ConfigMap', 'b'),
      'apps/blue/shop/a.yml': manifest('Secret', 'a'),
      'apps/blue/shop/.lint.yaml': 'x',
      'apps/blue/shop/README.md': '',
    };
    const text = fileIn(leaf({}, main), '/main/apps/blue/shop/kustomization.yaml');
    expect(text).toBe(
      'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n- "a.yml"\n- "b.yaml"\n',
    );
  });
});

describe('a request holds exactly what the build may read', () => {
  test('every kind of reference is followed, through other directories', () => {
    const main = {
      'apps/blue/shop/kustomization.yaml': [
        'resources: [../common, own.yaml]',
        'components: [parts/tls]',
        'patches: [{ path: p/patch.yaml }, { patch: "- op: x" }]',
        'patchesStrategicMerge: [sm.yaml, "kind: X\\nmetadata: {}\\n"]',
        'patchesJson6902: [{ path: json.yaml, target: { kind: X } }]',
        'configMapGenerator: [{ name: x, files: [data.txt, key=keyed.txt], envs: [a.env], env: b.env }]',
        'secretGenerator: [{ name: y, files: [secret.txt] }]',
        'crds: [crd.json]',
        'openapi: { path: schema.json }',
        'configurations: [conf.yaml]',
        'replacements: [{ path: replace.yaml }]',
        'transformers: [t.yaml]',
        '',
      ].join('\n'),
      'apps/blue/shop/parts/tls/kustomization.yaml': 'kind: Component\npatches: [{ path: c.yaml }]\n',
      'apps/blue/shop/parts/tls/c.yaml': 'c',
      'apps/blue/shop/t.yaml':
        'apiVersion: builtin\nkind: PatchTransformer\nmetadata: { name: x }\npath: by-transformer.yaml\n',
      ...base('apps/blue/common'),
      ...Object.fromEntries(
        [
          'own.yaml',
          'p/patch.yaml',
          'sm.yaml',
          'json.yaml',
          'data.txt',
          'keyed.txt',
          'a.env',
          'b.env',
          'secret.txt',
          'crd.json',
          'schema.json',
          'conf.yaml',
          'replace.yaml',
          'by-transformer.yaml',
        ].map((name) => [`apps/blue/shop/${name}`, name]),
      ),
      'apps/blue/shop/unused.yaml': 'unused',
      'apps/blue/other.yaml': 'other',
    };
    const wanted = Object.keys(main).filter((path) => !path.endsWith('unused.yaml') && !path.endsWith('other.yaml'));
    expect(Object.keys(leaf({}, main).files).sort()).toEqual(wanted.map((path) => `/main/${path}`).sort());
  });
  test('shared components and patches of the config branch come along, other leaves do not', () => {
    const request = leaf({
      'eu/apps/blue/shop/kustomization.yaml':
        'components: [../../../../_shared/tls]\npatches: [{ path: ../../../../_shared/p.yaml }]\n',
      '_shared/tls/kustomization.yaml': 'kind: Component\n',
      '_shared/p.yaml': 'p',
      'us/apps/blue/shop/kustomization.yaml': 'namePrefix: us-\n',
    });
    const config = Object.keys(request.files).filter((path) => path.startsWith('/config'));
    expect(config.sort()).toEqual([
      '/config/_shared/p.yaml',
      '/config/_shared/tls/kustomization.yaml',
      `${leafRoot}/kustomization.yaml`,
    ]);
  });
  test('files that are not text travel apart', () => {
    const bytes = Buffer.from([0, 255, 254]);
    const main = {
      'apps/blue/shop/kustomization.yaml': 'configMapGenerator: [{ name: x, files: [logo.png] }]',
      'apps/blue/shop/logo.png': bytes,
    };
    expect(leaf({}, main).binaryFiles).toEqual({ '/main/apps/blue/shop/logo.png': bytes.toString('base64') });
  });
});

describe('a reference to main means the base at the commit that is rendered', () => {
  const forms = [
    `${repository}//apps/blue/shop`,
    `${repository}//apps/blue/shop?ref=main`,
    `${repository}//apps/blue/shop/?ref=HEAD`,
    `${repository}.git/apps/blue/shop?version=main`,
    `${repository}/apps/blue/shop?ref=refs/heads/main&timeout=120`,
    'http://github.com/acme/platform-src/apps/blue/shop',
    'github.com/acme/platform-src/apps/blue/shop?ref=main',
    'git@github.com:acme/platform-src.git//apps/blue/shop?ref=main',
    'git@github.com:acme/platform-src/apps/blue/shop',
    'ssh://git@github.com/acme/platform-src//apps/blue/shop?ref=main',
    'git::https://github.com/acme/platform-src//apps/blue/shop?ref=main',
    'https://someone@github.com/ACME/platform-src.git//apps/blue/shop?ref=main',
  ];
  test.each(forms)('%s', (url) => {
    expect(edited(`# why\nresources:\n  - ${url}   # the base\nnamePrefix: eu-\n`)).toBe(
      `# why\nresources:\n  - "${toBase}"   # the base\nnamePrefix: eu-\n`,
    );
  });
  test.each([
    [
      'https://dev.azure.com/acme/fleet/_git/platform',
      'https://acme@dev.azure.com/acme/fleet/_git/platform/apps/blue/shop?version=main',
    ],
    ['git@ssh.dev.azure.com:v3/acme/fleet/platform', 'https://dev.azure.com/acme/fleet/_git/platform//apps/blue/shop'],
    ['https://gitlab.example.com/a/b/platform', 'git@gitlab.example.com:a/b/platform.git//apps/blue/shop?ref=main'],
    ['/srv/git/platform.git', 'file:///srv/git/platform.git//apps/blue/shop?ref=main'],
    ['file:///srv/git/platform', 'file:///srv/git/platform//apps/blue/shop'],
    ['http://127.0.0.1:4000/acme/platform.git', 'http://127.0.0.1:4000/acme/platform.git//apps/blue/shop'],
  ])('of the repository %s as %s', (known, url) => {
    const config = { 'eu/apps/blue/shop/kustomization.yaml': kustomization(url) };
    const request = requestOf({ main: shop, config, repositories: [repository, known] }, 'eu/apps/blue/shop');
    expect(fileIn(request, `${leafRoot}/kustomization.yaml`)).toBe(kustomization(`"${toBase}"`));
  });
  test('in deprecated bases, in flow style, in quotes, as a block scalar and through an anchor', () => {
    const url = `${repository}//apps/blue/shop?ref=main`;
    expect(edited(`bases: ["${url}"]\n`)).toBe(`bases: ["${toBase}"]\n`);
    expect(edited(`resources:\n- >-\n  ${url}\nnamePrefix: a\n`)).toBe(`resources:\n- "${toBase}"\nnamePrefix: a\n`);
    expect(edited(`resources: &r\n- &u ${url}\nx: *r\n`)).toBe(`resources: &r\n- &u "${toBase}"\nx: *r\n`);
    expect(edited(`{resources: ['${url}']}`)).toBe(`{resources: ["${toBase}"]}`);
    expect(edited(`Resources: [${url}]\n`)).toBe(`Resources: ["${toBase}"]\n`);
  });
  test('another base of main too, without replacing the one that is assigned', () => {
    const main = { ...shop, ...base('apps/redis') };
    expect(edited(kustomization(`${repository}//apps/redis`), {}, main)).toBe(
      kustomization(`"${toBase}"`, '"../../../../../main/apps/redis"'),
    );
    expect(edited(kustomization(`${repository}//apps/redis`, `${repository}//apps/blue/shop`), {}, main)).toBe(
      kustomization('"../../../../../main/apps/redis"', `"${toBase}"`),
    );
  });
  test('a variant below the base stands for it', () => {
    const main = { ...shop, 'apps/blue/shop/overlays/ha/kustomization.yaml': kustomization('../../') };
    expect(edited(kustomization(`${repository}//apps/blue/shop/overlays/ha`), {}, main)).toBe(
      kustomization(`"${toBase}/overlays/ha"`),
    );
  });
  test('in a shared directory that the leaf refers to', () => {
    const request = leaf({
      'eu/apps/blue/shop/kustomization.yaml': kustomization('../../../../_shared/shop'),
      '_shared/shop/kustomization.yaml': kustomization(`${repository}//apps/blue/shop`),
    });
    expect(fileIn(request, `${leafRoot}/kustomization.yaml`)).toBe(kustomization('../../../../_shared/shop'));
    expect(fileIn(request, '/config/_shared/shop/kustomization.yaml')).toBe(
      kustomization('"../../../main/apps/blue/shop"'),
    );
  });
  test('to plain manifests', () => {
    const main = { 'apps/blue/shop/a.yaml': manifest('ConfigMap', 'a') };
    const request = leaf(
      { 'eu/apps/blue/shop/kustomization.yaml': kustomization(`${repository}//apps/blue/shop`) },
      main,
    );
    expect(fileIn(request, '/main/apps/blue/shop/kustomization.yaml')).toContain('- "a.yaml"');
  });
});

describe('without a reference the base is added as first resource', () => {
  test.each([
    ['a block list', 'resources:\n- a.yaml\n', `resources:\n- "${toBase}"\n- a.yaml\n`],
    [
      'an indented list after a comment',
      'resources:\n  # mine\n  - a.yaml\n',
      `resources:\n  # mine\n  - "${toBase}"\n  - a.yaml\n`,
    ],
    ['a flow list', 'resources: [a.yaml]', `resources: ["${toBase}", a.yaml]`],
    ['an empty list', 'resources: []\n', `resources: ["${toBase}"]\n`],
    ['no value', 'resources:  # none yet\nnamePrefix: a-\n', `resources: ["${toBase}"]  # none yet\nnamePrefix: a-\n`],
    ['no resources', '---\n# why\nnamePrefix: a-\n', `---\n# why\nresources: ["${toBase}"]\nnamePrefix: a-\n`],
    ['Windows line ends', 'resources:\r\n- a.yaml\r\n', `resources:\r\n- "${toBase}"\n- a.yaml\r\n`],
    ['a file that ends in a separator', 'namePrefix: a-\n---\n', `resources: ["${toBase}"]\nnamePrefix: a-\n---\n`],
    [
      'what only comments follow',
      'resources: []\n--- # x\n# y\n...\n---\n',
      `resources: ["${toBase}"]\n--- # x\n# y\n...\n---\n`,
    ],
    ['an empty file', '', `resources:\n- "${toBase}"\n`],
    ['only a comment', '# later', `# later\nresources:\n- "${toBase}"\n`],
  ])('to %s', (_, text, expected) => {
    expect(edited(text, { 'eu/apps/blue/shop/a.yaml': 'a' })).toBe(expected);
  });
  test('to what cannot be extended it says so', () => {
    expect(refused('{namePrefix: a}')).toContain('Write them as a plain list');
  });
  test('around a Component', () => {
    const request = leaf({ 'eu/apps/blue/shop/kustomization.yaml': 'kind: Component\nnamePrefix: a-\n' });
    expect(request.root).toBe('/leaf');
    expect(fileIn(request, '/leaf/kustomization.yaml')).toBe(
      'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n- "../main/apps/blue/shop"\ncomponents:\n- "../config/eu/apps/blue/shop"\n',
    );
  });
  test('but not around a Component that refers to it', () => {
    const text = `kind: Component\nresources: ["${repository}//apps/blue/shop"]\n`;
    const request = leaf({ 'eu/apps/blue/shop/kustomization.yaml': text });
    expect(fileIn(request, '/leaf/kustomization.yaml')).not.toContain('main');
  });
});

describe('configs and overlays', () => {
  test('are resources and patches, by name', () => {
    const request = leaf({
      'eu/apps/blue/shop/configs/b.yaml': 'b',
      'eu/apps/blue/shop/configs/a.yml': 'a',
      'eu/apps/blue/shop/overlays/p.yaml': 'p',
      'eu/apps/blue/shop/overlays/README.md': '',
    });
    expect(request.root).toBe(leafRoot);
    expect(fileIn(request, `${leafRoot}/kustomization.yaml`)).toBe(
      `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n- "${toBase}"\n- "configs/a.yml"\n- "configs/b.yaml"\npatches:\n- path: "overlays/p.yaml"\n`,
    );
  });
});

describe('refused, with file, line and remedy', () => {
  test.each([
    ['a tag', `resources:\n- ${repository}//apps/blue/shop?ref=v1.2.0\n`, ['line 2', '"v1.2.0"', 'write ref=main']],
    ['a sha', kustomization(`${repository}//apps/blue/shop?ref=${'1'.repeat(40)}`), ['write ref=main']],
    ['another branch', kustomization(`${repository}//apps/blue/shop?ref=dev`), ['"dev"']],
    [
      'a remote base',
      kustomization('https://github.com/other/repo//x?ref=main'),
      ["lies outside of the platform's repository", 'no network'],
    ],
    ['a remote file', kustomization('https://raw.githubusercontent.com/acme/platform-src/main/x.yaml'), ['no network']],
    ['a remote patch', 'patches: [{ path: "https://example.com/p.yaml" }]', ['patches', 'no network']],
    [
      'a remote file of a generator',
      'configMapGenerator: [{ name: x, files: ["a=https://example.com/p"] }]',
      ['no network'],
    ],
    [
      'a password in the message',
      kustomization('https://me:hunter2@github.com/other/repo'),
      ['"https://github.com/other/repo"'],
    ],
    ['helmCharts', 'namePrefix: x\nhelmCharts: [{ name: x }]', ['line 2', 'helmCharts']],
    ['helmGlobals', 'helmGlobals: { configHome: /x }', ['helmGlobals']],
    [
      'what is not there',
      kustomization('nope.yaml'),
      ['line 2', '"nope.yaml" does not exist', 'eu/apps/blue/shop/nope.yaml'],
    ],
    ['what leads out of the repository', kustomization('../../../../../etc/passwd'), ['leads out of the repository']],
    ['an absolute path', kustomization('/etc/passwd'), ['is an absolute path']],
    ['a directory where a file belongs', 'patches: [{ path: .. }]', ['".." is a directory']],
    [
      'main without that directory',
      kustomization(`${repository}//apps/gone`),
      ['main has no directory apps/gone at aaaaaaaa'],
    ],
    ['a broken file', 'resources: [', ['eu/apps/blue/shop/kustomization.yaml', 'not valid YAML']],
    ['two documents', 'namePrefix: a\n---\nnamePrefix: b\n', ['one YAML document']],
    ['an empty document before another', '---\n---\nnamePrefix: b\n', ['line 2', 'one YAML document']],
    ['nothing but separators', '---\n---\n', ['one YAML document']],
    ['a list', '- a\n', ['a map of fields']],
    [
      'a function in a container',
      'transformers:\n- |\n  apiVersion: builtin\n  kind: X\n  metadata:\n    name: x\n    annotations:\n      config.kubernetes.io/function: "container: {image: x}"\n',
      ['executable function'],
    ],
    [
      'an exec plugin',
      'generators:\n- |\n  apiVersion: someteam.example.com/v1\n  kind: Maker\n  metadata: { name: x }\n',
      ['someteam.example.com/v1 Maker is a plugin'],
    ],
  ])('%s', (_, text, expected) => {
    const message = refused(text);
    for (const part of expected) expect(message).toContain(part);
    expect(message).toContain('group eu, leaf apps/blue/shop (main aaaaaaaa, config cccccccc)');
    expect(message).not.toContain('hunter2');
  });
  test('two kustomizations in one directory', () => {
    expect(refused('namePrefix: a', { 'eu/apps/blue/shop/Kustomization': 'namePrefix: b' })).toContain(
      'several kustomizations',
    );
  });
  test('a file with a plugin from elsewhere', () => {
    const message = refused('transformers: [t.yaml]', { 'eu/apps/blue/shop/t.yaml': 'apiVersion: a.b/v1\nkind: T\n' });
    expect(message).toContain('config cccccccc, eu/apps/blue/shop/t.yaml');
  });
  test('the errors of several leaves, ten at most', () => {
    const names = Array.from({ length: 12 }, (_, index) => `apps/app-${String(index).padStart(2, '0')}`);
    const main = Object.assign({}, ...names.map((name) => base(name)));
    const config = Object.fromEntries(
      names.map((name) => [`eu/${name}/kustomization.yaml`, kustomization('gone.yaml')]),
    );
    const message = refusal({ main, config });
    expect(message.match(/leaf apps/g)).toHaveLength(10);
    expect(message).toContain('There may be more');
  });
});

describe('symlinks', () => {
  test('to a file stand for its content', () => {
    const main = { ...shop, 'apps/blue/shop/map.yaml': link('../../../lib/map.yaml'), 'lib/map.yaml': 'content' };
    expect(fileIn(leaf({}, main), '/main/apps/blue/shop/map.yaml')).toBe('content');
  });
  test('to a directory lead on from where it lies, as for kustomize', () => {
    const main = {
      'apps/blue/shop/kustomization.yaml': kustomization('parts'),
      'apps/blue/shop/parts': link('../../../lib/parts'),
      'lib/parts/kustomization.yaml': kustomization('../x.yaml'),
      'lib/x.yaml': 'x',
    };
    const request = leaf({}, main);
    expect(fileIn(request, '/main/apps/blue/shop/kustomization.yaml')).toBe(kustomization('"../../../lib/parts"'));
    expect(fileIn(request, '/main/lib/x.yaml')).toBe('x');
  });
  test.each([
    ['out of the tree', link('../../../../etc/passwd'), 'outside of the repository'],
    ['to an absolute path', link('/etc/passwd'), 'outside of the repository'],
    ['in a circle', link('map.yaml'), 'in a circle'],
    ['to nothing', link('gone.yaml'), 'does not exist'],
    ['that are submodules', submodule, 'it is a submodule'],
  ])('%s are refused where they are needed', (_, content, expected) => {
    const main = { ...shop, 'apps/blue/shop/map.yaml': content };
    expect(refusal({ main, config: { 'eu/apps/blue/shop/.gitkeep': '' } })).toContain(expected);
  });
  test('that nobody needs disturb nobody', () => {
    const main = { ...shop, 'docs/x': link('/etc/passwd'), vendor: submodule };
    expect(leaf({}, main).root).toBe('/main/apps/blue/shop');
  });
  test('that multiply directories without end are refused in time', () => {
    const levels = Array.from({ length: 30 }, (_, level) => level);
    const fan = Object.fromEntries(
      levels.flatMap((level) => [
        [`eu/apps/d${level}/x.txt`, ''],
        ...['a', 'b', 'c'].map((name) => [`eu/apps/d${level}/${name}`, link(`../d${level + 1}`)]),
      ]),
    );
    expect(refusal({ main: shop, config: { 'eu/apps/blue/shop/.gitkeep': '', ...fan } })).toContain(
      'symlinks to directories multiply',
    );
    // On main nothing goes where nothing is assigned.
    expect(leaf({}, { ...shop, ...fan }).root).toBe('/main/apps/blue/shop');
  });
});
