import { expect } from 'vitest';

/** Polls as `expect.poll` does, with patience for a machine that is busy, or for a step that a worker took with it. */
export function eventually<T>(look: () => T | Promise<T>) {
  return expect.poll(look, { timeout: 100_000, interval: 100 });
}
