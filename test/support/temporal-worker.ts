import type { WorkerOptions } from '@temporalio/worker';
import { createWorkers, type Workers } from '../../src/worker/create-workers.ts';
import { type TemporalLogEntry, temporalLog } from './temporal-runtime.ts';

const places = { renders: 4, merges: 4 };

/** The worker of one test: it can be stopped and started again, as a deployment does. */
export class TestWorker {
  #options: WorkerOptions;
  #current: { readonly workers: Workers; readonly ended: Promise<void> } | undefined;
  /** Rejects when a worker fails, or a workflow task of its process does; never resolves. */
  readonly trouble: Promise<never>;
  readonly #raise: (error: Error) => void;

  constructor(options: WorkerOptions) {
    this.#options = options;
    const { promise, reject } = withRejection();
    this.trouble = promise;
    this.#raise = reject;
  }

  async start(): Promise<void> {
    if (this.#current) return;
    temporalLog.subscribe(this.#watch);
    const workers = await createWorkers(this.#options, places);
    const ended = workers.run();
    ended.catch(this.#raise);
    this.#current = { workers, ended };
  }

  /** Cancels activities that run, as a worker does that is taken down, and waits until nothing runs. */
  async stop(): Promise<void> {
    if (!this.#current) return;
    const { workers, ended } = this.#current;
    this.#current = undefined;
    // Where one failed, `trouble` has said why.
    workers.shutdown();
    await ended.catch(() => undefined);
    temporalLog.unsubscribe(this.#watch);
  }

  /** Replaces the worker, by one with other options where `change` says so. */
  async restart(change: Partial<WorkerOptions> = {}): Promise<void> {
    await this.stop();
    this.#options = { ...this.#options, ...change };
    await this.start();
  }

  readonly #watch = (entry: unknown): void => {
    const { message, meta } = entry as TemporalLogEntry;
    if (message !== 'Failing workflow task') return;
    const reason = /message: "((?:[^"\\]|\\.)*)"/.exec(String(meta?.failure))?.[1];
    this.#raise(new Error(`A workflow task failed (run ${String(meta?.runId)}): ${reason ?? String(meta?.failure)}`));
  };
}

/** Runs the workers of a process, as production makes them, until the work is done. */
export async function whileWorkersRun(options: WorkerOptions, work: () => Promise<unknown>): Promise<void> {
  const workers = await createWorkers(options, places);
  const running = workers.run();
  try {
    await Promise.race([work(), running]);
  } finally {
    workers.shutdown();
    await running;
  }
}

function withRejection(): { readonly promise: Promise<never>; readonly reject: (error: Error) => void } {
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<never>((_resolve, no) => {
    reject = no;
  });
  // Raised outside of a race, it is told by the histories' check.
  promise.catch(() => undefined);
  return { promise, reject };
}
