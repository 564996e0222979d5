/** Counts what this worker creates on GitHub, and says when it may go on. */
export interface ContentPace {
  /** Notes that somebody calls for a repository, whether anything is created or not. */
  seen(repository: string): void;
  /** Answers the time from which on one more for this repository is within the pace; a time in the past: now. */
  freeAt(repository: string): number;
  count(repository: string): void;
}

/**
 * Four fifths of what GitHub allows to be created, 80 a minute and 500 an hour: other workers and people create, too. The last quarter
 * of it is left to repositories that create little, or a platform of many environments would make all others wait for up to an hour.
 * @see https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
 */
const windows = [
  { most: 64, mostOfMany: 48, little: 8, ms: 60_000 },
  { most: 400, mostOfMany: 300, little: 50, ms: 3_600_000 },
] as const;
type Window = (typeof windows)[number];
const hourMs = 3_600_000;

/** Makes the pace of one token; `now` answers the time in milliseconds. */
export function createContentPace(now: () => number): ContentPace {
  let created: { readonly at: number; readonly repository: string }[] = [];
  const seenAt = new Map<string, number>();

  /** Repositories that were called for within the hour, and create little. */
  const hasOthersOfLittle = (window: Window, counts: ReadonlyMap<string, number>): boolean =>
    [...seenAt].some(([each, at]) => at > now() - hourMs && (counts.get(each) ?? 0) < window.little);

  const freeIn = (window: Window, repository: string): number => {
    const within = created.filter(({ at }) => at > now() - window.ms);
    const counts = new Map<string, number>();
    for (const one of within) counts.set(one.repository, (counts.get(one.repository) ?? 0) + 1);
    const isLittle = (counts.get(repository) ?? 0) < window.little;
    const most = isLittle || !hasOthersOfLittle(window, counts) ? window.most : window.mostOfMany;
    // With `most` of them in the window, the oldest of these leaves it first.
    return (within.at(-most)?.at ?? Number.NEGATIVE_INFINITY) + window.ms;
  };

  return {
    seen: (repository) => void seenAt.set(repository, now()),
    freeAt(repository) {
      created = created.filter(({ at }) => at > now() - hourMs);
      return Math.max(0, ...windows.map((window) => freeIn(window, repository)));
    },
    count: (repository) => void created.push({ at: now(), repository }),
  };
}
