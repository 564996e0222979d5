/** Has something done when the work has ended, however it ends; at once where it has ended already. */
export type AtEnd = (done: () => void) => void;

/** What is done when some work has ended. */
export interface EndOfWork {
  readonly atEnd: AtEnd;
  end(): void;
}

/** Begins work of which something is to be left at its end. */
export function createEnding(): EndOfWork {
  let hasEnded = false;
  const ends: (() => void)[] = [];
  return {
    atEnd(done) {
      if (hasEnded) done();
      else ends.push(done);
    },
    end() {
      hasEnded = true;
      for (const done of ends.splice(0)) done();
    },
  };
}

/** Runs work, and then whatever it has asked for. */
export async function withEnds<T>(work: (atEnd: AtEnd) => Promise<T>): Promise<T> {
  const { atEnd, end } = createEnding();
  try {
    return await work(atEnd);
  } finally {
    end();
  }
}
