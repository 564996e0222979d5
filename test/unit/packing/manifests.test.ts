import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  commandLineManifest,
  missingPrograms,
  programManifest,
  type RepositoryManifest,
  sandboxManifest,
  vendorManifest,
  workerManifest,
} from '../../../packing/manifests.ts';
import { type LockFile, shrinkwrap } from '../../../packing/shrinkwrap.ts';

const read = (file: string) => JSON.parse(readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8'));
const root = read('package.json') as RepositoryManifest & Readonly<Record<string, unknown>>;
const repository = 'https://github.com/acme/fairlead';
const commandLine = commandLineManifest(root, { repository });
const worker = workerManifest(root, { repository });
const vendor = vendorManifest(root, { repository });

describe('the manifests of what is published', () => {
  test('name the renderer of every platform, in the version of the package', () => {
    for (const { optionalDependencies } of [commandLine, worker])
      expect(optionalDependencies).toEqual({
        '@fairlead/renderer-linux-x64': root.version,
        '@fairlead/renderer-linux-arm64': root.version,
        '@fairlead/renderer-darwin-x64': root.version,
        '@fairlead/renderer-darwin-arm64': root.version,
        '@fairlead/renderer-win32-x64': root.version,
      });
    expect([...missingPrograms('renderer', commandLine), ...missingPrograms('renderer', worker)]).toEqual([]);
  });

  test('leave what fetches charts to a package of its own, which has it for every platform', () => {
    expect(JSON.stringify([commandLine, worker])).not.toContain('@fairlead/vendor');
    expect(missingPrograms('vendor', vendor)).toEqual([]);
    expect(Object.keys(vendor.optionalDependencies ?? {})).toHaveLength(5);
    expect(vendor).not.toHaveProperty('dependencies');
  });

  test('are refused where a renderer is missing, or of another version', () => {
    const { '@fairlead/renderer-darwin-x64': _, ...others } = commandLine.optionalDependencies ?? {};
    expect(missingPrograms('renderer', { ...commandLine, optionalDependencies: others })).toEqual([
      `fairlead@${root.version} has nothing for @fairlead/renderer-darwin-x64 in optionalDependencies, where ${root.version} must stand.`,
    ]);
    const older = { ...commandLine.optionalDependencies, '@fairlead/renderer-win32-x64': '0.0.1' };
    expect(missingPrograms('renderer', { ...commandLine, optionalDependencies: older })).toHaveLength(1);
    expect(missingPrograms('renderer', { ...commandLine, optionalDependencies: undefined })).toHaveLength(5);
  });

  test('run no script, and are public', () => {
    const renderer = programManifest(root, { program: 'renderer', platform: 'linux-arm64', repository });
    for (const manifest of [commandLine, worker, vendor, renderer, sandboxManifest(root, { repository })]) {
      expect(manifest).not.toHaveProperty('scripts');
      expect(manifest).not.toHaveProperty('private');
      expect(manifest).not.toHaveProperty('devDependencies');
      expect(manifest).toMatchObject({
        version: root.version,
        publishConfig: { access: 'public' },
        repository: { url: 'git+https://github.com/acme/fairlead.git' },
      });
    }
  });

  test('leave the weight of the worker to its own package', () => {
    expect(commandLine).not.toHaveProperty('dependencies');
    expect(worker.dependencies).toMatchObject({ '@temporalio/worker': expect.anything() });
  });

  test('give each program to its platform alone', () => {
    expect(programManifest(root, { program: 'vendor', platform: 'darwin-arm64' })).toMatchObject({
      name: '@fairlead/vendor-darwin-arm64',
      os: ['darwin'],
      cpu: ['arm64'],
      files: expect.arrayContaining(['bin/fairlead-vendor']),
    });
    expect(programManifest(root, { program: 'renderer', platform: 'win32-x64' })).toMatchObject({
      name: '@fairlead/renderer-win32-x64',
      os: ['win32'],
      cpu: ['x64'],
      files: expect.arrayContaining(['bin/fairlead-renderer.exe']),
    });
  });
});

test('the repository itself cannot be published', () => {
  expect(root).toMatchObject({ private: true, scripts: { prepack: 'node .ci/refuse-pack.mjs' } });
});

test("the worker's libraries are locked as they are tested, without the tools of development", () => {
  const lock = read('package-lock.json') as LockFile;
  const { packages } = shrinkwrap(lock, worker);
  expect(packages['']).toEqual({ name: '@fairlead/worker', version: root.version, dependencies: worker.dependencies });
  expect(worker.dependencies).toMatchObject({ ...root.dependencies, '@octokit/request': '10.0.7' });
  expect(packages).toHaveProperty(['node_modules/@octokit/request', 'version'], '10.0.7');
  expect(packages).not.toHaveProperty(['node_modules/vitest']);
  for (const name of Object.keys(root.dependencies))
    expect(packages, name).toHaveProperty([`node_modules/${name}`, 'integrity']);
});
