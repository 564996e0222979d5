import { randomUUID } from 'node:crypto';
import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { sleepFor } from './async/until-aborted.ts';

const refreshMs = 2_000;
const silentMs = 15_000;

interface Holder {
  readonly token: string;
  readonly pid: number;
  readonly host: string;
}

/** How a lock is waited for. */
export interface LockOptions {
  readonly signal?: AbortSignal | undefined;
  /** The milliseconds after which the work is done without the lock; undefined: it is waited for without end. */
  readonly patienceMs?: number;
  /** Is told once that another process holds the lock. */
  readonly onWait?: (holderPid: number | undefined) => void;
}

/**
 * Runs `work` while no other process does so under the same lock file, on this machine or on another that shares the
 * directory. A holder that was killed is noticed at once on its own host, elsewhere after 15 seconds of silence.
 * Throws the signal's reason when that is aborted while it waits.
 *
 * It saves double work and guarantees nothing: two that break the same dead lock in the same moment both work, so what
 * runs inside must be safe at the same time as itself. It is told whether the lock is held.
 */
export async function withFileLock<T>(
  path: string,
  work: (isHeld: boolean) => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  const holder: Holder = { token: randomUUID(), pid: process.pid, host: hostname() };
  const held = await acquireLock(path, holder, options);
  const refresh = setInterval(() => held && touchLock(path), refreshMs);
  refresh.unref();
  try {
    return await work(held);
  } finally {
    clearInterval(refresh);
    if (held && (await readHolder(path))?.token === holder.token) await rm(path, { force: true });
  }
}

async function acquireLock(
  path: string,
  holder: Holder,
  { signal, patienceMs, onWait }: LockOptions,
): Promise<boolean> {
  const until = patienceMs === undefined ? Number.POSITIVE_INFINITY : Date.now() + patienceMs;
  for (let told = false; ; told = true) {
    signal?.throwIfAborted();
    if (await tryLock(path, holder)) return true;
    const other = await readHolder(path);
    if (await isDead(path, other)) await rm(path, { force: true });
    else if (Date.now() > until) return false;
    else {
      if (!told) onWait?.(other?.pid);
      await sleepFor(20 + Math.random() * 60, signal);
    }
  }
}

async function tryLock(path: string, holder: Holder): Promise<boolean> {
  try {
    await writeFile(path, JSON.stringify(holder), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Holder;
  } catch {
    // The file is gone, or made and not written yet.
    return undefined;
  }
}

async function isDead(path: string, holder: Holder | undefined): Promise<boolean> {
  if (holder?.host === hostname() && !isAlive(holder.pid)) return true;
  try {
    return Date.now() - (await stat(path)).mtimeMs > silentMs;
  } catch {
    // The lock was released a moment ago: the next attempt takes it.
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function touchLock(path: string): void {
  const now = new Date();
  // A lock that somebody broke meanwhile is no reason to fail.
  utimes(path, now, now).catch(() => undefined);
}
