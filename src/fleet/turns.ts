import { type AtEnd, createEnding } from '../async/with-ends.ts';

/** The turn of one look. Whoever has it works; whoever only waits for a silent cluster may leave it to others. */
export interface LookTurn {
  /** Lets somebody else work. */
  leave(): void;
  /** Takes the turn again, as soon as there is one, before whoever has not begun. */
  take(): Promise<void>;
  /** Has this done when the work of this turn has ended: what was read is judged then. At once where it has ended already. */
  readonly atEnd: AtEnd;
}

/** Lets so many work at once. */
export interface Turns {
  /** Runs the work when its turn has come. */
  run<T>(work: (turn: LookTurn) => Promise<T>): Promise<T>;
  /** Forgets whoever has not begun: their promises stay open. */
  forgetWaiting(): void;
}

/** Makes turns for one environment's looks, `most` at once. */
export function createTurns(most: number): Turns {
  let free = most;
  const again: (() => void)[] = [];
  const starting: (() => void)[] = [];
  const takeIn = (queue: (() => void)[]) =>
    new Promise<void>((resolve) => {
      if (free === 0) return queue.push(resolve);
      free -= 1;
      resolve();
    });
  const leave = () => {
    const next = again.shift() ?? starting.shift();
    if (next) next();
    else free += 1;
  };
  return {
    async run(work) {
      await takeIn(starting);
      let isMine = true;
      let taking: Promise<void> | undefined;
      const { atEnd, end } = createEnding();
      const turn: LookTurn = {
        leave() {
          if (isMine) leave();
          isMine = false;
        },
        async take() {
          if (isMine) return;
          taking ??= takeIn(again).then(() => {
            taking = undefined;
            isMine = true;
            // Work that has ended has no use for it any more.
            atEnd(turn.leave);
          });
          await taking;
        },
        atEnd,
      };
      try {
        return await work(turn);
      } finally {
        end();
        turn.leave();
      }
    },
    forgetWaiting() {
      starting.length = 0;
    },
  };
}
