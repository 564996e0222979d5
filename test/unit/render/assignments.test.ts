import { describe, expect, test } from 'vitest';
import { assignedIn, base, fileIn, kustomization, link, manifest, plan, refusal, requestOf } from './trees.ts';

const main = { ...base('apps/blue'), ...base('apps/blue/shop'), ...base('apps/blue/cart'), ...base('infra/net') };
const leaf = { configs: manifest('ConfigMap', 'mine') };

describe('assignments', () => {
  test('a directory below a group whose path is a base assigns it, parents too', () => {
    const config = { 'west-us/apps/blue/shop/configs/a.yaml': leaf.configs, 'west-us/infra/net/.gitkeep': '' };
    expect(assignedIn({ main, config })).toEqual(['west-us/apps/blue', 'west-us/apps/blue/shop', 'west-us/infra/net']);
  });

  test('groups may be nested, beside groups that are not', () => {
    const config = { 'us/east/apps/blue/.gitkeep': '', 'us/west/apps/blue/.gitkeep': '', 'eu/apps/blue/.gitkeep': '' };
    expect(assignedIn({ main, config })).toEqual(['eu/apps/blue', 'us/east/apps/blue', 'us/west/apps/blue']);
  });

  test('root files, dot and underscore directories are ignored', () => {
    const config = {
      'eu/apps/blue/.gitkeep': '',
      'fairlead.yaml': 'x',
      'kustomization.yaml': 'x: [',
      '_shared/tls/kustomization.yaml': 'kind: Component\n',
      '.github/apps/blue/x.yaml': 'x',
      'eu/_parts/x.yaml': 'x: 1',
      'docs/reading.md': '',
    };
    expect(assignedIn({ main, config })).toEqual(['eu/apps/blue']);
  });

  test("manifests beside the bases of a category are nobody's, because a category is no base", () => {
    const stray = { ...main, 'apps/all-in-one.yaml': manifest('ConfigMap', 'all') };
    const config = {
      'eu/apps/blue/.gitkeep': '',
      'us/apps/blue/cart/.gitkeep': '',
      'us/apps/kustomization.yaml': kustomization('blue/cart'),
    };
    expect(assignedIn({ main: stray, config })).toEqual(['eu/apps/blue', 'us/apps/blue/cart']);
  });

  test('a symlinked group has the same leaves', () => {
    const config = { 'eu/apps/blue/.gitkeep': '', us: link('eu') };
    expect(assignedIn({ main, config })).toEqual(['eu/apps/blue', 'us/apps/blue']);
  });
});

describe('bases below overlays', () => {
  const shop = {
    ...base('apps/shop'),
    'apps/shop/overlays/staging/kustomization.yaml': kustomization('../..'),
  };
  const patch = { 'eu/apps/shop/overlays/patch.yaml': manifest('ConfigMap', 'apps-shop') };

  test('are assigned by their path, beside the patches of the leaf above', () => {
    const config = { ...patch, 'eu/apps/shop/overlays/staging/.gitkeep': '' };
    expect(assignedIn({ main: shop, config })).toEqual(['eu/apps/shop', 'eu/apps/shop/overlays/staging']);
    const request = requestOf({ main: shop, config }, 'eu/apps/shop');
    expect(fileIn(request, '/config/eu/apps/shop/kustomization.yaml')).toContain('overlays/patch.yaml');
  });

  test('a directory of patches is the layer of its leaf, unless main has a base of that very path', () => {
    const main = { ...base('apps/shop'), ...base('apps/shop/overlays') };
    const config = { 'eu/apps/shop/overlays/overlays/patch.yaml': manifest('ConfigMap', 'apps-shop-overlays') };
    expect(assignedIn({ main, config })).toEqual(['eu/apps/shop', 'eu/apps/shop/overlays']);
    expect(refusal({ main, config: patch })).toContain('eu/apps/shop/overlays/patch.yaml: nothing reads it');
  });
});

