import { Failure } from '../../../../src/failure.ts';

/** Time that passes only while everybody waits. */
export interface VirtualTime {
  now(): number;
  /** Has `work` done at this time. What the world asks to wait for is tried again then; other errors are `failures`. */
  at(time: number, work: () => Promise<void>): void;
  /** Lets time pass until nothing is left to do, or the end has come. */
  run(endMs?: number): Promise<void>;
  readonly failures: readonly unknown[];
}

interface Due {
  readonly time: number;
  readonly work: () => Promise<void>;
}

/** How much is done at once, as by the places of a worker. */
const atOnce = 40;

export function createVirtualTime(start = Date.parse('2030-01-01T00:00:00Z')): VirtualTime {
  let now = start;
  let due: Due[] = [];
  const failures: unknown[] = [];
  const at = (time: number, work: () => Promise<void>) => void due.push({ time, work });
  const attempt = async (work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      if (error instanceof Failure && error.isWaiting) at(now + (error.retryAfterMs ?? 0), work);
      else failures.push(error);
    }
  };
  return {
    now: () => now,
    at,
    failures,
    async run(endMs = Number.POSITIVE_INFINITY) {
      while (due.length > 0) {
        due = due.toSorted((one, other) => one.time - other.time);
        const next = Math.max(now, due[0]?.time ?? now);
        if (next > endMs) return;
        now = next;
        const ready = due.filter(({ time }) => time <= now).slice(0, atOnce);
        due = due.filter((one) => !ready.includes(one));
        await Promise.all(ready.map(({ work }) => attempt(work)));
      }
    },
  };
}
