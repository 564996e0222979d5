import { setImmediate } from 'node:timers/promises';

/** How often others get their turn, and what ends the work. */
export interface BreathOptions {
  /** The time, in milliseconds, after which others get their turn. Default: 20. */
  readonly everyMs?: number;
  /** Its reason is thrown after others had their turn. */
  readonly signal?: AbortSignal | undefined;
}

/** Makes a function that lets others go on from time to time: for what is done to thousands of things, one after the other. */
export function createBreath({ everyMs = 20, signal }: BreathOptions = {}): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < everyMs) return;
    await setImmediate();
    signal?.throwIfAborted();
    last = performance.now();
  };
}
