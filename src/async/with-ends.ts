/** Has something done when the work has ended, however it ends. */
export type AtEnd = (done: () => void) => void;

/** Runs work, and then whatever it has asked for. */
export async function withEnds<T>(work: (atEnd: AtEnd) => Promise<T>): Promise<T> {
  const ends: (() => void)[] = [];
  try {
    return await work((done) => void ends.push(done));
  } finally {
    for (const done of ends) done();
  }
}
