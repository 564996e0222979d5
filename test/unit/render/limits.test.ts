import { describe, expect, test } from 'vitest';
import { limits } from '../../../src/platform/limits.ts';
import { planPlatform } from '../../../src/render/platform.ts';
import type { SourceFile, SourceTree } from '../../../src/render/types.ts';
import { base, inputsOf, kustomization, manifest, plan, refusal, tree } from './trees.ts';

const shop = base('apps/blue/shop');
const assigned = { 'eu/apps/blue/shop/.gitkeep': '' };
const headSha = 'd'.repeat(40);

/** A tree whose files are read only when they are asked for, and which notes which. */
function watched(files: Parameters<typeof tree>[0], revision: string) {
  const reads: string[] = [];
  const whole = tree(files, revision);
  const lazy = [...whole.files].map(([path, file]): [string, SourceFile] => [
    path,
    {
      mode: file.mode,
      oid: file.oid,
      size: file.content?.length,
      get content() {
        reads.push(path);
        return file.content;
      },
    },
  ]);
  return { reads, tree: { revision, files: new Map(lazy) } satisfies SourceTree };
}

/** A kustomization of so many bytes. */
function kustomizationOf(bytes: number): string {
  return `${kustomization('map.yaml')}#${'x'.repeat(bytes - kustomization('map.yaml').length - 2)}\n`;
}

describe('what is not assigned', () => {
  test('is not read, whatever lies beside it', () => {
    const main = watched(
      {
        ...shop,
        ...base('apps/blue/cart'),
        'apps/blue/kustomization.yaml': 'kind: Component\n',
        'apps/blue/plain/map.yaml': manifest('ConfigMap', 'plain'),
        'infra/log/Chart.yaml': 'name: log\nversion: 1.0.0\n',
        'infra/log/helm.yaml': 'namespace: log\n',
      },
      'a'.repeat(40),
    );
    const { leaves } = planPlatform({ ...inputsOf({ main: {}, config: assigned }), main: main.tree });
    expect(leaves.map(({ assignment }) => assignment.path)).toEqual(['eu/apps/blue/shop']);
    // The parent is read, because it could pull the shop in; what a leaf has is read when it is rendered.
    expect([...new Set(main.reads)].sort()).toEqual([
      'apps/blue/kustomization.yaml',
      'apps/blue/shop/kustomization.yaml',
    ]);
  });

  test('may be larger than anything that is assigned', () => {
    const large = kustomizationOf(limits.kustomizationBytes + 1);
    const main = { ...shop, ...base('apps/blue/cart'), 'apps/blue/cart/kustomization.yaml': large };
    expect(plan({ main, config: assigned }).leaves).toHaveLength(1);
  });
});

describe('a file that is too large', () => {
  test('is told with its place, its size, the limit and the remedy where it is a kustomization', () => {
    const at = (bytes: number) => ({ ...shop, 'apps/blue/shop/kustomization.yaml': kustomizationOf(bytes) });
    expect(plan({ main: at(limits.kustomizationBytes), config: assigned }).leaves).toHaveLength(1);
    expect(refusal({ main: at(2.8 * 1024 * 1024), config: assigned })).toBe(
      'dev cannot be rendered: group eu, leaf apps/blue/shop (main aaaaaaaa, config cccccccc): main aaaaaaaa, ' +
        'apps/blue/shop/kustomization.yaml: it has 2.8 MiB, and a kustomization may have 256 KiB: split it, or move what is long into files that it names.',
    );
  });

  test('is told where it is a kustomization with aliases without end', () => {
    const aliases = (count: number) => `resources:\n- &a map.yaml\npatches: [${'*a, '.repeat(count)}]\n`;
    const at = (count: number) => ({ ...shop, 'apps/blue/shop/kustomization.yaml': aliases(count) });
    expect(plan({ main: at(1_000), config: assigned }).leaves).toHaveLength(1);
    expect(refusal({ main: at(1_001), config: assigned })).toContain(
      'it has 1001 aliases, and a kustomization may have 1000: write the values out.',
    );
  });

  test.each([
    ['values.yaml of the leaf', 'eu/infra/log/values.yaml', 'config cccccccc, eu/infra/log/values.yaml'],
    ['values.yaml of a group', 'eu/values.yaml', 'config cccccccc, eu/values.yaml'],
    ['helm.yaml', 'eu/infra/log/helm.yaml', 'config cccccccc, eu/infra/log/helm.yaml'],
    ['values.yaml of the chart', 'values.yaml', 'main aaaaaaaa, infra/log/values.yaml'],
  ])('is told where it is the %s', (_, path, place) => {
    const long = `#${'x'.repeat(limits.settingsBytes)}\n`;
    const chart = { 'infra/log/Chart.yaml': 'name: log\nversion: 1.0.0\n', 'infra/log/helm.yaml': 'namespace: log\n' };
    const isOfChart = path === 'values.yaml';
    const main = isOfChart ? { ...chart, 'infra/log/values.yaml': long } : chart;
    const config = { 'eu/infra/log/.gitkeep': '', ...(isOfChart ? {} : { [path]: long }) };
    expect(refusal({ main, config })).toContain(
      `${place}: it has 1 MiB, and values and settings may have 1 MiB: divide`,
    );
  });

  test('is told in sum, with the largest of them', () => {
    const part = (index: number) =>
      `${manifest('ConfigMap', `m${index}`)}#${index}${'x'.repeat(limits.fileBytes - 1000)}`;
    const names = Array.from({ length: 17 }, (_, index) => `m${index}.yaml`);
    const main = {
      'apps/blue/shop/kustomization.yaml': kustomization(...names),
      ...Object.fromEntries(names.map((name, index) => [`apps/blue/shop/${name}`, part(index)])),
    };
    expect(refusal({ main, config: assigned })).toMatch(
      /^dev cannot be rendered: its leaves read 68 MiB, and one environment may read 64 MiB\. The largest file is main aaaaaaaa, apps\/blue\/shop\/m1\d\.yaml with 4 MiB\./,
    );
  });

  test('is read at most as one file of so many that a commit may have', () => {
    const files = new Map(
      Array.from(
        { length: limits.commitFiles + 1 },
        (_, index) => [`x/${index}`, { mode: '100644', oid: 'e' }] as const,
      ),
    );
    const inputs = { ...inputsOf({ main: shop, config: assigned }), main: { revision: 'a'.repeat(40), files } };
    expect(() => planPlatform(inputs)).toThrow(
      /has 250001 files, and a commit that is rendered may have 250000\. Remove/,
    );
  });
});

