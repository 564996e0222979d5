import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { entryModule } from '../../../src/programs/entry-module.ts';

const run = promisify(execFile);

it('a process that cannot be started for want of descriptors ends nothing else', async () => {
  const { url, execArgv } = entryModule('no-descriptors', import.meta.url);
  const program = [process.execPath, ...execArgv, fileURLToPath(url)];
  const { stdout } = await run('/bin/sh', ['-c', 'ulimit -n 256; exec "$0" "$@"', ...program]);
  expect(stdout).toBe('EMFILE');
});
