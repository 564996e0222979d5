import { afterEach, beforeEach, expect } from 'vitest';

/** Lets each test of a file fail that takes the processor for longer than this many milliseconds: a clock would count what others do. */
export function expectProcessorTimeBelow(mostMs: number): void {
  let before: NodeJS.CpuUsage;
  beforeEach(() => {
    before = process.cpuUsage();
  });
  afterEach(() => {
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(mostMs);
  });
}