describe('a kustomization at a directory that is no base', () => {
  const config = { 'eu/apps/blue/shop/.gitkeep': '', 'eu/apps/blue/cart/.gitkeep': '', 'eu/infra/net/.gitkeep': '' };
  test('at the group leaves categories out', () => {
    expect(assignedIn({ main, config: { ...config, 'eu/kustomization.yaml': kustomization('infra') } })).toEqual([
      'eu/infra/net',
    ]);
  });
  test('at the category lets children through, deeper ones by their path', () => {
    const all = { ...config, 'eu/apps/kustomization.yaml': kustomization('./blue/cart/') };
    expect(assignedIn({ main, config: all })).toEqual(['eu/apps/blue/cart', 'eu/infra/net']);
  });
  test('above a nested group counts too', () => {
    const nested = {
      'us/a/apps/blue/.gitkeep': '',
      'us/b/apps/blue/.gitkeep': '',
      'us/kustomization.yml': kustomization('b'),
    };
    expect(assignedIn({ main, config: nested })).toEqual(['us/b/apps/blue']);
  });
  test('at a base belongs to the leaf and leaves nothing out', () => {
    const all = { ...config, 'eu/apps/blue/kustomization.yaml': 'namePrefix: a-\n' };
    expect(assignedIn({ main, config: all })).toContain('eu/apps/blue/shop');
  });
  test('hides typing errors below what it does not list', () => {
    const all = { ...config, 'eu/old/x.yaml': 'x: 1', 'eu/kustomization.yaml': kustomization('apps') };
    expect(assignedIn({ main, config: all })).toHaveLength(3);
  });
  test('must not do anything else, for that would be lost', () => {
    const message = refusal({
      main,
      config: { ...config, 'eu/kustomization.yaml': 'resources: [apps]\nnamespace: x\n' },
    });
    expect(message).toContain('eu/kustomization.yaml');
    expect(message).toContain('line 2');
    expect(message).toContain('namespace has no effect');
  });
  test.each(['nope', 'README.md', '../us', 'https://github.com/acme/x'])('must not list %s', (entry) => {
    const all = { ...config, 'eu/README.md': '', 'eu/kustomization.yaml': kustomization('apps', entry) };
    expect(refusal({ main, config: all })).toContain(`"${entry}" is no directory below this one`);
  });
  test('where bases lie below it, names them to whoever refers to one from there', () => {
    const overlays = { 'app/base/a.yaml': leaf.configs, 'app/overlays/staging/kustomization.yaml': kustomization() };
    const entry = 'https://github.com/acme/platform/app/overlays/staging?ref=main';
    const message = refusal({ main: overlays, config: { 'eu/app/kustomization.yaml': kustomization(entry) } });
    expect(message).toContain('is no directory below this one. eu/app is no base');
    expect(message).toContain('Bases of main below app: app/base, app/overlays/staging.');
    const there = { 'eu/app/overlays/staging/.gitkeep': '' };
    expect(assignedIn({ main: overlays, config: there })).toEqual(['eu/app/overlays/staging']);
  });
});

