import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { composeBranch, editsByHand, sameApartFromProvenance, takesOver } from '../../../src/render/layout/compose.ts';
import { layOut } from '../../../src/render/layout/files.ts';
import { type Provenance, printProvenance, provenancePath } from '../../../src/render/layout/provenance.ts';
import type { SourceTree } from '../../../src/render/types.ts';
import { output } from './fake-renderer.ts';
import { type Content, kustomization, manifest, tree } from './trees.ts';

const head = 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n';

function rendered(...leaves: readonly string[]) {
  return layOut(
    leaves.map((leaf) => {
      const at = leaf.search(/\/(apps|infra)\//);
      const path = leaf.slice(at + 1);
      return { group: leaf.slice(0, at), path, output: output('ConfigMap', path.replaceAll('/', '-')) };
    }),
  );
}

function provenance(groups: ReadonlyMap<string, readonly string[]>, main = 'a'): Provenance {
  return { revision: { main: main.repeat(40), config: 'c'.repeat(40) }, groups, renderer: { kustomize: 'v1' } };
}

function compose(leaves: readonly string[], branch: SourceTree | undefined) {
  const layout = rendered(...leaves);
  return composeBranch({ rendered: layout, provenance: provenance(layout.groups), branch });
}

/** The branch after these changes. */
function applied(branch: SourceTree | undefined, changes: ReadonlyMap<string, string | null>): SourceTree {
  const files: Record<string, Content> = {};
  for (const [path, file] of branch?.files ?? []) files[path] = file.content ?? '';
  for (const [path, text] of changes) {
    if (text === null) delete files[path];
    else files[path] = text;
  }
  return tree(files);
}

const flux = {
  'eu/flux-system/kustomization.yaml': kustomization('gotk-components.yaml'),
  'eu/flux-system/gotk-components.yaml': manifest('Namespace', 'flux-system'),
};

describe('composing a branch', () => {
  test('that is empty writes everything and the provenance', () => {
    const changes = compose(['eu/apps/shop', 'us/east/infra/net'], undefined);
    expect([...changes.keys()]).toEqual([
      provenancePath,
      'eu/apps/kustomization.yaml',
      'eu/apps/shop/kustomization.yaml',
      'eu/apps/shop/shop.yaml',
      'eu/kustomization.yaml',
      'us/east/infra/kustomization.yaml',
      'us/east/infra/net/kustomization.yaml',
      'us/east/infra/net/net.yaml',
      'us/east/kustomization.yaml',
    ]);
    expect(changes.get('eu/kustomization.yaml')).toBe(`${head}- apps\n`);
  });

  test('replaces each category whole and removes groups that are gone', () => {
    const branch = applied(
      undefined,
      compose(['eu/apps/shop', 'eu/apps/cart', 'eu/infra/net', 'us/apps/shop'], undefined),
    );
    const changes = compose(['eu/apps/shop'], applied(branch, new Map([['eu/apps/by-hand.yaml', 'x']])));
    const removed = [...changes].filter(([, text]) => text === null).map(([path]) => path);
    expect(removed).toEqual([
      'eu/apps/by-hand.yaml',
      'eu/apps/cart/cart.yaml',
      'eu/apps/cart/kustomization.yaml',
      'eu/infra/kustomization.yaml',
      'eu/infra/net/kustomization.yaml',
      'eu/infra/net/net.yaml',
      'us/apps/kustomization.yaml',
      'us/apps/shop/kustomization.yaml',
      'us/apps/shop/shop.yaml',
      'us/kustomization.yaml',
    ]);
    expect(changes.has('eu/apps/shop/shop.yaml')).toBe(false);
  });

  test('leaves an empty kustomization to an emptied group, beside what others keep there, until the group is gone', () => {
    const branch = applied(tree(flux), compose(['eu/apps/shop', 'us/apps/shop'], tree(flux)));
    const composeEmptied = (groups: readonly string[], on: SourceTree) => {
      const layout = layOut([], groups);
      return composeBranch({ rendered: layout, provenance: provenance(layout.groups), branch: on });
    };
    const changes = composeEmptied(['eu', 'us'], branch);
    const left = [...changes].filter(([path, text]) => text !== null && path !== provenancePath);
    expect(left).toEqual([
      ['eu/kustomization.yaml', `${head}- flux-system\n`],
      ['us/kustomization.yaml', expect.stringContaining('\nresources: []\nbuildMetadata: [originAnnotations]\n')],
    ]);
    const emptied = applied(branch, changes);
    expect([...emptied.files.keys()].filter((path) => path.startsWith('us/'))).toEqual(['us/kustomization.yaml']);
    expect(composeEmptied(['eu', 'us'], emptied).size).toBe(0);
    const again = applied(emptied, compose(['us/apps/shop'], emptied));
    expect(again.files.get('us/kustomization.yaml')?.content?.toString()).toBe(`${head}- apps\n`);
    expect(applied(emptied, composeEmptied(['eu'], emptied)).files.has('us/kustomization.yaml')).toBe(false);
  });

  test('again changes nothing, and another revision only the provenance', () => {
    const branch = applied(tree(flux), compose(['eu/apps/shop'], tree(flux)));
    expect(compose(['eu/apps/shop'], branch).size).toBe(0);
    const layout = rendered('eu/apps/shop');
    const newer = composeBranch({ rendered: layout, provenance: provenance(layout.groups, 'b'), branch });
    expect([...newer.keys()]).toEqual([provenancePath]);
    expect(sameApartFromProvenance(newer)).toBe(true);
    expect(sameApartFromProvenance(compose(['eu/apps/cart'], branch))).toBe(false);
  });

  test('knows a file again whose content is too large to be loaded', () => {
    const branch = applied(undefined, compose(['eu/apps/shop'], undefined));
    const path = 'eu/apps/shop/shop.yaml';
    const { content: _, ...large } = branch.files.get(path) ?? { oid: '', mode: '100644' as const };
    const on = (file: typeof large) => ({ ...branch, files: new Map([...branch.files, [path, file]]) });
    expect(compose(['eu/apps/shop'], on(large)).size).toBe(0);
    expect([...compose(['eu/apps/shop'], on({ ...large, oid: 'f'.repeat(40) })).keys()]).toEqual([path]);
  });

  test('writes through a file, a link or a mode that stands in the way', () => {
    const branch = tree({
      'eu/apps': 'a file',
      'eu/kustomization.yaml/x': 'a folder',
      'us/apps/shop/shop.yaml': { link: '/etc/passwd' },
    });
    const result = applied(branch, compose(['eu/apps/shop', 'us/apps/shop'], branch));
    expect(result.files.has('eu/apps')).toBe(false);
    expect(result.files.has('eu/kustomization.yaml/x')).toBe(false);
    expect(result.files.get('us/apps/shop/shop.yaml')?.mode).toBe('100644');
  });

  test('tells taking over from going on', () => {
    const before = tree({ 'eu/apps/old.yaml': 'x' });
    expect(takesOver(before, compose(['eu/apps/shop'], before))).toBe(true);
    const beside = tree({ 'README.md': 'x' });
    expect(takesOver(beside, compose(['eu/apps/shop'], beside))).toBe(false);
    expect(takesOver(undefined, compose(['eu/apps/shop'], undefined))).toBe(false);
    const ours = applied(undefined, compose(['eu/apps/shop'], undefined));
    expect(takesOver(ours, compose(['eu/apps/cart'], ours))).toBe(false);
  });

  test('finds what was edited by hand', () => {
    const layout = rendered('eu/apps/shop');
    const composition = { rendered: layout, provenance: provenance(layout.groups) };
    const branch = applied(undefined, composeBranch({ ...composition, branch: undefined }));
    const edited = applied(
      branch,
      new Map([
        ['eu/apps/shop/shop.yaml', 'mine'],
        ['eu/apps/extra.yaml', 'x'],
        ['eu/other.yaml', 'x'],
      ]),
    );
    expect(editsByHand({ ...composition, branch: edited })).toEqual(['eu/apps/extra.yaml', 'eu/apps/shop/shop.yaml']);
    expect(editsByHand({ ...composition, branch })).toEqual([]);
  });

  test('refuses provenance that it cannot read, or that names folders elsewhere', () => {
    for (const text of [
      '',
      'a: [',
      '- a',
      'revision: x+y\ngroups: {}',
      `revision: ${'a'.repeat(40)}+${'b'.repeat(40)}`,
    ]) {
      expect(() => compose(['eu/apps/shop'], tree({ [provenancePath]: text }))).toThrow(/provenance.yaml is damaged/);
    }
    for (const path of ['..', '../x', '.git', '/etc', 'a//b', '']) {
      const text = printProvenance(provenance(new Map([[path, ['apps']]])));
      expect(() => compose(['eu/apps/shop'], tree({ [provenancePath]: text }))).toThrow(/is no group or category/);
    }
  });
});

describe("in a group's folder", () => {
  test('flux-system stays and is listed, also where a kustomization forgot it', () => {
    const branch = tree({ ...flux, 'eu/kustomization.yaml': kustomization('apps') });
    expect(compose(['eu/apps/shop'], branch).get('eu/kustomization.yaml')).toBe(`${head}- apps\n- flux-system\n`);
  });

  test('what a kustomization listed stays listed while it is there', () => {
    const listed = kustomization(
      'apps',
      './mine/',
      'gone',
      'extra.yaml',
      '../shared',
      'https://example.com/x.yaml',
      'flux-system',
    );
    const branch = tree({
      ...flux,
      'eu/kustomization.yaml': listed,
      'eu/mine/a.yaml': 'x',
      'eu/extra.yaml': 'x',
      'eu/not-listed/kustomization.yaml': 'x',
      'shared/kustomization.yaml': 'x',
    });
    expect(compose(['eu/apps/shop'], branch).get('eu/kustomization.yaml')).toBe(
      `${head}- ../shared\n- ./mine/\n- apps\n- extra.yaml\n- flux-system\n- "https://example.com/x.yaml"\n`,
    );
  });

  test('without a kustomization, all that Flux applied by looking through the folder is listed', () => {
    const branch = tree({
      ...flux,
      'eu/mine/kustomization.yaml': kustomization('a.yaml'),
      'eu/mine/a.yaml': manifest('ConfigMap', 'a'),
      'eu/loose/deep/b.yaml': manifest('ConfigMap', 'b'),
      'eu/c.yaml': manifest('ConfigMap', 'c'),
      'eu/values.yaml': 'a: 1',
      'eu/README.md': '',
      'eu/apps/old/kustomization.yaml': 'x',
    });
    expect(compose(['eu/apps/shop'], branch).get('eu/kustomization.yaml')).toBe(
      `${head}- apps\n- c.yaml\n- flux-system\n- loose/deep/b.yaml\n- mine\n`,
    );
  });

  test('one kustomization is left, under the usual name', () => {
    const branch = tree({ 'eu/kustomization.yml': kustomization('apps', 'mine'), 'eu/mine/a.yaml': 'x' });
    const changes = compose(['eu/apps/shop'], branch);
    expect(changes.get('eu/kustomization.yml')).toBeNull();
    expect(changes.get('eu/kustomization.yaml')).toBe(`${head}- apps\n- mine\n`);
  });

  test('when the group goes, what is foreign stays, and its kustomization lists just that', () => {
    const branch = applied(tree(flux), compose(['eu/apps/shop', 'us/apps/shop'], tree(flux)));
    const changes = compose(['us/apps/shop'], branch);
    expect(changes.get('eu/kustomization.yaml')).toBe(`${head}- flux-system\n`);
    expect(changes.has('eu/flux-system/gotk-components.yaml')).toBe(false);
  });

  test('a group that moves up does not list the folder it left', () => {
    const branch = applied(undefined, compose(['us/east/apps/shop'], undefined));
    const changes = compose(['us/apps/shop'], branch);
    expect(changes.get('us/kustomization.yaml')).toBe(`${head}- apps\n`);
    expect(changes.get('us/east/kustomization.yaml')).toBeNull();
  });
});

describe('for any branch and any render', () => {
  const name = fc.constantFrom('a', 'b', 'c');
  const leaf = fc
    .tuple(
      fc.constantFrom('eu', 'us/east', 'us/west'),
      fc.constantFrom('apps', 'infra'),
      name,
      fc.option(name, { nil: undefined }),
    )
    .map(([group, category, first, second]) => [group, category, first, second].filter(Boolean).join('/'));
  const leaves = fc.uniqueArray(leaf, { minLength: 1, maxLength: 8 });
  const foreign = fc.dictionary(
    fc.constantFrom(
      'README.md',
      'eu/mine/a.yaml',
      'eu/flux-system/kustomization.yaml',
      'us/east/x.yaml',
      'us/notes.txt',
      'other/apps/x.yaml',
      'us/west/mine/kustomization.yaml',
    ),
    fc.constantFrom('x', manifest('ConfigMap', 'x')),
  );

  test('foreign files are never touched, and the result holds exactly what was rendered', () => {
    fc.assert(
      fc.property(foreign, fc.array(leaves, { minLength: 1, maxLength: 4 }), (others, renders) => {
        let branch = tree(others);
        for (const render of renders) {
          const changes = compose(render, branch);
          for (const path of Object.keys(others)) expect(changes.has(path)).toBe(false);
          branch = applied(branch, changes);
          const groups = new Set([...rendered(...render).groups.keys(), 'eu', 'us/east', 'us/west']);
          const ours = [...branch.files.keys()].filter((path) => !(path in others) && path !== provenancePath);
          const expected = [...rendered(...render).files.keys()];
          const levels = [...groups].map((group) => `${group}/kustomization.yaml`);
          expect(ours.filter((path) => !levels.includes(path))).toEqual(
            expected.filter((path) => !levels.includes(path)),
          );
          expect(compose(render, branch).size).toBe(0);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('the order of leaves makes no difference', () => {
    fc.assert(
      fc.property(leaves, (some) => {
        expect([...rendered(...some.toReversed()).files]).toEqual([...rendered(...some).files]);
      }),
    );
  });
});
