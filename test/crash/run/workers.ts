import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { SmallPlatform } from '../../promotions/support/platform.ts';
import type { CrashRig } from '../rig.ts';

/** A worker process. */
export interface CrashWorker {
  /** The name by which Temporal knows it. */
  readonly identity: string;
  /** Resolves with the milliseconds from its start until it polls. */
  readonly polls: Promise<number>;
  /** Kills it at once. */
  kill(): void;
  /** Asks it to stop, and resolves when it has. */
  stop(): Promise<void>;
  readonly ended: Promise<void>;
}

const started = new Set<ChildProcess>();
// A run that is interrupted leaves no worker behind.
process.on('exit', () => {
  for (const child of started) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

/** Starts the workers of one run, one after the other, each with an empty cache of its own. */
export class Workers {
  readonly #rig: CrashRig;
  readonly #platform: SmallPlatform;
  readonly #taskQueue: string;
  #count = 0;
  #latest: CrashWorker | undefined;

  constructor(rig: CrashRig, platform: SmallPlatform, taskQueue: string) {
    this.#rig = rig;
    this.#platform = platform;
    this.#taskQueue = taskQueue;
  }

  get latest(): CrashWorker {
    if (!this.#latest) throw new Error('there is no worker');
    return this.#latest;
  }

  start(): CrashWorker {
    const { directory, env } = this.#platform;
    this.#count += 1;
    const began = performance.now();
    const child = spawn(process.execPath, [this.#rig.program, 'worker'], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        ...process.env,
        ...env,
        TEMPORAL_ADDRESS: this.#rig.address,
        FAIRLEAD_TASK_QUEUE: this.#taskQueue,
        FAIRLEAD_RENDERER: this.#rig.renderer,
        FAIRLEAD_WORKFLOW_BUNDLE: this.#rig.bundle,
        FAIRLEAD_CACHE: join(directory, `cache-${this.#count}`),
      },
    });
    started.add(child);
    const polls = new Promise<number>((resolve) => {
      child.stderr?.on('data', (chunk: Buffer) => {
        appendFileSync(join(directory, 'worker.log'), chunk);
        if (chunk.includes('the worker polls')) resolve(performance.now() - began);
      });
    });
    const ended = once(child, 'exit').then(() => void started.delete(child));
    this.#latest = {
      identity: `${child.pid}@${hostname()}`,
      polls,
      ended,
      kill: () => void child.kill('SIGKILL'),
      stop: async () => {
        child.kill('SIGTERM');
        await ended;
      },
    };
    return this.#latest;
  }
}
