import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { guarded } from '../../support/servers/temporal-guard.ts';

/** Starts the program that it is given, prints its process id, and stays. */
const starter =
  "const { pid } = require('node:child_process').spawn(process.argv[1], ['300'], { stdio: 'ignore' }); console.log(pid); setInterval(() => {}, 1000);";

describe('a guarded program', () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "fairlead-guard's-"));
  });

  afterEach(() => rm(directory, { recursive: true, force: true }));

  test('ends, and its directory goes, when its starter is killed', async () => {
    const path = await guarded('/bin/sleep', { directory, name: 'sleep', cleansUp: true });
    const starting = spawn(process.execPath, ['-e', starter, path], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(starting.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    expect(runs(pid)).toBe(true);
    starting.kill('SIGKILL');
    await expect.poll(() => runs(pid), { timeout: 10_000 }).toBe(false);
    await expect.poll(() => existsSync(directory), { timeout: 10_000 }).toBe(false);
  });

  test('is the program itself, so that whoever started it can end it', async () => {
    const path = await guarded('/bin/sleep', { directory, name: 'sleep' });
    const program = spawn(path, ['300'], { stdio: 'ignore' });
    await once(program, 'spawn');
    program.kill('SIGTERM');
    const [, signal] = await once(program, 'exit');
    expect(signal).toBe('SIGTERM');
    expect(existsSync(directory)).toBe(true);
  });
});

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
