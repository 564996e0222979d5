import { randomUUID } from 'node:crypto';
import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

const refreshMs = 2_000;
const silentMs = 20_000;
const pollMs = 200;

interface Holder {
  readonly token: string;
  readonly pid: number;
  readonly host: string;
}

/**
 * Runs `work` while no other process does so under the same lock file, on this machine or on another that
 * shares the directory. A holder that was killed is noticed at once on its own host, elsewhere after 20 s.
 *
 * It saves work and is not needed for correctness: two that break the same dead lock in the same moment both
 * work, so what they make must be put in place by one atomic rename.
 */
export async function withBuildLock<T>(
  path: string,
  work: () => Promise<T>,
  options: { readonly signal?: AbortSignal; readonly onWait?: (holderPid: number | undefined) => void } = {},
): Promise<T> {
  const holder: Holder = { token: randomUUID(), pid: process.pid, host: hostname() };
  let told = false;
  while (!(await take(path, holder))) {
    options.signal?.throwIfAborted();
    const other = await read(path);
    if (await isDead(path, other)) {
      await rm(path, { force: true });
      continue;
    }
    if (!told) options.onWait?.(other?.pid);
    told = true;
    await sleep(pollMs, undefined, { ...(options.signal && { signal: options.signal }) });
  }
  const refresh = setInterval(() => {
    const now = new Date();
    // A lock that somebody broke meanwhile is no reason to fail: see above.
    utimes(path, now, now).catch(() => undefined);
  }, refreshMs);
  try {
    return await work();
  } finally {
    clearInterval(refresh);
    if ((await read(path))?.token === holder.token) await rm(path, { force: true });
  }
}

async function take(path: string, holder: Holder): Promise<boolean> {
  try {
    await writeFile(path, JSON.stringify(holder), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function read(path: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Holder;
  } catch {
    return undefined; // Gone, or taken and not yet written.
  }
}

async function isDead(path: string, holder: Holder | undefined): Promise<boolean> {
  if (holder?.host === hostname() && !isAlive(holder.pid)) return true;
  try {
    return Date.now() - (await stat(path)).mtimeMs > silentMs;
  } catch {
    return false; // Released a moment ago: the next attempt takes it.
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
