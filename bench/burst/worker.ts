import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Child, startChild } from '../../src/cli/dev/child.ts';

/** `fairlead worker` in a process of its own. */
export interface BurstWorker extends Child {
  /** The most memory that the process itself had so far, in MiB: renderers and git are processes of their own. */
  peakMiB(): Promise<number>;
}

/** The built worker: what runs the sources as they are takes 100 MiB for itself. */
const built = (path: string) => fileURLToPath(new URL(`../../dist/${path}`, import.meta.url));

/** The cores of the worker and its processes, as `taskset` takes them. Default: all, which it shares with forge and Temporal. */
const cores = process.env.BENCH_WORKER_CORES;

/** Starts the worker as the image does, with its limit of memory. */
export function startWorker(env: NodeJS.ProcessEnv, logFile: string): BurstWorker {
  const child = startChild({
    name: 'The worker',
    command: [
      ...(cores === undefined ? [] : ['taskset', '--cpu-list', cores]),
      ...[process.execPath, '--max-old-space-size=1024', built('src/cli/main.js'), 'worker'],
    ],
    env: { ...env, FAIRLEAD_WORKFLOW_BUNDLE: built('workflows.js') },
    logFile,
  });
  return {
    ...child,
    async peakMiB() {
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
      return Math.round(Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1]) / 1024);
    },
  };
}
