import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseSettings } from '../../../src/settings/settings.ts';

// That the files themselves are sound is checked in .ci/deployment, with Docker's own parsers.
const root = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const text = (path: string) => readFile(root(path), 'utf8');

interface ComposeFile {
  readonly configs: { readonly 'worker-settings': { readonly content: string } };
}

describe('the settings in docker-compose.yml', () => {
  test('are valid, and take every secret from a file', async () => {
    const { configs } = parse(await text('docker-compose.yml'), { merge: true }) as ComposeFile;
    const settings = parseSettings(configs['worker-settings'].content, '/etc/fairlead/worker.yaml', {});
    expect(settings.kubeconfigFiles).toEqual(['/run/secrets/kubeconfig']);
    expect(settings.forges.map(({ host, tokenName }) => [host, tokenName])).toEqual([
      ['github.com', 'file /run/secrets/github-token'],
    ]);
  });
});

describe('the Dockerfile', () => {
  test('sets only variables that the sources read', async () => {
    const variables = (await text('Dockerfile')).match(/FAIRLEAD_[A-Z_]+/g) ?? [];
    const readers = await Promise.all(
      [
        'src/programs/cache.ts',
        'src/render/renderer/ensure.ts',
        'src/vendor/find-program.ts',
        'src/worker/bundle.ts',
      ].map(text),
    );
    expect([...new Set(variables)].sort()).toEqual([
      'FAIRLEAD_CACHE',
      'FAIRLEAD_RENDERER',
      'FAIRLEAD_VENDOR',
      'FAIRLEAD_WORKFLOW_BUNDLE',
    ]);
    for (const variable of variables) expect(readers.join('\n')).toContain(variable);
  });

  test('names only programs that the build makes', async () => {
    const programs = (await text('Dockerfile')).match(/dist\/src\/[\w/-]+\.js/g) ?? [];
    expect(programs.length).toBeGreaterThan(0);
    for (const program of programs) {
      expect(existsSync(root(program.replace(/^dist\//, '').replace(/\.js$/, '.ts'))), program).toBe(true);
    }
  });

  test('builds the renderer with the Go that its module asks for', async () => {
    const wanted = /^go (\S+)$/m.exec(await text('renderer/go.mod'))?.[1];
    expect(await text('Dockerfile')).toContain(`FROM golang:${wanted}-`);
  });

  test('runs on a Node that the package supports', async () => {
    const images = [...(await text('Dockerfile')).matchAll(/^FROM node:(\d+)\.\S+/gm)].map(([, major]) =>
      Number(major),
    );
    const { engines } = JSON.parse(await text('package.json')) as { readonly engines: { readonly node: string } };
    const least = Number(/\d+/.exec(engines.node)?.[0]);
    expect(images).toHaveLength(2);
    expect(Math.min(...images)).toBeGreaterThanOrEqual(least);
  });
});
