import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, expect, test } from 'vitest';
import { cliCommand } from '../../../../demo/rig/cli.ts';
import { temporaryDirectory } from '../../../support/git.ts';

const { path: directory, remove } = temporaryDirectory('startup');
afterAll(remove);

const noting = fileURLToPath(new URL('./note-modules.mjs', import.meta.url));

/** What runs the sources. */
const runners = ['tsx', 'esbuild'];
let calls = 0;

/** Answers the packages from which `fairlead <args>` loads a module. */
async function packagesOf(...args: readonly string[]): Promise<readonly string[]> {
  const file = join(directory, `${++calls}`);
  const [program, ...rest] = cliCommand;
  await execa(program, ['--import', noting, ...rest, ...args], {
    env: { NOTE_MODULES: file, TEMPORAL_ADDRESS: '127.0.0.1:1' },
    reject: false,
  });
  const names = (await readFile(file, 'utf8')).matchAll(/\/node_modules\/((?:@[^/]+\/)?[^/]+)\//g);
  const own = [...names].map(([, name = '']) => name).filter((name) => !runners.includes(name));
  return [...new Set(own)].sort();
}

test.each([['--help'], ['status', '--help'], ['completion', 'bash'], ['complete', '--', 'sta']])(
  '%s %s answers at once: it loads no more than reads the command line',
  async (...args) => {
    expect(await packagesOf(...args)).toEqual(['commander', 'picocolors', 'valibot']);
  },
);

test('what a command needs is loaded by that command', async () => {
  expect(await packagesOf('validate', directory)).toEqual(expect.arrayContaining(['commander', 'yaml', 'zod']));
});

test.each([['status'], ['validate', directory]])('%s loads no forge, no cluster and no proxy', async (...args) => {
  const packages = await packagesOf(...args);
  expect(packages).toContain('zod');
  for (const name of packages) expect(name).not.toMatch(/^(@octokit\/|@kubernetes\/|undici$|@temporalio\/worker$)/);
});
