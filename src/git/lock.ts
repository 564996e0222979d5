import { open, rm, stat, utimes } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const refreshMs = 2_000;
const staleMs = 15_000;

/**
 * Runs `work` while no other process that asks for the same lock file does. A courtesy that saves double
 * work, not a guarantee: a lock left behind by a process that died is taken over after 15 seconds, and after
 * `patienceMs` the work is done without. So what runs inside must be safe at the same time as itself.
 */
export async function withFileLock<T>(
  path: string,
  patienceMs: number,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const held = await acquire(path, Date.now() + patienceMs, signal);
  const refresh = setInterval(() => touch(path), refreshMs);
  refresh.unref();
  try {
    return await work();
  } finally {
    clearInterval(refresh);
    if (held) await rm(path, { force: true });
  }
}

async function acquire(path: string, until: number, signal: AbortSignal | undefined): Promise<boolean> {
  for (;;) {
    signal?.throwIfAborted();
    if (await create(path)) return true;
    if (Date.now() > until) return false;
    const age = await ageOf(path);
    if (age !== undefined && age > staleMs) await rm(path, { force: true });
    else await pause(20 + Math.random() * 60, signal);
  }
}

/** Waits, or throws the signal's reason when that is aborted first. */
export async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, signal && { signal });
  } catch (error) {
    // The caller's own reason, not the timer's.
    signal?.throwIfAborted();
    throw error;
  }
}

async function create(path: string): Promise<boolean> {
  try {
    await (await open(path, 'wx')).close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function ageOf(path: string): Promise<number | undefined> {
  try {
    return Date.now() - (await stat(path)).mtimeMs;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function touch(path: string): void {
  const now = new Date();
  // Gone when another process took it for stale: then it is theirs, and ours ends without it.
  utimes(path, now, now).catch(() => undefined);
}
