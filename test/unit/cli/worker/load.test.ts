import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Io } from '../../../../src/cli/io.ts';
import { reportError } from '../../../../src/cli/report.ts';
import { findWorkerPackage } from '../../../../src/cli/worker/load.ts';
import { Failure } from '../../../../src/failure.ts';
import { temporaryDirectory } from '../../../support/git.ts';

let place: ReturnType<typeof temporaryDirectory>;

beforeEach(() => {
  place = temporaryDirectory('worker-package');
});
afterEach(() => place.remove());

/** Installs the worker's package as npm does, and answers its entry. */
function install(modules: string, version = '1.2.3'): string {
  const directory = join(place.path, modules, '@fairlead', 'worker');
  mkdirSync(directory, { recursive: true });
  const manifest = {
    name: '@fairlead/worker',
    version,
    exports: { '.': './index.js', './package.json': './package.json' },
  };
  writeFileSync(join(directory, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(directory, 'index.js'), '');
  return join(directory, 'index.js');
}

const find = () =>
  findWorkerPackage({
    places: ['lib/node_modules/fairlead/dist/main.js', 'work/package.json'].map((path) =>
      pathToFileURL(join(place.path, path)),
    ),
    version: '1.2.3',
  });

describe("the worker's package", () => {
  test('is found beside the command line before any other place', async () => {
    install('work/node_modules');
    const beside = install('lib/node_modules');
    expect(await find()).toBe(beside);
  });

  test('is found in another place where it is not beside the command line', async () => {
    const here = install('work/node_modules');
    expect(await find()).toBe(here);
  });

  test('that is not installed is asked for, with the one command that installs it', async () => {
    await expect(find()).rejects.toMatchObject({
      type: 'InvalidConfig',
      message:
        'The worker is a package of its own, and is not installed. Install it: `npm install -g @fairlead/worker@1.2.3`.',
    });
  });

  test('of another version is refused, although another place has the right one', async () => {
    install('lib/node_modules', '1.2.2');
    install('work/node_modules');
    await expect(find()).rejects.toMatchObject({
      type: 'InvalidConfig',
      message: expect.stringMatching(
        /is of version 1\.2\.2, and this Fairlead of version 1\.2\.3\. .*worker@1\.2\.3`\.$/,
      ),
    });
  });
});

test('a failure of another copy of Fairlead is told like our own', async () => {
  vi.resetModules();
  const other = await import('../../../../src/failure.ts');
  expect(other.Failure).not.toBe(Failure);
  const said: string[] = [];
  const io: Io = { out: fail, err: (text) => said.push(text), interactive: false, env: {}, cwd: '/' };
  expect(reportError(new other.Failure('Unavailable', 'Temporal is away.'), io, false)).toBe(3);
  expect(said).toEqual(['Temporal is away.\n']);
  expect(new Error('Temporal is away.')).not.toBeInstanceOf(Failure);
});

function fail(text: string): never {
  throw new Error(`Nothing goes to standard output: ${text}`);
}