describe("main's head", () => {
  const withHead = (head: SourceTree, main: Parameters<typeof tree>[0] = shop, config = assigned) =>
    planPlatform({ ...inputsOf({ main, config }), otherMains: [{ what: "main's head", tree: head }] });

  test('lets assignments of its bases wait', () => {
    const config = { ...assigned, 'eu/apps/blue/cart/.gitkeep': '' };
    const { waiting, warnings } = withHead(tree({ ...shop, ...base('apps/blue/cart') }, headSha), shop, config);
    expect(waiting).toEqual([{ group: 'eu', path: 'apps/blue/cart' }]);
    expect(warnings).toEqual([]);
  });

  test('is a warning where it could not be rendered itself, and is not parsed', () => {
    const large = kustomizationOf(limits.kustomizationBytes + 1);
    const names = Array.from({ length: 5 }, (_, index) => `apps/blue/k${index}/kustomization.yaml`);
    const head = watched({ ...shop, ...Object.fromEntries(names.map((name) => [name, large])) }, headSha);
    const { leaves, warnings } = withHead(head.tree);
    expect(leaves).toHaveLength(1);
    expect(warnings).toHaveLength(4);
    expect(warnings[0]).toContain(
      "main's head dddddddd, apps/blue/k0/kustomization.yaml: it has 256 KiB, and a kustomization may",
    );
    expect(warnings[3]).toBe("main's head dddddddd: 2 more are as large.");
    expect(head.reads.filter((path) => path.startsWith('apps/blue/k'))).toEqual([]);
  });

  test('is left out of account, with a warning, where too much would have to be read of it', () => {
    const names = Array.from({ length: 17 }, (_, index) => `apps/blue/k${index}`);
    const large = (index: number) => kustomizationOf(limits.kustomizationBytes - index);
    const head = tree(
      { ...shop, ...Object.fromEntries(names.map((name, index) => [`${name}/kustomization.yaml`, large(index)])) },
      headSha,
    );
    const values = Object.fromEntries(names.map((name) => [`eu/${name}/values.yaml`, 'a: 1']));
    const below = {
      ...base('apps/blue/shop'),
      ...Object.fromEntries(names.map((name) => [`${name}/x/Chart.yaml`, 'name: x'])),
    };
    const charts = Object.fromEntries(names.map((name) => [`eu/${name}/x/helm.yaml`, 'namespace: x']));
    const { leaves, warnings } = withHead(head, below, { ...assigned, ...values, ...charts });
    expect(leaves).toHaveLength(18);
    expect(warnings.filter((each) => each.includes('was left out of account'))).toEqual([
      expect.stringMatching(
        /^main's head dddddddd was left out of account: .* more than 4 MiB where the environment assigns\./,
      ),
    ]);
  });

  test('with paths that no honest commit has stops nobody', () => {
    const files = new Map([...tree(shop).files, ['apps/../x', { mode: '100644', oid: 'e'.repeat(40) } as const]]);
    const { leaves, warnings } = withHead({ revision: headSha, files });
    expect(leaves).toHaveLength(1);
    expect(warnings).toEqual([expect.stringContaining('has a file called "apps/../x"')]);
  });
});

describe('names that differ in letter case or Unicode form alone', () => {
  test.each([
    ['a base', { ...shop, ...base('apps/blue/SHOP') }, 'main aaaaaaaa, apps/blue/SHOP: shop beside it differs'],
    [
      'a file',
      { ...shop, 'apps/blue/shop/Map.yaml': '' },
      'main aaaaaaaa, apps/blue/shop/Map.yaml: map.yaml beside it',
    ],
    ['a form', { ...shop, 'apps/e\u0301': '', 'apps/\u00e9': '' }, 'main aaaaaaaa, apps/e\u0301: \u00e9 beside it'],
  ])('are a warning where they are those of %s', (_, main, expected) => {
    const { leaves, warnings } = plan({ main, config: assigned });
    expect(leaves).toHaveLength(1);
    expect(warnings).toEqual([expect.stringContaining(expected)]);
  });

  test('are none of an environment that reads nothing there', () => {
    const main = { ...shop, ...base('infra/log'), ...base('infra/LOG') };
    expect(plan({ main, config: assigned }).warnings).toEqual([]);
    expect(plan({ main, config: { 'EU/infra/log/.gitkeep': '', ...assigned } }).warnings).toHaveLength(2);
  });
});
