import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findPlatformPackage } from '../../../src/programs/platform-package.ts';
import { temporaryDirectory } from '../../support/git.ts';

let place: ReturnType<typeof temporaryDirectory>;

beforeEach(() => {
  place = temporaryDirectory('platform-package');
});
afterEach(() => place.remove());

/** Installs a package as npm does, and answers where its program is. */
function install(modules: string, { platform = 'linux-x64', version = '1.2.3', program = 'fairlead-renderer' } = {}) {
  const directory = join(place.path, modules, '@fairlead', `renderer-${platform}`);
  const path = join(directory, 'bin', program);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ name: `@fairlead/renderer-${platform}`, version }));
  writeFileSync(path, '#!/bin/sh\n', { mode: 0o755 });
  return path;
}

const find = (platform = 'linux-x64', program = 'lib/node_modules/fairlead/dist/main.js') =>
  findPlatformPackage('renderer', {
    from: pathToFileURL(join(place.path, program)),
    version: '1.2.3',
    installedWith: 'fairlead',
    platform,
  });

describe('the package of a platform', () => {
  test('is found beside the package of the program', async () => {
    const beside = install('lib/node_modules');
    expect(await find()).toBe(beside);
  });

  test('is found first where npm nests it below that package', async () => {
    install('lib/node_modules');
    const below = install('lib/node_modules/fairlead/node_modules');
    expect(await find()).toBe(below);
  });

  test('has an .exe on Windows', async () => {
    const program = install('lib/node_modules', { platform: 'win32-x64', program: 'fairlead-renderer.exe' });
    expect(await find('win32-x64')).toBe(program);
  });

  test('of another platform, or elsewhere, is none', async () => {
    install('lib/node_modules', { platform: 'darwin-arm64' });
    install('elsewhere/node_modules');
    expect(await find()).toBeUndefined();
  });

  test('of another version is refused, with the command that helps', async () => {
    install('lib/node_modules', { version: '1.2.4' });
    await expect(find()).rejects.toMatchObject({
      type: 'InvalidConfig',
      message: expect.stringMatching(
        /^@fairlead\/renderer-linux-x64 in .* is of version 1\.2\.4, and this Fairlead of version 1\.2\.3\. .*`npm install -g fairlead@1\.2\.3`\.$/,
      ),
    });
  });

  test('without its program is refused', async () => {
    chmodSync(install('lib/node_modules'), 0o644);
    await expect(find()).rejects.toMatchObject({
      message: expect.stringContaining('@fairlead/renderer-linux-x64 holds no executable'),
    });
  });
});
