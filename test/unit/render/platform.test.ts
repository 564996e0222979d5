import { describe, expect, test } from 'vitest';
import { Failure } from '../../../src/failure.ts';
import type { LeafCache } from '../../../src/render/leaf/cache.ts';
import { renderPlatform } from '../../../src/render/platform.ts';
import type { LeafOutput } from '../../../src/render/types.ts';
import { fakeRenderer, output } from './fake-renderer.ts';
import { base, configSha, inputsOf, mainSha, type Platform, tree } from './trees.ts';

const two: Platform = {
  main: { ...base('apps/blue'), ...base('apps/blue/shop'), ...base('infra/net') },
  config: { 'eu/apps/blue/shop/.gitkeep': '', 'us/east/apps/blue/.gitkeep': '', 'us/east/infra/net/.gitkeep': '' },
};

function memory(): LeafCache & { readonly size: () => number } {
  const kept = new Map<string, LeafOutput>();
  return {
    get: async (key) => kept.get(key),
    set: (key, value) => void kept.set(key, value),
    size: () => kept.size,
  };
}

describe('a rendered platform', () => {
  test('has a folder for each leaf and a kustomization at each level', async () => {
    const { renderer } = fakeRenderer();
    const rendered = await renderPlatform(inputsOf(two), renderer);
    expect([...rendered.files.keys()]).toEqual([
      'eu/apps/blue/blue.yaml',
      'eu/apps/blue/kustomization.yaml',
      'eu/apps/blue/shop/kustomization.yaml',
      'eu/apps/blue/shop/shop.yaml',
      'eu/apps/kustomization.yaml',
      'eu/kustomization.yaml',
      'us/east/apps/blue/blue.yaml',
      'us/east/apps/blue/kustomization.yaml',
      'us/east/apps/kustomization.yaml',
      'us/east/infra/kustomization.yaml',
      'us/east/infra/net/kustomization.yaml',
      'us/east/infra/net/net.yaml',
      'us/east/kustomization.yaml',
    ]);
    const head = 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n';
    expect(rendered.files.get('eu/apps/blue/kustomization.yaml')).toBe(`${head}- blue.yaml\n- shop\n`);
    expect(rendered.files.get('us/east/kustomization.yaml')).toBe(`${head}- apps\n- infra\n`);
    expect(rendered.files.get('eu/apps/blue/blue.yaml')).toContain('name: main-apps-blue');
    expect(rendered.groups).toEqual(
      new Map([
        ['eu', ['apps']],
        ['us/east', ['apps', 'infra']],
      ]),
    );
    expect(rendered.leaves.get('eu')).toEqual(['eu/apps/blue', 'eu/apps/blue/shop']);
    expect(rendered).toMatchObject({ objects: 4, waiting: [], versions: { kustomize: 'v1' } });
  });

  test('leaves out what yields no object, with its level and its group', async () => {
    const { renderer } = fakeRenderer({ '/main/infra/net': output('X'), '/main/apps/blue/shop': output('X') });
    const rendered = await renderPlatform(inputsOf(two), renderer);
    expect(rendered.groups.get('us/east')).toEqual(['apps']);
    expect(rendered.files.has('us/east/infra/kustomization.yaml')).toBe(false);
    expect(rendered.files.get('eu/apps/blue/kustomization.yaml')).not.toContain('shop');
  });

  test('without any object is an error', async () => {
    const nothing = Object.fromEntries(
      ['apps/blue', 'apps/blue/shop', 'infra/net'].map((path) => [`/main/${path}`, output('X')]),
    );
    await expect(renderPlatform(inputsOf(two), fakeRenderer(nothing).renderer)).rejects.toThrow(
      'none of the assigned bases yields an object',
    );
  });

  test('refuses the same object from two leaves of a group, whatever its version, and names both', async () => {
    const twice = (apiVersion: string): LeafOutput => ({
      yaml: 'x',
      objects: [{ apiVersion, kind: 'Ingress', namespace: 'n', name: 'web' }],
    });
    const { renderer } = fakeRenderer({
      '/main/apps/blue': twice('net/v1'),
      '/main/apps/blue/shop': twice('net/v1beta1'),
    });
    await expect(renderPlatform(inputsOf(two), renderer)).rejects.toThrow(
      'group eu: Ingress n/web comes from two leaves, apps/blue and apps/blue/shop. Take it out of one of them.',
    );
  });
});

