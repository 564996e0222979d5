import { availableParallelism } from 'node:os';
import { MessageChannel, type MessagePort, type TransferListItem } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { Failure } from '../failure.ts';
import { limits } from '../platform/limits.ts';
import { repositoryKey } from '../platform/repository/platform-id.ts';
import { type EntryModule, entryModule } from '../programs/entry-module.ts';
import { untilAborted } from '../until-aborted.ts';
import { createFairTurns } from './fair-turns.ts';
import type { ThreadAnswer } from './messages.ts';
import { type ContentsWay, memoryFailure, type ThreadWork, type Watch, watchThread } from './watch.ts';

/*
 * Invariants of this folder: what takes as long as others choose (what people wrote, what clusters answer) is worked out in a
 * thread, whose time and memory are limited, so that the process goes on with everything else meanwhile. A thread that is no longer
 * wanted is ended, whatever it does. It costs the work that it had, and no other. Threads know nothing of what they do: who has
 * tasks brings the module of them.
 */

/** The limits of a pool. */
export interface ThreadOptions {
  /** The number of threads at most. Default: one for each core, two at most. */
  readonly threads?: number;
  /** The memory that one thread may use, in MiB. Default: 384. */
  readonly memoryMiB?: number;
}

/** A function of a module that threads load. */
export interface ThreadTask {
  readonly module: EntryModule;
  readonly name: string;
}

/** A task, and what goes with it. */
export interface Errand extends ThreadTask {
  readonly task: object;
  /** What is handed over to the thread, beside its port. */
  readonly transfer?: readonly TransferListItem[];
  readonly contents?: ContentsWay;
}

/** Threads for the work of all platforms, in which each of them has its share. */
export interface ThreadPool {
  /**
   * Does work when its platform's turn has come. `prepare` makes the errand then, with a port for the task. Throws what the task throws as a
   * `Failure`, `BeyondLimit` where it takes too much, and the reason of the work's signal.
   */
  run<T>(work: ThreadWork, prepare: (port: MessagePort) => Promise<Errand>): Promise<T>;
  /** Starts a thread where there is none, with a task that does nothing but load its module. */
  start(task: ThreadTask): void;
  /** Ends all threads. */
  close(): Promise<void>;
}

/** The time after which a thread ends that has nothing to do. */
const idleMs = 300_000;

/** Makes a pool whose threads start when they are needed. */
export function createThreadPool({ threads, memoryMiB = limits.threadMiB }: ThreadOptions = {}): ThreadPool {
  const maxThreads = threads ?? Math.min(2, availableParallelism());
  // Whoever waits is not handed to the pool, which forgets its queue when it ends its last thread.
  const places = createFairTurns(maxThreads);
  const pool = new Piscina({
    minThreads: 0,
    maxThreads,
    idleTimeout: idleMs,
    env: {},
    execArgv: [...entryModule('pool', import.meta.url).execArgv],
    // Whoever waits for the event loop goes first.
    niceIncrement: 5,
    resourceLimits: { maxOldGenerationSizeMb: memoryMiB },
  });
  const watches = new Set<Watch>();
  let starting: Promise<unknown> | undefined;
  // A thread that is ended may run out of memory first, and one that cannot start takes no task.
  pool.on('error', (error) => watches.forEach((watch) => void watch.threadFailed(error)));
  const runNow = async <T>(work: ThreadWork, prepare: (port: MessagePort) => Promise<Errand>): Promise<T> => {
    work.signal?.throwIfAborted();
    const { port1, port2 } = new MessageChannel();
    const { module, name, task, transfer = [], contents } = await prepare(port2);
    await starting;
    // Preparing takes its time, too.
    work.signal?.throwIfAborted();
    const watch = watchThread(port1, work, contents);
    watches.add(watch);
    try {
      const transferList = [port2, ...transfer];
      const options = { filename: module.url.href, name, transferList, signal: watch.signal };
      const answer: ThreadAnswer<T> = await pool.run(task, options);
      if ('done' in answer) return answer.done;
      throw new Failure(answer.failure.type, answer.failure.message);
    } catch (error) {
      const why = watch.reason() ?? error;
      throw memoryFailure(why, work, memoryMiB) ?? why;
    } finally {
      watches.delete(watch);
      watch.end();
    }
  };
  return {
    run: async <T>(work: ThreadWork, prepare: (port: MessagePort) => Promise<Errand>): Promise<T> => {
      work.signal?.throwIfAborted();
      // Its turn passes unused when it was aborted before that.
      return untilAborted(
        places.run(repositoryKey(work.repository), () => runNow<T>(work, prepare)),
        work.signal,
      );
    },
    start: ({ module, name }) => {
      if (starting !== undefined || pool.threads.length > 0) return;
      const ending = new AbortController();
      // A thread that cannot start takes no task. Whoever comes next is told why.
      const stop = () => ending.abort();
      const settle = () => {
        pool.off('error', stop);
        starting = undefined;
      };
      pool.on('error', stop);
      starting = pool.run({}, { filename: module.url.href, name, signal: ending.signal }).then(settle, settle);
    },
    close: () => pool.destroy(),
  };
}
