import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { defaultTaskQueue } from '../../src/operation/messages.ts';
import { ensureRenderer } from '../../src/render/renderer/ensure.ts';
import { noWorker, withTemporal } from '../../src/temporal/client.ts';
import { temporalDevServer } from '../programs/temporal-dev-server.ts';
import { type DemoWorld, startWorld } from '../world/world.ts';
import { type Child, startChild } from './child.ts';
import { cliCommand, runCli } from './cli.ts';
import { type RunningTemporal, startTemporal } from './temporal.ts';

/** All that the demo runs: the world outside, Temporal, and a worker that is the one of production. */
export interface Rig {
  readonly world: DemoWorld;
  readonly temporal: RunningTemporal;
  /** The environment variables of the worker and of each command. */
  readonly env: NodeJS.ProcessEnv;
  /** Rejects when something ends that must run. */
  readonly trouble: Promise<never>;
  readonly directory: string;
}

/** Flux looks seldom by itself, as on real clusters: Fairlead asks it to look when there is something to see. */
const timings = {
  pullMs: 20_000,
  intervalMs: 10_000,
  retryMs: 1_500,
  dependencyMs: 300,
  applyMs: 300,
  healthMs: 500,
  healthTimeoutMs: 3_000,
};
const intervals = { merge: '500ms', health: '500ms' };

/** Starts the rig, hands it to `use`, and takes everything down, whatever happens. */
export async function withRig<T>(signal: AbortSignal, use: (rig: Rig) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'fairlead-demo-'));
  const closing: (() => Promise<void>)[] = [() => rm(directory, { recursive: true, force: true, maxRetries: 5 })];
  const interrupted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  interrupted.catch(() => undefined);
  try {
    const rig = await Promise.race([startRig(directory, signal, closing), interrupted]);
    return await Promise.race([use(rig), rig.trouble, interrupted]);
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

async function startRig(directory: string, signal: AbortSignal, closing: (() => Promise<void>)[]): Promise<Rig> {
  // Built at the same time where they are not there yet: minutes on a new machine, once.
  const [program, renderer] = await Promise.all([temporalDevServer({ signal }), ensureRenderer({ signal })]);
  const temporal = await startTemporal(program, join(directory, 'temporal.log'));
  closing.push(() => temporal.child.stop());
  const world = await startWorld({ directory, temporalUi: temporal.uiUrl, soak: '1s', timings, intervals });
  closing.push(() => world.close());
  const env = {
    ...process.env,
    ...world.env,
    FAIRLEAD_SOURCE: world.source,
    TEMPORAL_ADDRESS: temporal.address,
    FAIRLEAD_RENDERER: renderer,
    // Mirrors of a forge that is gone tomorrow do not belong into the user's cache.
    FAIRLEAD_CACHE: join(directory, 'cache'),
  };
  const worker = startWorker(directory, env);
  closing.push(() => worker.stop());
  await runCli(['setup'], env, signal);
  await Promise.race([untilWorkerPolls(env), worker.ended]);
  return { world, temporal, env, directory, trouble: Promise.race([temporal.child.ended, worker.ended]) };
}

function startWorker(directory: string, env: NodeJS.ProcessEnv): Child {
  const command = [...cliCommand, 'worker'];
  return startChild({ name: 'The worker', command, env, logFile: join(directory, 'worker.log') });
}

async function untilWorkerPolls(env: NodeJS.ProcessEnv): Promise<void> {
  await withTemporal(env, async (temporal) => {
    for (const until = Date.now() + 60_000; ; await pause(200)) {
      const away = await noWorker(temporal, defaultTaskQueue);
      if (!away) return;
      if (Date.now() > until) throw away;
    }
  });
}
