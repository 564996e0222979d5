import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ensureRenderer } from '../../../src/render/renderer/ensure.ts';
import { createRendererPool, type RendererPoolOptions } from '../../../src/render/renderer/pool.ts';
import type { Renderer } from '../../../src/render/types.ts';
import { chartLeaf, plainLeaf } from './request.ts';

const mebibyte = 1024 * 1024;
const endless = '{{ range untilStep 0 2000000000 1 }}{{ range untilStep 0 100000 1 }}{{ end }}{{ end }}';
const slow = '{{ range until 3000 }}{{ range until 30000 }}{{ end }}{{ end }}';

let binary: string;
let pool: Renderer | undefined;

beforeAll(async () => {
  binary = await ensureRenderer();
}, 600_000);

afterEach(() => pool?.close());

function open(options: Partial<RendererPoolOptions> = {}): Renderer {
  pool = createRendererPool({ binary, size: 1, ...options });
  return pool;
}

describe('a pool of renderers', () => {
  it('renders a kustomization and names its objects', async () => {
    expect(await open().render(plainLeaf('endpoints'))).toEqual({
      yaml: 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: endpoints\n',
      objects: [{ apiVersion: 'v1', kind: 'ConfigMap', namespace: '', name: 'endpoints' }],
    });
  });

  it('renders a chart with the namespace of its release', async () => {
    const template = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}"}\n';
    const { objects } = await open().render(chartLeaf(template));
    expect(objects).toEqual([{ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'logging', name: 'log' }]);
  });

  it('takes files that are not text', async () => {
    const leaf = plainLeaf('unused');
    const generator = 'configMapGenerator: [{name: keys, files: [key.bin], options: {disableNameSuffixHash: true}}]\n';
    const { yaml } = await open().render({
      root: leaf.root,
      files: { [`${leaf.root}/kustomization.yaml`]: generator },
      binaryFiles: { [`${leaf.root}/key.bin`]: Buffer.from([0xff, 0xfe, 0x00]).toString('base64') },
    });
    expect(yaml).toContain('binaryData:\n  key.bin: //4A');
  });

  it("passes a tool's message on as RenderFailed", async () => {
    const leaf = { root: '/config/a', files: { '/config/a/kustomization.yaml': 'resources: [gone.yaml]\n' } };
    await expect(open().render(leaf)).rejects.toMatchObject({
      type: 'RenderFailed',
      message: expect.stringContaining('open /config/a/gone.yaml: no such file or directory'),
    });
  });

  it('says which versions it renders with', async () => {
    expect(await open().versions()).toMatchObject({
      protocol: '1',
      renderer: expect.stringMatching(/^\d+$/),
      kustomize: 'v0.21.2',
      helm: 'v4.3.1',
      kubernetes: expect.stringMatching(/^v1\.\d+\.\d+$/),
    });
  });

  it('writes the release of kustomize whose libraries it has into the label of who manages an object', async () => {
    const leaf = plainLeaf('labelled');
    const kustomization = 'resources: [cm.yaml]\nbuildMetadata: [managedByLabel]\n';
    const files = { ...leaf.files, [`${leaf.root}/kustomization.yaml`]: kustomization };
    const { yaml } = await open().render({ ...leaf, files });
    expect(yaml).toContain('app.kubernetes.io/managed-by: kustomize-v5.8.2\n');
  });

  it('stops an endless render at its time limit, and the next leaf renders', async () => {
    const renderer = open({ timeoutMs: 2_000, memoryLimitBytes: 4096 * mebibyte });
    await expect(renderer.render(chartLeaf(slow.repeat(50)))).rejects.toMatchObject({
      type: 'RenderFailed',
      message: expect.stringMatching(/longer than 2 s of processor time.*renderer\.timeLimit/),
    });
    await expect(renderer.render(plainLeaf('next'))).resolves.toMatchObject({ objects: [{ name: 'next' }] });
  });

  it.each([
    ['grows step by step', '{{ $x := "0123456789abcdef" }}{{ range until 64 }}{{ $x = cat $x $x }}{{ end }}{{ $x }}'],
    ['asks for all at once', '{{ repeat 100000000000 "x" }}'],
    ['is an endless range', endless],
  ])('stops a render whose memory %s at its limit, and the next leaf renders', async (_how, template) => {
    const renderer = open({ memoryLimitBytes: 128 * mebibyte });
    await expect(renderer.render(chartLeaf(template))).rejects.toMatchObject({
      type: 'RenderFailed',
      message: expect.stringMatching(/needs more than 128 MiB of memory.*renderer\.memoryLimit/),
    });
    await expect(renderer.render(plainLeaf('next'))).resolves.toMatchObject({ objects: [{ name: 'next' }] });
  });

  it('stops at once when its caller aborts, and the next leaf renders', async () => {
    const renderer = open();
    const controller = new AbortController();
    await renderer.render(plainLeaf('warm'));
    const running = renderer.render(chartLeaf(slow.repeat(50)), { signal: controller.signal });
    const waiting = renderer.render(plainLeaf('waits'), { signal: controller.signal });
    controller.abort(new Error('not needed any more'));
    await expect(running).rejects.toThrow('not needed any more');
    await expect(waiting).rejects.toThrow('not needed any more');
    await expect(renderer.render(plainLeaf('next'))).resolves.toMatchObject({ objects: [{ name: 'next' }] });
  });

  it('gives every caller its own answer when many render at once', async () => {
    const renderer = open({ size: 2 });
    const names = Array.from({ length: 200 }, (_unused, index) => `leaf-${index}`);
    const outputs = await Promise.all(names.map((name) => renderer.render(plainLeaf(name))));
    expect(outputs.map((output) => output.objects[0]?.name)).toEqual(names);
  });

  it('closes in the middle of a render and takes no further ones', async () => {
    const renderer = open();
    await renderer.render(plainLeaf('warm'));
    const running = renderer.render(chartLeaf(slow.repeat(50)));
    const waiting = renderer.render(plainLeaf('waits'));
    const settled = Promise.allSettled([running, waiting]);
    await renderer.close();
    for (const outcome of await settled) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { type: 'Unavailable' } });
    }
    await expect(renderer.render(plainLeaf('late'))).rejects.toMatchObject({ type: 'Unavailable' });
  });
});
