import { LRUCache } from 'lru-cache';
import type { Report } from './report.ts';

/** So many writes go to a forge at once before they are spread. */
const burst = 15;

/** A report that waits, and whoever waits for it. */
export interface Pending {
  readonly report: Report;
  readonly tries: number;
  readonly notBefore: number;
  readonly settle: readonly (() => void)[];
}

/** When a write is tried again. */
export interface Again {
  readonly inMs: number;
  /** A limit asks for it: nothing has failed, and others of the kind would meet the same limit. */
  readonly isLimit: boolean;
}

/** What waits to be written on one forge. */
export interface ForgeQueue {
  put(id: string, report: Report, settle: () => void): void;
  settled(): Promise<void>;
}

/** How a queue is emptied; all times in milliseconds. */
export interface QueueOptions {
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Nothing more is written. */
  readonly isOver: () => boolean;
  readonly writeEveryMs: number;
  /** Writes; answers when it is tried again, undefined: never. */
  readonly write: (pending: Pending) => Promise<Again | undefined>;
}

/**
 * Makes the queue of one forge: one write at a time, and the newest report of each key. What a merge may wait for goes first; then
 * repositories take turns, so that a platform of many environments does not keep others from being told of; of one repository, what
 * ended goes first.
 */
export function createQueue({ now, sleep, isOver, writeEveryMs, write }: QueueOptions): ForgeQueue {
  const waiting = new Map<string, Pending>();
  let running: Promise<void> | undefined;
  let allowance = burst;
  let filledAt = now();
  /** When each repository had its turn last; a number of the turn. */
  const turns = new LRUCache<string, number>({ max: 10_000 });
  let turn = 0;

  return {
    put(id, report, settle) {
      const before = waiting.get(id);
      // What is said last stays said: a report that others follow does not take its place.
      const keeps = before?.report.weight === 'last' && report.weight === 'repeated';
      waiting.set(id, {
        report: keeps ? before.report : report,
        tries: 0,
        notBefore: before?.notBefore ?? 0,
        settle: [...(before?.settle ?? []), settle],
      });
      running ??= run();
    },
    settled: async () => running,
  };

  async function run(): Promise<void> {
    await Promise.resolve();
    for (let next = first(); next !== undefined && !isOver(); next = first()) {
      const [id, pending] = next;
      const waitMs = Math.max(pending.notBefore - now(), allowanceMs());
      if (waitMs > 0) {
        await sleep(Math.min(waitMs, 1_000));
        continue;
      }
      allowance -= 1;
      turn += 1;
      turns.set(pending.report.repository, turn);
      waiting.delete(id);
      const again = await write(pending);
      const isReplaced = waiting.has(id);
      if (again === undefined || isReplaced) for (const settle of pending.settle) settle();
      else waiting.set(id, { ...pending, tries: triesAfter(pending, again), notBefore: now() + again.inMs });
      if (again?.isLimit) holdBack(pending.report, now() + again.inMs);
    }
    if (isOver()) for (const { settle } of waiting.values()) for (const each of settle) each();
    running = undefined;
  }

  /** Has others of that kind in that repository wait for the limit, too, but for what a merge may wait for. */
  function holdBack({ repository, what }: Report, until: number): void {
    for (const [id, pending] of waiting) {
      const { report, notBefore } = pending;
      if (report.repository === repository && report.what === what && !report.isAwaited && notBefore < until)
        waiting.set(id, { ...pending, notBefore: until });
    }
  }

  /** What is written next; where nothing may be written yet, what may be the soonest. */
  function first(): [string, Pending] | undefined {
    const at = now();
    const due = [...waiting].filter(([, { notBefore }]) => notBefore <= at);
    if (due.length === 0) return [...waiting].sort(([, one], [, other]) => one.notBefore - other.notBefore)[0];
    return due.sort(([, { report: one }], [, { report: other }]) => compare(ranks(one), ranks(other)))[0];
  }

  function ranks({ isAwaited, repository, weight }: Report): readonly number[] {
    return [isAwaited ? 0 : 1, turns.get(repository) ?? 0, weight === 'last' ? 0 : 1];
  }

  function allowanceMs(): number {
    const gained = writeEveryMs === 0 ? burst : Math.floor((now() - filledAt) / writeEveryMs);
    if (gained > 0) {
      allowance = Math.min(burst, allowance + gained);
      filledAt = now();
    }
    return allowance > 0 ? 0 : writeEveryMs;
  }
}

/** Whoever waits for a limit has not failed; only what is said last may wait for any time. */
function triesAfter({ report, tries }: Pending, { isLimit }: Again): number {
  return isLimit && report.weight === 'last' ? tries : tries + 1;
}

/** Compares by the first number in which both differ. */
function compare(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((each, index) => each !== other[index]);
  return at < 0 ? 0 : (one[at] ?? 0) - (other[at] ?? 0);
}
