import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../../support/git.ts';
import { type Content, kustomization, link, manifest } from '../../unit/render/trees.ts';
import { useRendering } from './rendering.ts';

const canary = 'canary-of-the-host';
const outside = temporaryDirectory('outside');
const onDisk = join(outside.path, 'map.yaml');
const { attack, stillRenders } = useRendering();

beforeAll(() => {
  writeFileSync(onDisk, manifest('ConfigMap', canary));
  mkdirSync(join(outside.path, 'base'));
  writeFileSync(join(outside.path, 'base/kustomization.yaml'), kustomization('../map.yaml'));
});
afterAll(() => outside.remove());

const up = '../'.repeat(30);

describe('A kustomization that names what lies outside of its commit', () => {
  const places = {
    'a file by its absolute path': onDisk,
    'a file by `../`': `${up}${onDisk.slice(1)}`,
    'a directory by `../`': `${up}${outside.path.slice(1)}/base`,
    'a directory by its absolute path': join(outside.path, 'base'),
    "the worker's environment": '/proc/self/environ',
    'a list of users': '/etc/passwd',
  };
  const fields = {
    resources: (path: string) => kustomization(path),
    components: (path: string) => `components: ["${path}"]\n`,
    patches: (path: string) => `resources: [good.yaml]\npatches: [{ path: "${path}" }]\n`,
    files: (path: string) => `configMapGenerator: [{ name: a, files: ["${path}"] }]\n`,
    envs: (path: string) => `secretGenerator: [{ name: a, envs: ["${path}"] }]\n`,
    openapi: (path: string) => `resources: [good.yaml]\nopenapi: { path: "${path}" }\n`,
    replacements: (path: string) => `resources: [good.yaml]\nreplacements: [{ path: "${path}" }]\n`,
  };
  const attacks = Object.entries(fields).flatMap(([field, write]) =>
    Object.entries(places).map(([place, path]) => [field, place, write(path)] as const),
  );
  it.each(attacks)('in `%s`: %s, is refused', async (_field, _place, text) => {
    const files = { 'kustomization.yaml': text, 'good.yaml': manifest('ConfigMap', 'good') };
    for (const outcome of [await attack(files), await attack({ 'map.yaml': manifest('ConfigMap', 'm') }, files)]) {
      expect(outcome).toEqual({ refused: expect.stringContaining('leaf apps/bad') });
      expect(JSON.stringify(outcome)).not.toContain(canary);
    }
    await stillRenders();
  });
});

describe('A symbolic link', () => {
  const links: Record<string, Record<string, Content>> = {
    'to a file by its absolute path': { 'map.yaml': link(onDisk) },
    'to a file above the repository': { 'map.yaml': link(`${up}${onDisk.slice(1)}`) },
    "to the worker's environment": { 'map.yaml': link('/proc/self/environ') },
    'to itself': { 'map.yaml': link('map.yaml') },
    'of a circle': { 'map.yaml': link('other.yaml'), 'other.yaml': link('map.yaml') },
    'to a link that leaves the repository': { 'map.yaml': link('other.yaml'), 'other.yaml': link(onDisk) },
    'that is a directory outside': { 'map.yaml': link(outside.path) },
  };
  it.each(Object.entries(links))('%s is refused, and nothing of the host is read', async (_, files) => {
    for (const field of [kustomization('map.yaml'), 'configMapGenerator: [{ name: a, files: [map.yaml] }]\n']) {
      const outcome = await attack({ 'kustomization.yaml': field, ...files });
      expect(outcome).toEqual({ refused: expect.stringContaining('map.yaml') });
      expect(JSON.stringify(outcome)).not.toContain(canary);
    }
  });

  it('that is the kustomization, the values or the chart itself is refused', async () => {
    const chart = { 'Chart.yaml': 'apiVersion: v2\nname: bad\nversion: 1.0.0\n', 'helm.yaml': 'namespace: n\n' };
    const template = { 'templates/map.yaml': manifest('ConfigMap', 'm', 'data: {{ .Values | toYaml | nindent 2 }}\n') };
    const outcomes = [
      await attack({ 'kustomization.yaml': link(join(outside.path, 'base/kustomization.yaml')) }),
      await attack({ ...chart, ...template, 'values.yaml': link(onDisk) }),
      await attack({ ...chart, ...template }, { 'values.yaml': link(onDisk) }),
      await attack({ ...chart, 'templates/map.yaml': link(onDisk) }),
      await attack({ 'Chart.yaml': link(onDisk), 'helm.yaml': 'namespace: n\n' }),
    ];
    for (const outcome of outcomes) {
      expect(outcome).toEqual({ refused: expect.stringContaining('dev cannot be rendered') });
      expect(JSON.stringify(outcome)).not.toContain(canary);
    }
  });
});
