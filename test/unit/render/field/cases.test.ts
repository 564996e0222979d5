import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { renderPlatform } from '../../../../src/render/platform.ts';
import { ensureRenderer } from '../../../../src/render/renderer/ensure.ts';
import { createRendererPool } from '../../../../src/render/renderer/pool.ts';
import type { Renderer } from '../../../../src/render/types.ts';
import { type Content, inputsOf, kustomization, manifest, refusal, repository, requestOf } from '../trees.ts';

/*
 * Cases that were found in the field, rendered from the two commits to the files of a branch. Those that the renderer decides
 * are its own tests, in renderer/.
 */

let renderer: Renderer;
beforeAll(async () => {
  renderer = createRendererPool({ binary: await ensureRenderer(), size: 1 });
});
afterAll(() => renderer.close());

type Contents = Readonly<Record<string, Content>>;

/** What one/apps/web is rendered to. */
async function rendered(main: Contents, config: Contents = { 'one/apps/web/.gitkeep': '' }): Promise<string> {
  const { files } = await renderPlatform(inputsOf({ main, config }), renderer);
  return files.get('one/apps/web/web.yaml') ?? `none of ${[...files.keys()].join(', ')}`;
}

function fixture(path: string): string {
  return readFileSync(new URL(`../../../../renderer/internal/leaf/testdata/${path}`, import.meta.url), 'utf8');
}

test('a kustomization that ends in a separator builds, on main and in a leaf', async () => {
  const read = (name: string) => fixture(`kustomization-trailing-separator/${name}`);
  const main = {
    'apps/web/kustomization.yaml': read('kustomization.yaml'),
    'apps/web/a.yaml': read('a.yaml'),
  };
  expect(await rendered(main)).toBe(read('expected.yaml'));
  const config = { 'one/apps/web/kustomization.yaml': 'namePrefix: a-\n---\n' };
  expect(await rendered(main, config)).toContain('name: a-one');
});

test('a directory without a kustomization is no resource, as for kustomize', () => {
  const main = {
    'apps/web/kustomization.yaml': kustomization('base'),
    'apps/web/base/a.yaml': manifest('ConfigMap', 'one'),
  };
  const message = refusal({ main, config: { 'one/apps/web/.gitkeep': '' } });
  expect(message).toContain('main aaaaaaaa, apps/web/kustomization.yaml, line 2: resources: "base"');
  expect(message).toContain('holds no kustomization');
  const remote = { ...main, 'apps/web/kustomization.yaml': kustomization(`${repository}//apps/web/base?ref=main`) };
  expect(refusal({ main: remote, config: { 'one/apps/web/.gitkeep': '' } })).toContain('holds no kustomization');
});

test('a leaf may refer to a base of plain manifests on main', () => {
  const main = { 'apps/web/a.yaml': manifest('ConfigMap', 'one') };
  const text = kustomization(`${repository}//apps/web?ref=main`);
  const { files } = requestOf({ main, config: { 'one/apps/web/kustomization.yaml': text } }, 'one/apps/web');
  expect(files['/main/apps/web/kustomization.yaml']).toContain('- "a.yaml"');
});

test("a chart's objects come in kustomize's order", async () => {
  const main = {
    'apps/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
    'apps/web/helm.yaml': 'namespace: web\n',
    'apps/web/templates/a.yaml': manifest('ConfigMap', 'a'),
    'apps/web/templates/b.yaml': manifest('Secret', 'b'),
  };
  const kinds = async (config?: Contents) =>
    [...(await rendered(main, config)).matchAll(/^kind: (.*)$/gm)].map(([, kind]) => kind);
  expect(await kinds()).toEqual(['ConfigMap', 'Secret']);
  // Helm's install order is the one in which kustomize gets them.
  const fifo = { 'one/apps/web/kustomization.yaml': 'sortOptions: { order: fifo }\n' };
  expect(await kinds(fifo)).toEqual(['Secret', 'ConfigMap']);
});
