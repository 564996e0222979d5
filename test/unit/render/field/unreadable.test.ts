import { describe, expect, test } from 'vitest';
import { checkContents } from '../../../../src/render/platform.ts';
import { base, type Content, kustomization, link, manifest, plan, refusal, requestOf, submodule } from '../trees.ts';

/** A file as git has it when its content is kept in Git LFS. */
const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'3'.repeat(64)}\nsize 4096\n`;
const web = 'apps/web';
type Contents = Readonly<Record<string, Content>>;

/** What is said of one/apps/web, by a check that renders nothing and by the render. */
function complaints(main: Contents, config: Contents): readonly string[] {
  const platform = { main, config: { [`one/${web}/.gitkeep`]: '', ...config } };
  return [() => checkContents(plan(platform)), () => requestOf(platform, `one/${web}`, 'n')].map((work) => {
    try {
      work();
    } catch (error) {
      return (error as Error).message;
    }
    throw new Error('It was not refused.');
  });
}

describe('a file in Git LFS is told as one', () => {
  test.each<[string, string, Contents, Contents?]>([
    ['a resource', 'apps/web/map.yaml', { ...base(web), 'apps/web/map.yaml': pointer }],
    [
      'a file of a generator',
      'apps/web/licence.bin',
      {
        'apps/web/kustomization.yaml': 'secretGenerator: [{name: licence, files: [licence.bin]}]\n',
        'apps/web/licence.bin': pointer,
      },
    ],
    ['a kustomization', 'apps/web/kustomization.yaml', { 'apps/web/kustomization.yaml': pointer }],
    ['the only manifest of a base', 'apps/web/map.yaml', { 'apps/web/map.yaml': pointer }],
    [
      'a patch on the config branch',
      'one/apps/web/overlays/p.yaml',
      base(web),
      { 'one/apps/web/overlays/p.yaml': pointer },
    ],
    [
      'a kustomization there',
      'one/apps/web/kustomization.yaml',
      base(web),
      { 'one/apps/web/kustomization.yaml': pointer },
    ],
    [
      'values there',
      'one/values.yaml',
      { 'apps/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n' },
      { 'one/values.yaml': pointer },
    ],
    [
      'settings of a chart',
      'apps/web/helm.yaml',
      { 'apps/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n', 'apps/web/helm.yaml': pointer },
    ],
    [
      'through a symlink',
      'lib/map.yaml',
      { ...base(web), 'apps/web/map.yaml': link('../../lib/map.yaml'), 'lib/map.yaml': pointer },
    ],
  ])('%s', (...[, path, main, config = {}]) => {
    for (const message of complaints(main, config)) {
      expect(message).toContain(`${path}: it is kept in Git LFS`);
      expect(message).toContain('git lfs untrack');
    }
  });

  test('but not where nothing reads it, and not what only speaks of it', () => {
    const main = {
      ...base(web),
      'apps/web/photo.png': pointer,
      'apps/web/map.yaml': manifest('ConfigMap', 'lfs', `data:\n  a: |\n    ${pointer.replaceAll('\n', '\n    ')}\n`),
    };
    const platform = { main, config: { 'one/apps/web/.gitkeep': '' } };
    checkContents(plan(platform));
    requestOf(platform, 'one/apps/web');
  });
});

describe('a submodule is told as one', () => {
  test.each<[string, Contents, Contents?]>([
    ['a base', { [web]: submodule }],
    ['a base beside others', { ...base('apps/shop'), [web]: submodule }],
    ['above a base', { apps: submodule, ...base('infra/log') }],
    ['a category on the config branch', base(web), { 'one/apps': submodule }],
    [
      'a category beside another',
      { ...base(web), ...base('infra/log') },
      { 'one/apps': submodule, 'one/infra/log/.gitkeep': '' },
    ],
    ['a group', base(web), { one: submodule, 'two/apps/web/.gitkeep': '' }],
    ['an assignment on the config branch', base(web), { 'one/apps/web': submodule }],
  ])('%s', (_, main, config = { [`one/${web}/.gitkeep`]: '' }) => {
    const message = refusal({ main, config });
    expect(message).toContain('it is a submodule, and Fairlead does not fetch those');
    expect(message).not.toContain('there is no base');
  });

  test('which a kustomization refers to', () => {
    const main = { 'apps/web/kustomization.yaml': kustomization('vendored'), 'apps/web/vendored': submodule };
    expect(refusal({ main, config: { 'one/apps/web/.gitkeep': '' } })).toContain('it is a submodule');
  });

  test('and so is a symlink that leads nowhere', () => {
    const main = { ...base('apps/shop'), [web]: link('../../elsewhere') };
    const message = refusal({ main, config: { 'one/apps/web/.gitkeep': '' } });
    expect(message).toContain('main aaaaaaaa, apps/web cannot be read: it is a symlink to "../../elsewhere"');
  });
});