describe('the errors of leaves', () => {
  test('are told together, each with group, leaf, commits and the message of the tool', async () => {
    const { renderer } = fakeRenderer({ '/main/apps/blue': 'no such field', '/main/infra/net': 'broken patch' });
    const error = await renderPlatform(inputsOf(two), renderer).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Failure);
    const commits = `(main ${mainSha.slice(0, 8)}, config ${configSha.slice(0, 8)})`;
    expect(error).toMatchObject({
      type: 'RenderFailed',
      message: [
        'dev cannot be rendered:',
        `group eu, leaf apps/blue ${commits}: no such field`,
        `group us/east, leaf apps/blue ${commits}: no such field`,
        `group us/east, leaf infra/net ${commits}: broken patch`,
      ].join('\n'),
    });
  });
  test('beyond ten stop the render', async () => {
    const names = Array.from({ length: 60 }, (_, index) => `apps/app${index}`);
    const platform = {
      main: Object.assign({}, ...names.map(base)),
      config: Object.fromEntries(names.map((name) => [`eu/${name}/.gitkeep`, ''])),
    };
    const fake = fakeRenderer(Object.fromEntries(names.map((name) => [`/main/${name}`, 'no'])));
    await expect(renderPlatform(inputsOf(platform), fake.renderer)).rejects.toThrow(
      /There may be more; mend these first\.$/,
    );
    expect(fake.requests.length).toBeLessThan(40);
  });
  test('of the pool itself pass through as they are', async () => {
    const { renderer } = fakeRenderer();
    const broken = { ...renderer, render: () => Promise.reject(new Failure('Internal', 'no renderer')) };
    await expect(renderPlatform(inputsOf(two), broken)).rejects.toMatchObject({
      type: 'Internal',
      message: 'no renderer',
    });
  });
  test('an abort of the caller ends the render', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(renderPlatform(inputsOf(two), fakeRenderer().renderer, { signal })).rejects.toThrow('enough');
  });
});

describe('a chart', () => {
  const main = { ...base('infra/log'), 'infra/log/fluent/Chart.yaml': 'name: fluent' };
  const config = { 'eu/infra/log/fluent/.gitkeep': '' };
  test('gets its namespace from what its parent rendered', async () => {
    const fake = fakeRenderer({ '/main/infra/log': output('Namespace', 'logs') });
    await renderPlatform(inputsOf({ main, config }), fake.renderer);
    expect(fake.requests.map(({ root, chart }) => [root, chart?.namespace])).toEqual([
      ['/main/infra/log', undefined],
      ['/chart', 'logs'],
    ]);
  });
  test('without one is an error that says how to set it', async () => {
    const fake = fakeRenderer();
    await expect(renderPlatform(inputsOf({ main, config }), fake.renderer)).rejects.toThrow(
      'leaf infra/log/fluent (main aaaaaaaa, config cccccccc): its namespace is missing',
    );
    const alone = { 'infra/fluent/Chart.yaml': 'name: x', ...base('infra/fluent2') };
    await expect(
      renderPlatform(inputsOf({ main: alone, config: { 'eu/infra/fluent/.gitkeep': '' } }), fake.renderer),
    ).rejects.toThrow('Set `namespace` in helm.yaml');
  });
  test('whose parent fails adds no error of its own', async () => {
    const fake = fakeRenderer({ '/main/infra/log': 'bad parent' });
    await expect(renderPlatform(inputsOf({ main, config }), fake.renderer)).rejects.toThrow(
      /^dev cannot be rendered: group eu, leaf infra\/log \(.*\): bad parent$/,
    );
  });
});

describe('the cache', () => {
  test('spares what was rendered before, and what two groups have in common', async () => {
    const cache = memory();
    const first = fakeRenderer();
    const before = await renderPlatform(inputsOf(two), first.renderer, { cache });
    const again = fakeRenderer();
    const after = await renderPlatform(inputsOf(two), again.renderer, { cache });
    expect(after).toEqual(before);
    expect(again.requests).toEqual([]);
    expect(cache.size()).toBe(3);
  });
  test('renders only the leaves that a change can influence', async () => {
    const cache = memory();
    await renderPlatform(inputsOf(two), fakeRenderer().renderer, { cache });
    const changed = fakeRenderer();
    const main = { ...two.main, 'apps/blue/shop/map.yaml': 'changed' };
    await renderPlatform({ ...inputsOf({ ...two, main }), main: tree(main, 'b'.repeat(40)) }, changed.renderer, {
      cache,
    });
    expect(changed.requests.map(({ root }) => root)).toEqual(['/main/apps/blue/shop']);
  });
  test('forgets all when the renderer is another', async () => {
    const cache = memory();
    await renderPlatform(inputsOf(two), fakeRenderer().renderer, { cache });
    const newer = fakeRenderer();
    await renderPlatform(inputsOf(two), { ...newer.renderer, versions: async () => ({ kustomize: 'v2' }) }, { cache });
    expect(newer.requests).not.toEqual([]);
  });
});

test('a thousand leaves are planned and handed over a few at a time', async () => {
  const names = Array.from({ length: 200 }, (_, index) => `apps/team${index % 20}/app${index}`);
  const groups = ['a', 'b', 'c', 'd', 'e'];
  const main = Object.assign({}, ...names.map(base));
  const config = Object.fromEntries(
    groups.flatMap((group) => names.map((name) => [`${group}/${name}/kustomization.yaml`, `namePrefix: ${group}-\n`])),
  );
  const fake = fakeRenderer();
  const inputs = inputsOf({ main, config });
  const rendered = await renderPlatform(inputs, fake.renderer);
  expect(rendered.objects).toBe(1000);
  expect(fake.most()).toBeLessThanOrEqual(16);
});
