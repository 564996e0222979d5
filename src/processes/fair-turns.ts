import { untilAborted } from '../async/until-aborted.ts';

/** Places that are given out in turns, so that nobody gets more time than others who wait. */
export interface FairTurns {
  /**
   * Does the work when there is a place. Of those who wait, the share goes first that has had least time since it came; within
   * a share, whoever came first. A share that has nothing here any more is forgotten.
   */
  run<T>(share: string, work: () => Promise<T>): Promise<T>;
  /** Waits for a place like `run`, and answers what leaves it. Throws the signal's reason, and then leaves it by itself. */
  take(share: string, signal: AbortSignal | undefined): Promise<() => void>;
}

/** A turn that is taken, and when it began. */
interface Turn {
  readonly since: number;
}

/** What one share has had, and what of it waits. */
interface Share {
  /** The time of its work that has ended, and what the others had before it came, in milliseconds. */
  spent: number;
  /** What of it is under way. */
  readonly running: Set<Turn>;
  readonly waiting: ((turn: Turn) => void)[];
}

/**
 * Makes turns for so many places. Whoever comes with much slow work delays others by what of it has begun, and no more: a
 * queue in the order of coming would have them wait for all of it. `now`: a clock in milliseconds.
 */
export function createFairTurns(places: number, now: () => number = () => performance.now()): FairTurns {
  const shares = new Map<string, Share>();
  let free = places;
  const timeOf = ({ spent, running }: Share) => [...running].reduce((sum, { since }) => sum + now() - since, spent);
  const enter = (name: string): Share => {
    const known = shares.get(name);
    if (known) return known;
    // It begins with those who had least: time that was not asked for is not saved up.
    const spent = Math.min(...[...shares.values()].map(timeOf));
    const share = { spent: Number.isFinite(spent) ? spent : 0, running: new Set<Turn>(), waiting: [] };
    shares.set(name, share);
    return share;
  };
  const beginNext = () => {
    while (free > 0) {
      const waiting = [...shares.values()].filter((share) => share.waiting.length > 0);
      const [next] = waiting.sort((a, b) => timeOf(a) - timeOf(b) || a.running.size - b.running.size);
      if (next === undefined) return;
      const turn = { since: now() };
      free -= 1;
      next.running.add(turn);
      next.waiting.shift()?.(turn);
    }
  };
  const run: FairTurns['run'] = async (name, work) => {
    const share = enter(name);
    const begins = new Promise<Turn>((resolve) => void share.waiting.push(resolve));
    beginNext();
    const turn = await begins;
    try {
      return await work();
    } finally {
      share.running.delete(turn);
      share.spent += now() - turn.since;
      free += 1;
      if (share.running.size === 0 && share.waiting.length === 0) shares.delete(name);
      beginNext();
    }
  };
  return {
    run,
    async take(name, signal) {
      let leave = (): void => undefined;
      const left = new Promise<void>((resolve) => {
        leave = resolve;
      });
      const taken = new Promise<void>((resolve) => {
        void run(name, () => {
          resolve();
          return left;
        });
      });
      try {
        await untilAborted(taken, signal);
        return leave;
      } catch (error) {
        leave();
        throw error;
      }
    },
  };
}
