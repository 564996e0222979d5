import { LRUCache } from 'lru-cache';
import type { MergeResult, PullRequest, PullRequestEntry } from '../port.ts';

/** A merge that the forge did not take, and how the request was then. */
interface Refusal {
  readonly state: string;
  readonly result: MergeResult;
  readonly at: number;
}

/** A request as it was read just before its merge. */
interface ReadState {
  readonly at: number;
  readonly state: string;
  readonly labels: readonly string[];
}

/** The open requests of one repository, as this worker has seen them. */
export interface RequestMemory {
  /** Answers the list of open requests as it was at most so long ago. Who asks while it is read waits for the same one. */
  list(withinMs: number, read: ReadOpenList): Promise<OpenList>;
  /** Notes a request that this worker has just opened. */
  noteOpened(request: PullRequest): void;
  /** Answers a request that this worker opened at most so long ago; undefined: it opened none. */
  openedWithin(number: number, withinMs: number): PullRequestEntry | undefined;
  /** Notes why a merge was not taken; undefined: it was. */
  noteRefusal(number: number, refusal: Omit<Refusal, 'at'> | undefined): void;
  isRefused(number: number): boolean;
  /** Notes that this worker has merged a request, which nothing takes back. */
  noteMerged(number: number): void;
  isMerged(number: number): boolean;
  /** Answers the labels as they were read just before this worker merged the request; undefined: that is too long ago. */
  labelsJustNow(number: number): readonly string[] | undefined;
  /** Notes how a request was read just before its merge is tried, and its labels. */
  noteState(number: number, state: string, labels: readonly string[]): void;
  /** Answers how the request was read a moment ago; undefined: it was not. */
  stateJustNow(number: number): string | undefined;
  /** Answers what came of a merge that was not taken in this very state, unless it is time to try again. */
  refusedIn(number: number, state: string): MergeResult | undefined;
}

/** The requests that are open, by number. */
export interface OpenList {
  readonly requests: ReadonlyMap<number, PullRequestEntry>;
  /** What is needed to bring it up to date by what has changed since, where the forge can be asked for that. */
  readonly changes?: ListedChanges;
}

/** How far a list of open requests goes. */
export interface ListedChanges {
  /** When it was asked for, in milliseconds by the forge's clock. */
  readonly asOf: number;
  /** How often it was brought up to date since all that are open were listed. */
  readonly lists: number;
}

/** Lists the open requests; `before`: as they were listed the last time. */
export type ReadOpenList = (before: OpenList | undefined) => Promise<OpenList>;

/** A merge is tried again in the same state after this: no state tells everything. */
const tryAgainMs = 5 * 60_000;
/** With very many that wait, all of them together are tried this often, and each within the hour. */
const betweenTriesMs = 36_000;
const longestPauseMs = 3_600_000;

/** Labels that were read so many milliseconds ago are replaced as a whole: hardly anybody labels a request while it is merged. */
const labelsKeptMs = 10_000;
/** Whoever is about to merge has read the request just before. */
const justNowMs = 1_000;

/** Makes the memory of one repository. */
export function createRequestMemory(now: () => number): RequestMemory {
  let latest: { readonly at: number; readonly list: Promise<OpenList> } | undefined;
  let before: OpenList | undefined;
  const opened = new LRUCache<number, { readonly at: number; readonly request: PullRequestEntry }>({ max: 1_000 });
  const states = new LRUCache<number, ReadState>({ max: 5_000 });
  const merged = new LRUCache<number, true>({ max: 5_000 });
  // One that waits is refused again and again. What is not any more has been closed, and keeps no other waiting.
  const refusals = new LRUCache<number, Refusal>({
    max: 5_000,
    ttl: 2 * longestPauseMs,
    ttlResolution: 0,
    perf: { now },
  });
  return {
    list(withinMs, read) {
      if (latest !== undefined && now() - latest.at < withinMs) return latest.list;
      const entry = { at: now(), list: read(before) };
      latest = entry;
      entry.list.then(
        (list) => {
          before = list;
        },
        () => {
          if (latest === entry) latest = undefined;
        },
      );
      return entry.list;
    },
    noteOpened({ body: _, ...request }) {
      opened.set(request.number, { at: now(), request });
    },
    openedWithin(number, withinMs) {
      const found = opened.get(number);
      return found && now() - found.at < withinMs ? found.request : undefined;
    },
    noteRefusal(number, refusal) {
      if (refusal === undefined) refusals.delete(number);
      else refusals.set(number, { ...refusal, at: now() });
    },
    isRefused: (number) => refusals.has(number),
    noteState: (number, state, labels) => void states.set(number, { state, labels, at: now() }),
    noteMerged(number) {
      merged.set(number, true);
      refusals.delete(number);
    },
    isMerged: (number) => merged.has(number),
    labelsJustNow(number) {
      const found = merged.has(number) ? states.get(number) : undefined;
      return found && now() - found.at < labelsKeptMs ? found.labels : undefined;
    },
    stateJustNow(number) {
      const found = states.get(number);
      return found && now() - found.at < justNowMs ? found.state : undefined;
    },
    refusedIn(number, state) {
      const found = refusals.get(number);
      refusals.purgeStale();
      const pause = Math.min(Math.max(tryAgainMs, refusals.size * betweenTriesMs), longestPauseMs);
      return found && found.state === state && now() - found.at < pause ? found.result : undefined;
    },
  };
}
