import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { placesBeside } from '../../../src/programs/own-package.ts';
import { findVendorPackage } from '../../../src/vendor/find-program.ts';
import { temporaryDirectory } from '../../support/git.ts';

let place: ReturnType<typeof temporaryDirectory>;

beforeEach(() => {
  place = temporaryDirectory('vendor-package');
});
afterEach(() => {
  vi.restoreAllMocks();
  place.remove();
});

const version = '1.2.3';

function write(path: string, text: string): string {
  const file = join(place.path, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text, { mode: 0o755 });
  return file;
}

function install(modules: string, name: string, own = version): void {
  write(`${modules}/${name}/package.json`, JSON.stringify({ name, version: own }));
}

/** Installs the package of a platform, and answers where its program is. */
function installProgram(modules: string, platform = 'linux-x64', own = version): string {
  install(modules, `@fairlead/vendor-${platform}`, own);
  return write(`${modules}/@fairlead/vendor-${platform}/bin/fairlead-vendor`, '#!/bin/sh\n');
}

const find = (platform = 'linux-x64') =>
  findVendorPackage({
    places: ['lib/node_modules/fairlead/dist/main.js', 'work/package.json'].map((path) =>
      pathToFileURL(join(place.path, path)),
    ),
    version,
    platform,
  });

describe('the package of the program that fetches charts', () => {
  test('gives the program where npm nests it, as it does for global packages', async () => {
    install('lib/node_modules', '@fairlead/vendor');
    const program = installProgram('lib/node_modules/@fairlead/vendor/node_modules');
    expect(await find()).toBe(program);
  });

  test('is not taken from the working directory, whose files whoever commits to it has written', async () => {
    install('checkout/node_modules', '@fairlead/vendor');
    installProgram('checkout/node_modules');
    vi.spyOn(process, 'cwd').mockReturnValue(join(place.path, 'checkout'));
    const main = pathToFileURL(join(place.path, 'lib/node_modules/fairlead/dist/main.js')).href;
    for (const called of [undefined, 'node_modules/.bin/fairlead', join(place.path, 'bin/fairlead')])
      expect(
        await findVendorPackage({ places: placesBeside(main, called), version, platform: 'linux-x64' }),
      ).toBeUndefined();
  });

  test('gives the program beside the path by which Fairlead was called, where pnpm links that from elsewhere', async () => {
    const main = write('store/fairlead/node_modules/fairlead/main.js', '');
    install('work/node_modules', '@fairlead/vendor');
    const program = installProgram('work/node_modules');
    const link = join(place.path, 'work/node_modules/fairlead');
    symlinkSync(dirname(main), link);
    const places = placesBeside(pathToFileURL(main).href, join(link, 'main.js'));
    expect(await findVendorPackage({ places, version, platform: 'linux-x64' })).toBe(program);
  });

  test('gives the program of another place, where the first has none', async () => {
    install('work/node_modules', '@fairlead/vendor');
    const program = installProgram('work/node_modules');
    expect(await find()).toBe(program);
  });

  test('is none where only the package of a platform is', async () => {
    installProgram('lib/node_modules');
    expect(await find()).toBeUndefined();
  });

  test('of another version is refused, with the command that helps', async () => {
    install('lib/node_modules', '@fairlead/vendor', '1.2.4');
    await expect(find()).rejects.toMatchObject({
      type: 'InvalidConfig',
      message: expect.stringMatching(
        /is of version 1\.2\.4, and this Fairlead of version 1\.2\.3\. Install the one that fits: `npm install -g @fairlead\/vendor@1\.2\.3`\.$/,
      ),
    });
    install('lib/node_modules', '@fairlead/vendor');
    installProgram('lib/node_modules', 'linux-x64', '1.2.2');
    await expect(find()).rejects.toThrow(
      /vendor-linux-x64 in .* 1\.2\.2.*`npm install -g @fairlead\/vendor@1\.2\.3`\.$/,
    );
  });

  test('without the program of this platform says why, and what to do', async () => {
    install('lib/node_modules', '@fairlead/vendor');
    await expect(find()).rejects.toThrow(
      /is without its program\. It comes as the package @fairlead\/vendor-linux-x64: install @fairlead\/vendor anew, without `--omit=optional`\.$/,
    );
    await expect(find('freebsd-x64')).rejects.toThrow(/is without its program\. No package has it for freebsd-x64\.$/);
  });
});
