import { expect } from 'vitest';

/** `expect.poll`, with patience for a machine that is busy or a worker that has just been started. */
export function eventually<T>(look: () => T | Promise<T>) {
  return expect.poll(look, { timeout: 20_000, interval: 25 });
}
