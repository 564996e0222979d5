import { setImmediate } from 'node:timers/promises';

/** The time, in milliseconds, after which others get their turn. */
const breathMs = 20;

/** Makes a function that lets others go on from time to time: for what is done to thousands of things, one after the other. */
export function createBreath(): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < breathMs) return;
    await setImmediate();
    last = performance.now();
  };
}
