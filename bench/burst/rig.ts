import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { runCli } from '../../demo/rig/cli.ts';
import { startTemporal } from '../../src/cli/dev/temporal.ts';
import { temporalDevServer } from '../../src/programs/temporal/dev-server.ts';
import { type Promotion, promote } from './operations.ts';
import { type BurstPlatform, type Place, startPlace } from './place.ts';
import { type BurstWorker, startWorker } from './worker.ts';

/** Everything that one scene runs on; nothing of it is shared with another. */
export interface Rig {
  readonly place: Place;
  readonly worker: BurstWorker;
  promote(platform: string, commit: string): Promise<OwnedPromotion>;
  /** Promotes a commit of a source that is none of the platforms'. */
  promoteFrom(source: string, commit: string): Promise<Promotion>;
}

/** A promotion, and the name of the platform whose commit it is. */
export interface OwnedPromotion extends Promotion {
  readonly platform: string;
}

const taskQueue = 'burst';

/**
 * Runs a scene with one worker, on Temporal's dev server and stand-ins of its own. `otherHosts`: the worker has the token for these, too.
 */
export async function onRig<T>(
  platforms: readonly BurstPlatform[],
  scene: (rig: Rig) => Promise<T>,
  otherHosts?: readonly string[],
): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'fairlead-burst-'));
  const temporal = await startTemporal({
    program: await temporalDevServer(),
    logFile: join(directory, 'temporal.log'),
  });
  const place = await startPlace(directory, platforms, otherHosts);
  const env = {
    ...process.env,
    BENCH_TOKEN: 'bench',
    TEMPORAL_ADDRESS: temporal.address,
    FAIRLEAD_SETTINGS: place.settings,
    FAIRLEAD_TASK_QUEUE: taskQueue,
  };
  await runCli(['setup'], env);
  const connection = await Connection.connect({ address: temporal.address });
  const client = new Client({ connection });
  const worker = startWorker(env, join(directory, 'worker.log'));
  try {
    const work = scene({
      place,
      worker,
      promote: async (platform, commit) => ({
        ...(await promote(client, taskQueue, { source: place.url(platform), commit })),
        platform,
      }),
      promoteFrom: (source, commit) => promote(client, taskQueue, { source, commit }),
    });
    return await Promise.race([work, worker.ended, temporal.child.ended]);
  } finally {
    await worker.stop();
    await connection.close();
    await temporal.child.stop();
    await place.close();
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  }
}