describe('a group whose kustomization lists nothing', () => {
  const config = { 'eu/apps/blue/.gitkeep': '' };
  const nothing = 'resources: []\n';
  test('is emptied, with its assignments or without', () => {
    const alone = plan({ main, config: { ...config, 'us/lab/kustomization.yaml': nothing, 'us/lab/.gitkeep': '' } });
    expect(alone.emptied).toEqual(['us/lab']);
    const beside = { 'us/lab/kustomization.yaml': nothing, 'us/lab/apps/blue/.gitkeep': '' };
    const planned = plan({ main, config: { ...config, ...beside } });
    expect(planned.emptied).toEqual(['us/lab']);
    expect(planned.leaves.map(({ assignment }) => assignment.path)).toEqual(['eu/apps/blue']);
  });
  test('is none where the kustomization above leaves it out, or where groups lie below', () => {
    const above = { 'us/kustomization.yaml': kustomization('east'), 'us/east/apps/blue/.gitkeep': '' };
    const left = plan({ main, config: { ...config, ...above, 'us/lab/kustomization.yaml': nothing } });
    expect(left.emptied).toEqual([]);
    const nested = { 'us/kustomization.yaml': nothing, 'us/east/apps/blue/.gitkeep': '' };
    expect(plan({ main, config: { ...config, ...nested } }).emptied).toEqual([]);
  });
  test('hides no file: beside others it is no group, and it must do nothing else', () => {
    const extra = { 'us/lab/kustomization.yaml': nothing, 'us/lab/web.yaml': leaf.configs };
    expect(refusal({ main, config: { ...config, ...extra } })).toContain(
      'us: it looks like a group, but holds no category',
    );
    const more = { 'us/lab/kustomization.yaml': 'resources: []\nnamespace: x\n' };
    expect(refusal({ main, config: { ...config, ...more } })).toContain('namespace has no effect');
    const other = { 'us/lab/kustomization.yaml': kustomization('web.yaml') };
    expect(refusal({ main, config: { ...config, ...other } })).toContain('"web.yaml" is no directory below this one');
  });
  test('cannot be all that there is', () => {
    expect(refusal({ main, config: { 'us/lab/kustomization.yaml': nothing } })).toContain(
      'assigns no base to any group',
    );
  });
});

describe('waiting', () => {
  const config = {
    'eu/apps/blue/.gitkeep': '',
    'eu/apps/new/app/configs/a.yaml': leaf.configs,
    'eu/jobs/clean/.gitkeep': '',
  };
  test('a base that main has elsewhere is named and skipped, with its files', () => {
    const planned = plan({ main, config, alsoBases: ['apps/new/app', 'jobs/clean'] });
    expect(planned.waiting).toEqual([
      { group: 'eu', path: 'apps/new/app' },
      { group: 'eu', path: 'jobs/clean' },
    ]);
    expect(planned.leaves.map(({ assignment }) => assignment.path)).toEqual(['eu/apps/blue']);
  });
  test('an environment in which everything waits is an error', () => {
    const message = refusal({ main, config: { 'eu/apps/new/.gitkeep': '' }, alsoBases: ['apps/new'] });
    expect(message).toContain('waiting for main: eu/apps/new');
  });
});

