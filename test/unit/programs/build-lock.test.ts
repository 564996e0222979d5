import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withFileLock } from '../../../src/file-lock.ts';

const source = (name: string) =>
  pathToFileURL(fileURLToPath(new URL(`../../../src/programs/${name}`, import.meta.url)));

let directory: string;
let children: ChildProcess[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fairlead-lock-'));
  children = [];
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(directory, { recursive: true, force: true });
});

/** A process of its own that runs `code` after these imports. */
function run(code: string): ChildProcess {
  const script = `
    import { appendFileSync } from 'node:fs';
    import { writeFile } from 'node:fs/promises';
    import { setTimeout as sleep } from 'node:timers/promises';
    import { findProgram } from '${source('find.ts')}';
    import { withFileLock } from '${source('../file-lock.ts')}';
    ${code}`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  return child;
}

async function exitCode(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null) await once(child, 'exit');
  return child.exitCode;
}

describe('the lock of a build', () => {
  it('lets processes that need a program at once make it once', async () => {
    const log = join(directory, 'made');
    const code = `
      const way = { description: 'making', duration: 'short', obtain: async (directory) => {
        appendFileSync(${JSON.stringify(log)}, 'made ');
        await sleep(300);
        await writeFile(directory + '/tool', '#!/bin/sh', { mode: 0o755 });
      } };
      const recipe = { name: 'tool', cacheKey: 'v1', executable: 'tool', ways: [way] };
      await findProgram(recipe, { env: { FAIRLEAD_CACHE: ${JSON.stringify(directory)} }, progress: () => undefined });`;
    const codes = await Promise.all([run(code), run(code), run(code)].map(exitCode));
    expect(codes).toEqual([0, 0, 0]);
    expect(await readFile(log, 'utf8')).toBe('made ');
  });

  it('passes on at once when its holder was killed', async () => {
    const lock = join(directory, 'lock');
    const holder = run(`await withFileLock(${JSON.stringify(lock)}, async () => {
      console.log('held');
      await sleep(600_000);
    });`);
    if (!holder.stdout) throw new Error('no output to wait for');
    await once(holder.stdout, 'data');
    const waited = withFileLock(lock, async () => 'mine', { onWait: () => holder.kill('SIGKILL') });
    await expect(waited).resolves.toBe('mine');
  });

  it('is taken from a holder on another host that has been silent for long', async () => {
    const lock = join(directory, 'lock');
    await writeFile(lock, JSON.stringify({ token: 'x', pid: process.pid, host: 'elsewhere' }));
    const past = new Date(Date.now() - 60_000);
    await utimes(lock, past, past);
    await expect(withFileLock(lock, async () => 'mine')).resolves.toBe('mine');
  });

  it('is given up by a waiting process that is aborted', async () => {
    const lock = join(directory, 'lock');
    await writeFile(lock, JSON.stringify({ token: 'x', pid: process.pid, host: 'elsewhere' }));
    const controller = new AbortController();
    const waited = withFileLock(lock, async () => 'mine', {
      signal: controller.signal,
      onWait: () => controller.abort(new Error('enough')),
    });
    await expect(waited).rejects.toThrow(/enough|aborted/);
  });

  it('is free again after work that failed', async () => {
    const lock = join(directory, 'lock');
    const failing = withFileLock(lock, async () => {
      throw new Error('broken');
    });
    await expect(failing).rejects.toThrow('broken');
    await expect(withFileLock(lock, async () => 'mine')).resolves.toBe('mine');
  });
});
