import { writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openKubeconfigs } from '../../../../src/fleet/flux/kubeconfig.ts';
import { temporaryDirectory } from '../../../support/git.ts';
import { kubeconfig } from '../api-server.ts';

let directory: { readonly path: string; remove(): void };

beforeEach(() => {
  directory = temporaryDirectory('kubeconfigs');
});
afterEach(() => directory.remove());

function write(name: string, ...contexts: readonly (readonly [name: string, token: string])[]): string {
  const path = join(directory.path, name);
  const all = contexts.map(([context, token]) => ({ name: context, server: `https://${context}`, user: { token } }));
  writeFileSync(path, kubeconfig(...all));
  return path;
}

describe('of a kubeconfig with many contexts', () => {
  test('each one is found with its own cluster and user alone', async () => {
    const names = Array.from({ length: 500 }, (_, index) => `c${index}`);
    const configs = openKubeconfigs({ files: write('all', ...names.map((name) => [name, `token-${name}`] as const)) });
    for (const name of names) {
      const config = await configs.context(name);
      expect(config.getCurrentCluster()?.server).toBe(`https://${name}`);
      expect(config.getCurrentUser()?.token).toBe(`token-${name}`);
      expect([config.contexts.length, config.clusters.length, config.users.length]).toEqual([1, 1, 1]);
    }
  });

  test('those that did not change keep their configuration when another one does', async () => {
    const files = write('all', ['steady', 'same'], ['moving', 'before']);
    const configs = openKubeconfigs({ files });
    const [steady, moving] = [await configs.context('steady'), await configs.context('moving')];
    write('all', ['steady', 'same'], ['moving', 'after-that']);
    await vi.waitFor(async () => expect((await configs.context('moving')).getCurrentUser()?.token).toBe('after-that'), {
      timeout: 10_000,
    });
    expect(await configs.context('moving')).not.toBe(moving);
    expect(await configs.context('steady')).toBe(steady);
  });

  test('files of their own may come and go', async () => {
    const files = ['a', 'b'].map((name) => write(name, [name, name]));
    const configs = openKubeconfigs({ files: [...files, join(directory.path, 'c')].join(delimiter) });
    await expect(configs.context('c')).rejects.toThrow('has no context c; it has a, b.');
    write('c', ['c', 'late']);
    await vi.waitFor(async () => expect((await configs.context('c')).getCurrentUser()?.token).toBe('late'), {
      timeout: 10_000,
    });
    expect((await configs.context('a')).getCurrentUser()?.token).toBe('a');
  });
});
