import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Child, startChild } from '../../src/cli/dev/child.ts';
import { untilWorkerPolls } from '../../src/cli/dev/dev.ts';
import { type RunningTemporal, startTemporal } from '../../src/cli/dev/temporal.ts';
import { temporalDevServer } from '../../src/programs/temporal/dev-server.ts';
import { ensureRenderer } from '../../src/render/renderer/ensure.ts';
import type { StoryFleet } from '../fleet/story-fleet.ts';
import type { RegionCount } from '../sample/environments.ts';
import { type DemoWorld, startWorldWith } from '../world/world.ts';
import { cliCommand, runCli } from './cli.ts';

/** All that the demo runs: the world outside, Temporal, and a worker that is the one of production. */
export interface Rig {
  readonly world: DemoWorld<StoryFleet>;
  readonly temporal: RunningTemporal;
  /** The environment variables of the worker and of each command. */
  readonly env: NodeJS.ProcessEnv;
  /** Rejects when something ends that must run. */
  readonly trouble: Promise<never>;
  readonly directory: string;
}

const intervals = { merge: '500ms', health: '500ms' };

/** What the rig is made of, and what ends it early. */
export interface RigOptions {
  /** Says whether the clusters are real ones instead of stand-ins. */
  readonly flux: boolean;
  /** Says whether the forge is a real Gitea instead of the stand-in for GitHub. */
  readonly gitea: boolean;
  readonly regions: RegionCount;
  readonly signal: AbortSignal;
}

/** Starts the rig, hands it to `use`, and takes everything down, whatever happens. */
export async function withRig<T>(options: RigOptions, use: (rig: Rig) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'fairlead-demo-'));
  const closing: (() => Promise<void>)[] = [() => rm(directory, { recursive: true, force: true, maxRetries: 5 })];
  const { signal } = options;
  const interrupted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  interrupted.catch(() => undefined);
  try {
    const rig = await startRig(directory, options, closing);
    return await Promise.race([use(rig), rig.trouble, interrupted]);
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

/** Starts the parts in turn. When the signal comes it gives up after the part that is being started, which is ended, too. */
async function startRig(
  directory: string,
  { flux, gitea, regions, signal }: RigOptions,
  closing: (() => Promise<void>)[],
): Promise<Rig> {
  // Built at the same time where they are not there yet: minutes on a new machine, once.
  const [program, renderer, startFleet, startForge] = await Promise.all([
    temporalDevServer({ signal }),
    ensureRenderer({ signal }),
    flux ? fluxFleet(signal) : standInFleet(),
    gitea ? giteaForge(signal) : undefined,
  ]);
  signal.throwIfAborted();
  const temporal = await startTemporal({ program, logFile: join(directory, 'temporal.log') });
  closing.push(() => temporal.child.stop());
  signal.throwIfAborted();
  const world = await startWorldWith(
    { directory, temporalUi: temporal.uiUrl, soak: '1s', regions, intervals, ...(startForge && { startForge }) },
    startFleet,
  );
  closing.push(() => world.close());
  signal.throwIfAborted();
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
  await Promise.race([untilWorkerPolls(env, signal), worker.ended]);
  const trouble = Promise.race([temporal.child.ended, worker.ended, world.fleet.trouble, world.forge.trouble]);
  trouble.catch(() => undefined);
  return { world, temporal, env, directory, trouble };
}

// Each is loaded only where it is wanted.
const fluxFleet = async (signal: AbortSignal) => (await import('../fleet/flux/flux-fleet.ts')).prepareFluxFleet(signal);
const giteaForge = async (signal: AbortSignal) => (await import('../forge/gitea-forge.ts')).prepareGiteaForge(signal);
const standInFleet = async () => (await import('../fleet/stand-in-fleet.ts')).startStandInFleet;

function startWorker(directory: string, env: NodeJS.ProcessEnv): Child {
  const command = [...cliCommand, 'worker'];
  return startChild({ name: 'The worker', command, env, logFile: join(directory, 'worker.log') });
}
