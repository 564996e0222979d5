import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { objectName } from '../../../src/object-name.ts';
import { composeBranch } from '../../../src/render/layout/compose.ts';
import { objectsIn } from '../../../src/render/layout/objects.ts';
import { type RenderedPlatform, renderPlatform } from '../../../src/render/platform.ts';
import { ensureRenderer } from '../../../src/render/renderer/ensure.ts';
import { createRendererPool } from '../../../src/render/renderer/pool.ts';
import type { Renderer } from '../../../src/render/types.ts';
import { type Content, inputsOf, kustomization, link, manifest, repository, tree } from './trees.ts';

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
spec:
  replicas: 1
  selector:
    matchLabels: { app: shop }
  template:
    metadata:
      labels: { app: shop }
    spec:
      containers:
      - name: web
        image: shop:1
`;

const main: Record<string, Content> = {
  'apps/blue/kustomization.yaml': kustomization('namespace.yaml'),
  'apps/blue/namespace.yaml': manifest('Namespace', 'blue'),
  'apps/blue/shop/kustomization.yaml': 'namespace: blue\nresources: [deployment.yaml]\n',
  'apps/blue/shop/deployment.yaml': deployment,
  'apps/blue/cart/kustomization.yaml': 'resources: [map.yaml]\n',
  'apps/blue/cart/map.yaml': link('../../../lib/map.yaml'),
  'lib/map.yaml': manifest('ConfigMap', 'cart', 'data: {a: "1"}\n'),
  'apps/blue/plain/b.yaml': manifest('ConfigMap', 'plain-b'),
  'apps/blue/plain/a.yaml': manifest('ConfigMap', 'plain-a'),
  'apps/blue/parts/kustomization.yaml': 'resources: [map.yaml]\n',
  'apps/blue/parts/map.yaml': manifest('ConfigMap', 'parts', 'data: {kept: "yes"}\n'),
  'apps/blue/old/kustomization.yaml': 'resources: [map.yaml]\n',
  'apps/blue/old/map.yaml': manifest('ConfigMap', 'old'),
  'infra/logs/kustomization.yaml': kustomization('namespace.yaml'),
  'infra/logs/namespace.yaml': manifest('Namespace', 'logs'),
  'infra/logs/fluent/Chart.yaml': 'apiVersion: v2\nname: fluent\nversion: 1.0.0\n',
  'infra/logs/fluent/values.yaml': 'endpoint: none\nlevel: info\n',
  'infra/logs/fluent/templates/map.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\ndata:\n  endpoint: {{ .Values.endpoint }}\n  level: {{ .Values.level }}\n  icon: {{ .Files.Get "icon.bin" | b64enc }}\n',
  'infra/logs/fluent/icon.bin': Buffer.from([0xff, 0x00, 0xfe]),
};

const config: Record<string, Content> = {
  'values.yaml': 'endpoint: root\nlevel: warn\n',
  '_shared/labels/kustomization.yaml':
    'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nlabels: [{ pairs: { shared: "yes" } }]\n',
  '_shared/replicas.yaml': '- op: replace\n  path: /spec/replicas\n  value: 5\n',
  'us/east/values.yaml': 'endpoint: east\n',
  // A reference to main, a shared component and a shared patch.
  'us/east/apps/blue/shop/kustomization.yaml': `resources:
- git@github.com:acme/platform-src.git//apps/blue/shop?ref=main
components: [../../../../../_shared/labels]
patches:
- path: ../../../../../_shared/replicas.yaml
  target: { kind: Deployment }