describe('nothing is dropped silently', () => {
  const good = { 'eu/apps/blue/shop/.gitkeep': '' };
  test.each([
    [
      'a base that is nowhere',
      { 'eu/apps/green/web/values.yaml': 'a: 1' },
      'eu/apps/green/web: there is no base apps/green/web',
    ],
    ['a misspelt directory', { 'eu/apps/blue/basket/a.yaml': '' }, 'Bases of main below apps/blue: apps/blue/cart'],
    ['a typing error', { 'eu/apps/bleu/shop/.gitkeep': '' }, 'Did you mean eu/apps/blue/shop?'],
    ['its configs only', { 'eu/apps/green/configs/a.yaml': 'a: 1' }, 'there is no base apps/green on main'],
    ['a directory beside the categories', { 'eu/notes/a.txt': '' }, 'eu/notes: there is no base notes'],
    [
      'a category at the root',
      { 'apps/blue/.gitkeep': '' },
      'apps is a category of main, and lies at the root of the config branch',
    ],
    [
      'a group without a category',
      { 'us/aps/blue/values.yaml': '' },
      'us: it looks like a group, but holds no category (apps, infra)',
    ],
    [
      'a nested group without one',
      { 'as/x/apps/blue/.gitkeep': '', 'as/y/aps/values.yaml': '' },
      'as/y: it looks like a group',
    ],
    ['a group in a group', { 'eu/north/apps/blue/.gitkeep': '' }, 'eu/north: a group inside the group eu'],
    [
      'a directory in a leaf that looks like an assignment',
      { 'eu/apps/blue/shp/kustomization.yaml': '' },
      'eu/apps/blue/shp: nothing reads it',
    ],
    ['an empty one', { 'eu/apps/blue/shp/.gitkeep': '' }, 'eu/apps/blue/shp: nothing reads it'],
    [
      'loose YAML in a leaf',
      { 'eu/apps/blue/shop/patch.yaml': 'a: 1' },
      'Move it to configs/ (resources) or overlays/ (patches)',
    ],
    ['values where no chart reads them', { 'eu/apps/blue/shop/values.yaml': 'a: 1' }, 'apps/blue/shop is no chart'],
    ['helm.yaml where no chart is', { 'eu/apps/blue/shop/helm.yaml': 'a: 1' }, 'apps/blue/shop is no chart'],
    [
      'configs beside a kustomization',
      { 'eu/infra/net/kustomization.yaml': 'namePrefix: a-', 'eu/infra/net/configs/a.yaml': leaf.configs },
      'eu/infra/net/configs: nothing reads it',
    ],
    [
      'a deeper directory in configs',
      { 'eu/infra/net/configs/more/a.yaml': leaf.configs },
      'eu/infra/net/configs/more: nothing reads it',
    ],
  ])('%s is an error that says where and what to do', (_, wrong, expected) => {
    const message = refusal({ main, config: { ...good, ...wrong } });
    expect(message).toContain(expected);
    expect(message).toContain('config cccccccc');
    expect(message.split('\n')).toHaveLength(1);
  });

  test('a symlink in a circle among files of nobody is no endless walk', () => {
    expect(assignedIn({ main, config: { ...good, 'eu/notes/up': link('..') } })).toContain('eu/apps/blue/shop');
  });

  test('several errors are told at once', () => {
    const message = refusal({ main, config: { ...good, 'eu/apps/x/.gitkeep': '', 'eu/apps/y/.gitkeep': '' } });
    expect(message).toContain('there is no base apps/x');
    expect(message).toContain('there is no base apps/y');
  });

  test('no group, and main without bases, say so', () => {
    expect(refusal({ main, config: { 'README.md': '' } })).toContain('assigns no base to any group');
    expect(refusal({ main: {}, config: good })).toContain('none: main has no bases');
  });

  test('what is only for people may lie in a leaf', () => {
    const config = {
      ...good,
      'eu/apps/blue/shop/README.md': '',
      'eu/apps/blue/shop/docs/picture.svg': '',
      'eu/infra/net/kustomization.yaml': 'namePrefix: a-',
      'eu/infra/net/off/patch.yaml': 'x',
    };
    expect(assignedIn({ main, config })).toHaveLength(3);
  });
});

describe('names', () => {
  test.each(['-rf', 'a b', 'a$(id)', 'a;b', 'ä', 'a:b', "it's", 'x.yaml', 'kustomization', 'Kustomization'])(
    '%s is refused for a base',
    (name) => {
      const message = refusal({ main: base(`apps/${name}`), config: { [`eu/apps/${name}/.gitkeep`]: '' } });
      expect(message).toContain(JSON.stringify(name));
    },
  );
  test('and for a group', () => {
    expect(refusal({ main, config: { '--upload-pack=x/apps/blue/.gitkeep': '' } })).toContain(
      '"--upload-pack=x" cannot be a name here',
    );
  });
  test('but disturbs nobody where it is not assigned', () => {
    expect(assignedIn({ main: { ...main, ...base('apps/a b') }, config: { 'eu/apps/blue/.gitkeep': '' } })).toEqual([
      'eu/apps/blue',
    ]);
  });
  test('a path that no git commit has is refused', () => {
    expect(refusal({ main: { ...main, 'apps/../x': '' }, config: {} })).toContain('"apps/../x"');
  });
});
