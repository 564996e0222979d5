import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits for work, or throws the signal's reason when that is aborted first. The work itself goes on: it is for what does
 * not listen to signals, or must not be ended for one of those who wait for it.
 */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  const over = new AbortController();
  const aborted = new Promise<never>((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true, signal: over.signal });
  });
  try {
    return await Promise.race([aborted, work]);
  } finally {
    over.abort();
  }
}

/** Waits, or throws the signal's reason when that is aborted first. */
export async function sleepFor(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, signal && { signal });
  } catch (error) {
    // The caller gets its own reason, not the timer's.
    signal?.throwIfAborted();
    throw error;
  }
}
