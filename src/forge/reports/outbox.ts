import { LRUCache } from 'lru-cache';
import { sleepFor } from '../../async/until-aborted.ts';
import { Failure } from '../../failure.ts';
import { checkRepositoryUrl } from '../../platform/repository/repository-url.ts';
import type { Forges } from '../port.ts';
import { type Again, createQueue, type ForgeQueue, type Pending } from './queue.ts';
import type { Report } from './report.ts';

/** What became of a report; `pending`: it is lost if the worker dies before it is written. */
export type Sent = 'taken' | 'pending' | 'left out';

/** Whoever writes reports. It never throws, and nobody waits long for it. */
export interface Outbox {
  /**
   * Has a report written. Resolves when it is written, or given up, or will be written later: after two seconds at most, and at once for
   * a repeated one and a label. Answers whether it was taken, will be written later, or was left out because it is there already.
   */
  send(report: Report): Promise<Sent>;
  /** Waits until all is written, for five seconds at most, and takes nothing more. */
  close(): Promise<void>;
}

/** How an outbox writes; all times in milliseconds. */
export interface OutboxOptions {
  readonly forges: Pick<Forges, 'reportsFor'>;
  /** Is told, once for each cause, why something cannot be written. */
  readonly notice: (sentence: string) => void;
  /** How long a sender waits at most. */
  readonly patienceMs?: number;
  /** The time between two repeated reports of one key. */
  readonly paceMs?: number;
  /** The time after which a forge takes one more write; the first fifteen go at once. GitHub asks for a second. */
  readonly writeEveryMs?: number;
  readonly now?: () => number;
}

/** For so long what this process wrote still stands: another worker may have written since. */
const freshMs = 60_000;
/**
 * After so many failures in a row a report is given up: the next one of its key says the same, or better. Nothing follows a last one,
 * which is tried for an hour: a status would stay pending for good. That a limit keeps it away is no failure.
 */
const mostTries: Readonly<Record<Report['weight'], number>> = { last: 65, news: 6, repeated: 6 };
/** For so long nothing is tried where the token may not. */
const offMs = 10 * 60_000;
const closeMs = 5_000;

interface Written {
  readonly text: string;
  readonly at: number;
  readonly answer: number | undefined;
}

