import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { cliCommand } from '../../../demo/rig/cli.ts';
import type { TemporalTest } from '../../support/temporal.ts';
import type { SmallPlatform } from './platform.ts';

export interface WorkerProcess {
  /** The name by which Temporal knows it. */
  readonly identity: string;
  /** Kills it at once, as a lost node does; nothing of it gets to clean up. */
  kill(): Promise<void>;
  /** Asks it to stop, as Kubernetes does, and answers its exit code when it has. */
  stop(): Promise<number | null>;
  /** Lets it stand still, with all of its threads, until it goes on or is killed. */
  standStill(): void;
  goOn(): void;
  /** The log of all workers of the platform. */
  log(): Promise<string>;
}

/**
 * Starts `fairlead worker` in a process of its own, on the test's task queue, with a prebuilt bundle of its workflows.
 */
export function startWorkerProcess(
  platform: SmallPlatform,
  test: Pick<TemporalTest, 'address' | 'namespace' | 'taskQueue'>,
  bundle: string,
): WorkerProcess {
  const [program, ...args] = cliCommand;
  const env = {
    ...process.env,
    ...platform.env,
    TEMPORAL_ADDRESS: test.address,
    TEMPORAL_NAMESPACE: test.namespace,
    FAIRLEAD_TASK_QUEUE: test.taskQueue,
    FAIRLEAD_WORKFLOW_BUNDLE: bundle,
  };
  const file = join(platform.directory, 'worker.log');
  const log = openSync(file, 'a');
  const child = spawn(program, [...args, 'worker'], { env, stdio: ['ignore', log, log] });
  closeSync(log);
  const exited = once(child, 'exit');
  return {
    identity: `${child.pid}@${hostname()}`,
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
    stop: async () => {
      child.kill('SIGTERM');
      const [code] = await exited;
      return code as number | null;
    },
    standStill: () => void child.kill('SIGSTOP'),
    goOn: () => void child.kill('SIGCONT'),
    log: () => readFile(file, 'utf8'),
  };
}