`,
  // A Component.
  'us/east/apps/blue/cart/kustomization.yaml': 'kind: Component\nnamePrefix: east-\n',
  // configs/ and overlays/.
  'us/east/apps/blue/parts/configs/extra.yaml': manifest('ConfigMap', 'extra'),
  'us/east/apps/blue/parts/overlays/more.yaml': manifest('ConfigMap', 'parts', 'data: {added: "too"}\n'),
  // Deprecated fields.
  'us/east/apps/blue/old/kustomization.yaml': `bases: ["${repository}//apps/blue/old"]\npatchesStrategicMerge: [p.yaml]\ncommonLabels: { old: "true" }\n`,
  'us/east/apps/blue/old/p.yaml': manifest('ConfigMap', 'old', 'data: {patched: "yes"}\n'),
  // Plain manifests as they are.
  'us/east/apps/blue/plain/.gitkeep': '',
  // A chart with values at three levels, and kustomized afterwards.
  'us/east/infra/logs/fluent/values.yaml': 'level: debug\n',
  'us/east/infra/logs/fluent/kustomization.yaml': 'commonAnnotations: { by: leaf }\n',
  'eu/infra/logs/fluent/.gitkeep': '',
  'eu/apps/blue/next/.gitkeep': '',
};

let renderer: Renderer;
let rendered: RenderedPlatform;
beforeAll(async () => {
  renderer = createRendererPool({ binary: await ensureRenderer(), size: 1 });
  rendered = await renderPlatform(inputsOf({ main, config, alsoBases: ['apps/blue/next'] }), renderer);
}, 600_000);
afterAll(() => renderer?.close());

describe('a platform with every style of leaf, rendered by the real renderer', () => {
  test('has these objects in these files', () => {
    const leaves = [...rendered.files].filter(([path]) => !path.endsWith('/kustomization.yaml'));
    expect(
      Object.fromEntries(leaves.map(([path, text]) => [path, objectsIn(text).map(({ id }) => objectName(id))])),
    ).toEqual({
      'eu/apps/blue/blue.yaml': ['Namespace blue'],
      'eu/infra/logs/logs.yaml': ['Namespace logs'],
      'eu/infra/logs/fluent/fluent.yaml': ['ConfigMap logs/fluent'],
      'us/east/apps/blue/blue.yaml': ['Namespace blue'],
      'us/east/apps/blue/cart/cart.yaml': ['ConfigMap east-cart'],
      'us/east/apps/blue/old/old.yaml': ['ConfigMap old'],
      'us/east/apps/blue/parts/parts.yaml': ['ConfigMap extra', 'ConfigMap parts'],
      'us/east/apps/blue/plain/plain.yaml': ['ConfigMap plain-a', 'ConfigMap plain-b'],
      'us/east/apps/blue/shop/shop.yaml': ['Deployment blue/shop'],
      'us/east/infra/logs/logs.yaml': ['Namespace logs'],
      'us/east/infra/logs/fluent/fluent.yaml': ['ConfigMap logs/fluent'],
    });
    expect(rendered.waiting).toEqual([{ group: 'eu', path: 'apps/blue/next' }]);
    expect(rendered.objects).toBe(13);
  });

  test('the base of a reference is patched by what the config branch shares', () => {
    const text = rendered.files.get('us/east/apps/blue/shop/shop.yaml') ?? '';
    expect(text).toContain('  labels:\n    shared: "yes"\n  name: shop\n  namespace: blue\nspec:\n  replicas: 5\n');
  });

  test('overlays, deprecated fields and symlinks do what they do in kustomize', () => {
    expect(rendered.files.get('us/east/apps/blue/parts/parts.yaml')).toContain('data:\n  added: too\n  kept: "yes"\n');
    expect(rendered.files.get('us/east/apps/blue/old/old.yaml')).toBe(
      'apiVersion: v1\ndata:\n  patched: "yes"\nkind: ConfigMap\nmetadata:\n  labels:\n    old: "true"\n  name: old\n',
    );
    expect(rendered.files.get('us/east/apps/blue/cart/cart.yaml')).toContain('data:\n  a: "1"\n');
  });

  test('a chart gets all values, the namespace of its parent, and the kustomization of its leaf', () => {
    expect(rendered.files.get('us/east/infra/logs/fluent/fluent.yaml')).toBe(
      'apiVersion: v1\ndata:\n  endpoint: east\n  icon: /wD+\n  level: debug\nkind: ConfigMap\nmetadata:\n  annotations:\n    by: leaf\n  name: fluent\n  namespace: logs\n',
    );
    expect(rendered.files.get('eu/infra/logs/fluent/fluent.yaml')).toBe(
      'apiVersion: v1\ndata:\n  endpoint: root\n  icon: /wD+\n  level: warn\nkind: ConfigMap\nmetadata:\n  name: fluent\n  namespace: logs\n',
    );
  });

  test('each group builds as Flux builds it, from the branch alone', async () => {
    const revision = { main: 'a'.repeat(40), config: 'c'.repeat(40) };
    const flux = {
      'eu/flux-system/kustomization.yaml': kustomization('x.yaml'),
      'eu/flux-system/x.yaml': manifest('Namespace', 'flux-system'),
    };
    const changes = composeBranch({
      rendered,
      provenance: { revision, groups: rendered.groups, renderer: {} },
      branch: tree(flux),
    });
    const branch = { ...flux, ...Object.fromEntries(changes) };
    const files = Object.fromEntries(Object.entries(branch).map(([path, text]) => [`/main/${path}`, text ?? '']));
    const build = async (group: string) => (await renderer.render({ files, root: `/main/${group}` })).objects.length;
    expect(await build('eu')).toBe(4);
    expect(await build('us/east')).toBe(10);
  });
});

describe('what the tools refuse names group, leaf, commits and their own words', () => {
  const failing = async (more: Record<string, Content>, group: Record<string, Content>) => {
    const inputs = inputsOf({ main: { ...main, ...more }, config: group });
    return renderPlatform(inputs, renderer).then(
      () => 'rendered',
      (error: Error) => error.message,
    );
  };
  test('a patch without a target', async () => {
    const message = await failing({}, { 'eu/apps/blue/shop/overlays/p.yaml': manifest('ConfigMap', 'nobody') });
    expect(message).toContain('group eu, leaf apps/blue/shop (main aaaaaaaa, config cccccccc): ');
    expect(message).toContain('no resource matches strategic merge patch');
  });
  test('a chart with a missing dependency', async () => {
    const chart =
      'apiVersion: v2\nname: fluent\nversion: 1.0.0\ndependencies: [{ name: sub, version: 1.0.0, repository: "https://example.com" }]\n';
    const message = await failing({ 'infra/logs/fluent/Chart.yaml': chart }, { 'eu/infra/logs/fluent/.gitkeep': '' });
    expect(message).toContain('leaf infra/logs/fluent');
    expect(message).toContain('missing in charts/');
  });
  test('a chart whose output changes from run to run', async () => {
    const template = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x }\ndata: { at: "{{ now }}" }\n';
    const message = await failing(
      { 'infra/logs/fluent/templates/t.yaml': template },
      { 'eu/infra/logs/fluent/.gitkeep': '' },
    );
    expect(message).toContain('leaf infra/logs/fluent');
    expect(message).toContain('now');
  });
  test('a chart with hooks and no choice', async () => {
    const hook =
      'apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: x\n  annotations: { helm.sh/hook: pre-install }\n';
    const more = { 'infra/logs/fluent/templates/job.yaml': hook };
    expect(await failing(more, { 'eu/infra/logs/fluent/.gitkeep': '' })).toContain('hooks: keep');
    expect(await failing(more, { 'eu/infra/logs/fluent/helm.yaml': 'hooks: drop\n' })).toBe('rendered');
  });
  test('a chart that yields nothing for a group is no error there', async () => {
    const template = '{{ if .Values.on }}\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: x }\n{{ end }}\n';
    const more = { 'infra/logs/fluent/templates/map.yaml': template };
    expect(await failing(more, { 'eu/infra/logs/fluent/.gitkeep': '' })).toBe('rendered');
  });
});