/** Makes the outbox of a worker: one write at a time for each forge, the newest report of each key. */
export function createOutbox(options: OutboxOptions): Outbox {
  const { forges, notice, patienceMs = 2_000, paceMs = 15_000, writeEveryMs = 1_000, now = Date.now } = options;
  const written = new LRUCache<string, Written>({ max: 10_000 });
  const offUntil = new Map<string, number>();
  const told = new Set<string>();
  const queues = new Map<string, ForgeQueue>();
  const lifetime = new AbortController();
  let isClosed = false;

  return {
    async send(report) {
      try {
        return await take(report);
      } catch (error) {
        tell(report, error);
        return 'left out';
      }
    },
    async close() {
      isClosed = true;
      const all = [...queues.values()].map((queue) => queue.settled());
      await Promise.race([Promise.all(all), quietly(closeMs)]);
      lifetime.abort(new Error('the worker has ended'));
    },
  };

  async function take(report: Report): Promise<Sent> {
    const id = idOf(report);
    if (isClosed || writerOf(report) === undefined || isOff(report) || isThere(report, written.get(id)))
      return 'left out';
    const queue = queueOf(report);
    let isSettled = false;
    const done = new Promise<void>((resolve) =>
      queue.put(id, report, () => {
        isSettled = true;
        resolve();
      }),
    );
    if (report.weight === 'repeated' || report.what === 'labels') return 'taken';
    await withPatience(done);
    return isSettled ? 'taken' : 'pending';
  }

  /** Answers what writes the report; undefined: the settings do not want it. */
  function writerOf(report: Report): ((known: number | undefined) => Promise<number | undefined>) | undefined {
    if (report.what === 'labels') return () => report.write(lifetime.signal);
    const reports = forges.reportsFor?.(report.repository, lifetime.signal);
    return reports?.wanted[report.what] ? (known) => report.write(reports, known) : undefined;
  }

  function isOff({ repository, what }: Report): boolean {
    return (offUntil.get(`${repository} ${what}`) ?? 0) > now();
  }

  function isThere({ weight, text }: Report, last: Written | undefined): boolean {
    if (weight === 'last' || last === undefined) return false;
    const age = now() - last.at;
    if (weight === 'news') return last.text === text && age < freshMs;
    return last.text === text || age < paceMs;
  }

  async function withPatience(done: Promise<void>): Promise<void> {
    const written = new AbortController();
    await Promise.race([done, quietly(patienceMs, written.signal)]);
    written.abort();
  }

  /** Sleeps, but not longer than the outbox lives. */
  async function quietly(ms: number, until: AbortSignal = lifetime.signal): Promise<void> {
    await sleepFor(ms, AbortSignal.any([lifetime.signal, until])).catch(() => undefined);
  }

  function isOver(): boolean {
    return lifetime.signal.aborted;
  }

  function queueOf({ repository }: Report): ForgeQueue {
    // A URL of SSH may be one that no browser reads: `git@github.com:acme/gitops`.
    const host = checkRepositoryUrl(repository).webAddress?.host ?? repository;
    const found = queues.get(host) ?? createQueue({ now, sleep: quietly, isOver, writeEveryMs, write });
    queues.set(host, found);
    return found;
  }

  /** Writes one report; answers when it is to be tried again, undefined: never. */
  async function write({ report, tries }: Pending): Promise<Again | undefined> {
    const id = idOf(report);
    try {
      const writeIt = writerOf(report);
      if (writeIt === undefined || isOff(report)) return undefined;
      const answer = await writeIt(written.get(id)?.answer);
      written.set(id, { text: report.text, at: now(), answer });
      return undefined;
    } catch (error) {
      return failed(report, tries, error);
    }
  }

  function failed(report: Report, tries: number, error: unknown): Again | undefined {
    if (lifetime.signal.aborted) return undefined;
    const failure = error instanceof Failure ? error : undefined;
    if (failure?.retryable && tries < mostTries[report.weight] && !isClosed)
      return { inMs: failure.retryAfterMs ?? Math.min(1_000 * 2 ** tries, 60_000), isLimit: failure.isWaiting };
    const { repository, what } = report;
    const mayNot = failure !== undefined && isSwitchedOffBy(failure, what);
    if (mayNot) offUntil.set(`${repository} ${what}`, now() + offMs);
    tell(report, error, mayNot);
    return undefined;
  }

  /** Says once for each cause why something cannot be written. */
  function tell(report: Report, error: unknown, mayNot = false): void {
    const words = error instanceof Error ? error.message : String(error);
    const cause = `${report.repository} ${report.what} ${error instanceof Failure ? error.type : 'Internal'}`;
    if (!told.has(cause)) notice(trouble(report, words, mayNot));
    told.add(cause);
  }
}

function idOf({ repository, what, key }: Report): string {
  return `${repository} ${what} ${key}`;
}

/** Tells whether the token may not write any of that kind there. A request can be gone by itself, and labels cannot be switched off. */
function isSwitchedOffBy({ type }: Failure, what: Report['what']): boolean {
  if (what === 'labels') return false;
  return type === 'Unauthorized' || (type === 'NotFound' && what !== 'comments');
}

function trouble({ what, repository }: Report, words: string, mayNot: boolean): string {
  const rest = mayNot
    ? ` They stay off there, and are tried again every ten minutes. To have none, set \`${what}: false\` for this forge in the worker's settings.`
    : ' Nothing waits for that; it is said once.';
  return `${what} of ${repository} cannot be written: ${words}${rest}`;
}
