import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const leastBytes = 4 * 1024 ** 3;

/**
 * Makes the directory in which the run keeps all that it writes for a while. In memory where there is enough of it and
 * programs may be started there: thousands of small repositories come and go, which costs a disk twice the time.
 */
export function makeQuickDirectory() {
  const memory = process.env.TMPDIR === undefined && hasRoom('/dev/shm') ? madeIn('/dev/shm') : undefined;
  if (memory !== undefined && runsPrograms(memory)) return memory;
  if (memory !== undefined) rmSync(memory, { recursive: true });
  return madeIn(tmpdir());
}

function madeIn(parent) {
  return mkdtempSync(join(parent, 'fairlead-ci-'));
}

function hasRoom(directory) {
  try {
    const { bavail, bsize } = statfsSync(directory);
    return bavail * bsize >= leastBytes;
  } catch {
    return false;
  }
}

function runsPrograms(directory) {
  const program = join(directory, 'program');
  try {
    writeFileSync(program, '#!/bin/sh\nexit 0\n', { mode: 0o755 });
    execFileSync(program);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(program, { force: true });
  }
}
