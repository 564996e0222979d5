/** Counts the calls for each repository, within about an hour. */
export interface CallShares {
  /** Notes that somebody calls for a repository, whether the call is made or not. */
  seen(repository: string): void;
  count(repository: string): void;
  /** Tells whether a repository has called so often, and another one, which calls too, has not. */
  isAheadOfOthers(repository: string, often: number): boolean;
}

const hourMs = 3_600_000;

/** Makes the shares of one token; `now` answers the time in milliseconds. */
export function createCallShares(now: () => number): CallShares {
  let counts = new Map<string, number>();
  let began = now();
  const countOf = (repository: string) => counts.get(repository) ?? 0;
  const seen = (repository: string) => {
    if (now() - began >= hourMs) {
      // Who has called within the hour may call again.
      counts = new Map([...counts].flatMap(([each, count]) => (count > 0 ? [[each, 0]] : [])));
      began = now();
    }
    counts.set(repository, countOf(repository));
  };
  return {
    seen,
    count: (repository) => void counts.set(repository, countOf(repository) + 1),
    isAheadOfOthers: (repository, often) =>
      countOf(repository) >= often && [...counts.values()].some((count) => count < often),
  };
}
