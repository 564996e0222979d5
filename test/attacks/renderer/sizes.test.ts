import { describe, expect, it } from 'vitest';
import { kustomization, manifest } from '../../unit/render/trees.ts';
import { type Files, useRendering } from './rendering.ts';

const { attack, stillRenders } = useRendering({ timeoutMs: 4_000, memoryLimitBytes: 384 * 1024 * 1024 });

const withMap = (text: string): Files => ({ 'kustomization.yaml': kustomization('map.yaml'), 'map.yaml': text });

/** Ten aliases of ten aliases of …: nine lines that mean a billion. */
function laughs(levels: number): string {
  const line = (level: number) =>
    `  a${level}: &a${level} [${Array(10)
      .fill(`*a${level - 1}`)
      .join(', ')}]\n`;
  const lines = Array.from({ length: levels }, (_, index) => line(index + 1));
  return `  a0: &a0 [lol]\n${lines.join('')}`;
}

describe('YAML that grows when it is read', () => {
  it.each([
    ['a manifest', withMap(`${manifest('ConfigMap', 'm')}data:\n${laughs(9)}`)],
    [
      'a patch',
      {
        ...withMap(manifest('ConfigMap', 'm')),
        'kustomization.yaml': 'resources: [map.yaml]\npatches: [{ path: p.yaml }]\n',
        'p.yaml': `${manifest('ConfigMap', 'm')}data:\n${laughs(9)}`,
      },
    ],
    [
      'a kustomization',
      {
        ...withMap(manifest('ConfigMap', 'm')),
        'kustomization.yaml': `resources: [map.yaml]\ncommonAnnotations:\n${laughs(9)}`,
      },
    ],
    [
      'a chart’s values',
      {
        'Chart.yaml': 'apiVersion: v2\nname: bad\nversion: 1.0.0\n',
        'helm.yaml': 'namespace: n\n',
        'values.yaml': `x:\n${laughs(9)}`,
        'templates/m.yaml': manifest('ConfigMap', 'm', 'data: { x: {{ .Values | toYaml | quote }} }\n'),
      },
    ],
    [
      'a chart’s settings',
      {
        'Chart.yaml': 'apiVersion: v2\nname: bad\nversion: 1.0.0\n',
        'helm.yaml': `namespace: n\nx:\n${laughs(9)}`,
        'templates/m.yaml': manifest('ConfigMap', 'm'),
      },
    ],
  ])('as %s is refused, and the next leaf renders', async (_, files: Files) => {
    expect(await attack(files)).toEqual({ refused: expect.stringContaining('apps/bad') });
    await stillRenders();
  });

  it('by 100,000 levels is refused, and the next leaf renders', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    for (const files of [
      withMap(`${manifest('ConfigMap', 'm')}data: { x: ${deep} }\n`),
      { ...withMap(manifest('ConfigMap', 'm')), 'kustomization.yaml': `resources: [map.yaml]\nx: ${deep}\n` },
    ]) {
      expect(await attack(files)).toEqual({ refused: expect.stringContaining('apps/bad') });
    }
    await stillRenders();
  });
});

describe('A commit that is large', () => {
  it('by one file of 20 MB is refused with its name and the limit', async () => {
    expect(await attack(withMap(`#${'x'.repeat(20_000_000)}\n`))).toEqual({
      refused: expect.stringMatching(/apps\/bad\/map\.yaml: it has 19\.1 MiB, and .* may have 4 MiB/),
    });
  });

  it('by a file of 600,000 lines is rendered or refused in its time', async () => {
    const lines = `${manifest('ConfigMap', 'm')}data:\n${Array.from({ length: 300_000 }, (_, index) => `  k${index}: v\n`).join('')}`;
    const outcome = await attack(withMap(lines + '\n'.repeat(300_000)));
    expect(Object.keys(outcome)).toHaveLength(1);
    await stillRenders();
  });

  it('by 100,000 files beside the leaf costs the leaf nothing', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 100_000 }, (_, index) => [`/junk/d${index % 100}/${index}`, '']),
    );
    expect(await attack({ ...withMap(manifest('ConfigMap', 'm')), ...many })).toEqual({
      yaml: expect.stringContaining('name: m'),
    });
  });

  it('by 100,000 files of the leaf is rendered or refused in its time', async () => {
    const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`d${index % 100}/${index}`, '']));
    const outcome = await attack({ ...withMap(manifest('ConfigMap', 'm')), ...many });
    expect(Object.keys(outcome)).toHaveLength(1);
    await stillRenders();
  });
});
