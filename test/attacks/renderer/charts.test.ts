import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { link, manifest } from '../../unit/render/trees.ts';
import { type Files, useRendering } from './rendering.ts';
import { type TarEntry, tarball } from './tarball.ts';

const { attack, stillRenders } = useRendering({ timeoutMs: 3_000, memoryLimitBytes: 192 * 1024 * 1024 });

const chart: Files = {
  'Chart.yaml': 'apiVersion: v2\nname: bad\nversion: 1.0.0\n',
  'helm.yaml': 'namespace: bad\n',
};
const showing = (expression: string): Files => ({
  ...chart,
  'templates/map.yaml': manifest('ConfigMap', 'm', `data: { x: {{ ${expression} | toString | quote }} }\n`),
});

describe('A template that asks for what is not its own', () => {
  it.each([
    ['the environment', 'env "HOME"', /function "env" not defined/],
    ['the environment, expanded', 'expandenv "$HOME"', /function "expandenv" not defined/],
  ])('%s, is refused', async (_, expression, words) => {
    expect(await attack(showing(expression))).toEqual({ refused: expect.stringMatching(words) });
  });

  it.each([
    ['objects of a cluster', 'lookup "v1" "Secret" "kube-system" ""', 'x: map[]'],
    ['names of hosts', 'getHostByName "localhost"', 'x: ""'],
    ['files above the chart', '.Files.Get "../../fairlead.yaml"', 'x: ""'],
    ['files of the host', '.Files.Get "/etc/passwd"', 'x: ""'],
  ])('%s, gets nothing', async (_, expression, shown) => {
    expect(await attack(showing(expression))).toEqual({ yaml: expect.stringContaining(shown) });
  });

  it('files by a link of the chart, is refused', async () => {
    const files = { ...showing('.Files.Get "environment"'), environment: link('/proc/self/environ') };
    expect(await attack(files)).toEqual({ refused: expect.stringContaining('environment') });
  });
});

describe('A chart in an archive', () => {
  const packed = (...more: readonly TarEntry[]): Files => ({
    ...chart,
    'Chart.yaml':
      'apiVersion: v2\nname: bad\nversion: 1.0.0\ndependencies: [{ name: sub, version: 1.0.0, repository: "" }]\n',
    'templates/map.yaml': manifest('ConfigMap', 'm'),
    'charts/sub-1.0.0.tgz': tarball([
      { name: 'sub/Chart.yaml', content: 'apiVersion: v2\nname: sub\nversion: 1.0.0\n' },
      {
        name: 'sub/templates/s.yaml',
        content: manifest('ConfigMap', 'of-sub', 'data: { x: {{ .Files.Get "f" | quote }} }\n'),
      },
      ...more,
    ]),
  });

  it('is rendered where it is honest', async () => {
    expect(await attack(packed({ name: 'sub/f', content: 'kept' }))).toEqual({
      yaml: expect.stringContaining('x: kept'),
    });
  });

  it.each<[string, TarEntry]>([
    ['goes up', { name: 'sub/../../../f', content: 'x' }],
    ['goes up from its root', { name: '../../f', content: 'x' }],
    ['is absolute', { name: '/etc/f', content: 'x' }],
  ])('with an entry whose name %s is refused, or has no such file', async (_, entry) => {
    const outcome = await attack(packed(entry));
    expect(JSON.stringify(outcome)).toMatch(/"refused":"[^"]*apps\/bad|x: \\"\\"/);
  });

  it.each<[string, TarEntry]>([
    ['symbolic', { name: 'sub/f', link: '/proc/self/environ', type: '2' }],
    ['hard', { name: 'sub/f', link: '/etc/passwd', type: '1' }],
  ])('with a %s link shows nothing of the host', async (_, entry) => {
    const outcome = await attack(packed(entry));
    expect(JSON.stringify(outcome)).toMatch(/"refused":"[^"]*apps\/bad|x: \\"\\"/);
    expect(JSON.stringify(outcome)).not.toMatch(/PATH=|root:/);
  });

  it('that unpacks to more than it may is refused', async () => {
    const bomb = { name: 'sub/f', content: Buffer.alloc(128 * 1024 * 1024) };
    const files = packed(bomb);
    expect((files['charts/sub-1.0.0.tgz'] as Buffer).length).toBeLessThan(1024 * 1024);
    expect(await attack(files)).toEqual({ refused: expect.stringContaining('apps/bad') });
    await stillRenders();
  });

  it('that is packed once more, or is no archive, is refused', async () => {
    for (const content of [gzipSync(gzipSync(Buffer.from('x'))), Buffer.from('no archive'), Buffer.alloc(0)]) {
      const outcome = await attack({ ...packed(), 'charts/sub-1.0.0.tgz': content });
      expect(outcome).toEqual({ refused: expect.stringContaining('apps/bad') });
    }
  });
});

describe('A template without an end', () => {
  it.each([
    ['of `tpl`', '{{ tpl .Values.t . }}', { 'values.yaml': 't: "{{ tpl .Values.t . }}"\n' }],
    ['of `include`', '{{ define "a" }}{{ include "a" . }}{{ end }}{{ include "a" . }}', {}],
    ['of `template`', '{{ define "a" }}{{ template "a" . }}{{ end }}{{ template "a" . }}', {}],
    ['of `until`', '{{ range until 1000000000 }}x{{ end }}', {}],
    ['of `repeat`', '{{ repeat 2000000000 "x" }}', {}],
    ['of nested ranges', '{{ range until 30000 }}{{ range until 30000 }}{{ end }}{{ end }}'.repeat(20), {}],
    ['of `indent`', '{{ repeat 100000 "a\\n" | indent 100000 }}', {}],
  ])('%s is stopped, and the next leaf renders', async (_, template, values: Files) => {
    const outcome = await attack({ ...chart, ...values, 'templates/map.yaml': template });
    expect(outcome).toEqual({ refused: expect.stringContaining('leaf apps/bad') });
    expect(JSON.stringify(outcome).length).toBeLessThan(6_000);
    await stillRenders();
  });
});
