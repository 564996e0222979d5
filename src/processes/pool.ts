import { availableParallelism } from 'node:os';
import { untilAborted } from '../async/until-aborted.ts';
import { Failure } from '../failure.ts';
import { limits } from '../platform/limits.ts';
import { repositoryKey } from '../platform/repository/platform-id.ts';
import type { EntryModule } from '../programs/entry-module.ts';
import { type Errand, runErrand } from './errand.ts';
import { createFairTurns } from './fair-turns.ts';
import { TaskProcess } from './task-process.ts';
import type { LimitedWork } from './work.ts';

/*
 * Invariants of this folder: what takes as long as others choose (what people wrote, what clusters answer) is worked out in a
 * process of its own, whose time and memory are limited, so that this one goes on with everything else meanwhile. A process that is no
 * longer wanted is ended, whatever it does; one that dies costs the task that it had, and no other. This folder knows nothing of the
 * tasks: who has some brings the module with which a process begins.
 */

/** The limits of a pool. */
export interface ProcessPoolOptions {
  /** The number of processes at most. Default: one for each core, two at most. */
  readonly processes?: number;
  /** The memory that one process may use for what it makes of its task, in MiB. Default: 384. */
  readonly memoryMiB?: number;
}

/** Processes for the work of all platforms, in which each of them has its share. */
export interface ProcessPool {
  /**
   * Does work when its platform's turn has come. `prepare` makes the errand then. Throws what the task throws as a `Failure`,
   * `BeyondLimit` where it takes too much, `Failure` Unavailable where its process dies, and the reason of the work's signal.
   */
  run<T>(work: LimitedWork, prepare: () => Promise<Errand>): Promise<T>;
  /** Starts a process where there is none, so that who comes next need not wait for it. */
  start(): void;
  /** Ends all processes. */
  close(): Promise<void>;
}

/** The time after which a process ends that has nothing to do. */
const idleMs = 300_000;

/** Makes a pool whose processes begin with this module, when they are needed. */
export function createProcessPool(
  entry: EntryModule,
  { processes: most = Math.min(2, availableParallelism()), memoryMiB = limits.processMiB }: ProcessPoolOptions = {},
): ProcessPool {
  const places = createFairTurns(most);
  const processes = new Set<TaskProcess>();
  const idle = new Map<TaskProcess, NodeJS.Timeout>();
  let isClosed = false;
  const rest = (process: TaskProcess) => {
    const end = () => {
      idle.delete(process);
      processes.delete(process);
      void process.kill();
    };
    if (process.isUsable) idle.set(process, setTimeout(end, idleMs).unref());
    else processes.delete(process);
  };
  const startOne = (): TaskProcess => {
    const process = new TaskProcess(entry, memoryMiB);
    processes.add(process);
    return process;
  };
  const obtain = (): TaskProcess => {
    for (const [process, timer] of idle) {
      idle.delete(process);
      clearTimeout(timer);
      if (process.isUsable) return process;
      processes.delete(process);
    }
    return startOne();
  };
  const runNow = async <T>(work: LimitedWork, prepare: () => Promise<Errand>): Promise<T> => {
    work.signal?.throwIfAborted();
    const errand = await prepare();
    // Preparing takes its time, too.
    work.signal?.throwIfAborted();
    if (isClosed) throw new Failure('Unavailable', 'The processes of this worker are closed.');
    const process = obtain();
    try {
      return await runErrand<T>(process, errand, { work, memoryMiB });
    } finally {
      rest(process);
    }
  };
  return {
    run: async <T>(work: LimitedWork, prepare: () => Promise<Errand>): Promise<T> => {
      work.signal?.throwIfAborted();
      // Its turn passes unused when it was aborted before that.
      return untilAborted(
        places.run(repositoryKey(work.repository), () => runNow<T>(work, prepare)),
        work.signal,
      );
    },
    start: () => {
      if (processes.size === 0 && !isClosed) rest(startOne());
    },
    close: async () => {
      isClosed = true;
      await Promise.all([...processes].map((process) => process.kill()));
    },
  };
}
