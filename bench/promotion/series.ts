import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { runCli } from '../../demo/rig/cli.ts';
import { commitTo } from '../../demo/world/seed.ts';
import { git } from '../../fakes/github/git/run.ts';
import { startForge } from '../../fakes/github/start.ts';
import { createActivities } from '../../src/activities/create-activities.ts';
import { promotionId, promotionWorkflow } from '../../src/operation/messages.ts';
import { platformId } from '../../src/platform/repository/platform-id.ts';
import { parseSettings } from '../../src/settings/settings.ts';
import { workflowSource } from '../../src/worker/bundle.ts';
import { createWorkers } from '../../src/worker/create-workers.ts';
import { createDependencies } from '../../src/worker/dependencies.ts';
import type { PromoteMainCommit } from '../../src/workflows/index.ts';
import { healthyFleet } from '../support/healthy-fleet.ts';
import { change, seed, settingsText } from '../support/one-app-platform.ts';
import { runJob } from '../support/script.ts';
import { watchDependencies } from '../support/watched-dependencies.ts';
import { type Traffic, watchTraffic } from './traffic.ts';

/** A series of promotions, one after the other. */
export interface Series {
  /** Where it may write; it is new for each series. */
  readonly directory: string;
  /** The address of the Temporal server. */
  readonly temporal: string;
  readonly environments: readonly string[];
  readonly promotions: number;
  /** The milliseconds that every answer of the forge takes longer. */
  readonly delayMs: number;
}

/** What one promotion took: times in milliseconds. */
export interface Taken extends Traffic {
  /** From start to end, less renderer, forge and Flux. */
  readonly overhead: number;
  /** Git's conversations with the forge. */
  readonly remoteGit: number;
  /** The whole but for render and Flux. */
  readonly withForge: number;
  /** The shell script, for one environment. */
  readonly script: number;
  /** From each merge to the next environment's request. */
  readonly handovers: readonly number[];
}

const warmUp = 3;
const token = 'bench';

/** Promotes commit after commit, each followed by a shell script that does the bare steps, and answers what each took. */
export async function runSeries(series: Series): Promise<readonly Taken[]> {
  const { directory, environments, delayMs } = series;
  const watch = watchTraffic();
  let slow = 0;
  const { onGitCall, onExchange } = watch;
  const options = { directory: join(directory, 'forge'), token, onGitCall, onExchange, delayMs: () => slow };
  const forge = await startForge(options);
  try {
    const source = await forge.createRepository('acme', 'platform');
    const gitops = await forge.createRepository('acme', 'gitops');
    await seed({ source: source.directory, gitops: gitops.directory, gitopsUrl: gitops.url, environments });
    slow = delayMs;
    const job = { directory, source: source.url, gitops: gitops.url, api: `${forge.apiUrl}/repos/acme/gitops`, token };
    const promoter = await startPromoter(series, { forge, source: source.url, gitops: gitops.directory });
    const taken: Taken[] = [];
    try {
      for (let index = 0; index < series.promotions + warmUp; index += 1) {
        const commit = await commitTo(source.directory, change(index));
        watch.reset();
        const times = await promoter.promote(commit);
        const { traffic, handovers, log } = watch;
        if (process.env.BENCH_LOG) process.stdout.write(`${log.join('\n')}\n\n`);
        const script = await runJob({ ...job, commit });
        if (index >= warmUp) taken.push({ ...times, ...traffic, handovers: [...handovers], script });
      }
    } finally {
      await promoter.stop();
    }
    return taken;
  } finally {
    await forge.close();
  }
}

interface World {
  readonly forge: { readonly host: string; readonly apiUrl: string };
  /** The URL of the source repository, and the directory of the GitOps repository. */
  readonly source: string;
  readonly gitops: string;
}

/** Starts a worker whose render, forge and Flux are watched. */
async function startPromoter({ directory, temporal: address }: Series, { forge, source, gitops }: World) {
  const env = { ...process.env, BENCH_TOKEN: token, TEMPORAL_ADDRESS: address, FAIRLEAD_CACHE: directory };
  await runCli(['setup'], env);
  const dependencies = await createDependencies(
    parseSettings(settingsText(forge.host, forge.apiUrl), 'bench settings', env),
    () => undefined,
  );
  const fleet = healthyFleet((branch) => git(gitops, ['rev-parse', branch]));
  const watched = watchDependencies(dependencies, fleet);
  const { elsewhere, renderAndFlux, remoteGit } = watched;
  const [connection, native] = [await Connection.connect({ address }), await NativeConnection.connect({ address })];
  const activities = { ...createActivities(watched.dependencies) };
  const taskQueue = `bench-${new URL(source).port}`;
  const workers = await createWorkers(
    { connection: native, taskQueue, ...(await workflowSource(process.env)), activities },
    { renders: 4, merges: 4 },
  );
  const running = workers.run();
  const client = new Client({ connection });
  return {
    async promote(commit: string) {
      for (const stopwatch of [elsewhere, renderAndFlux, remoteGit]) stopwatch.reset();
      const began = performance.now();
      const { state, message } = await client.workflow.execute<typeof PromoteMainCommit>(promotionWorkflow, {
        taskQueue,
        workflowId: promotionId(platformId(source), commit),
        args: [{ source, commit }],
      });
      const total = performance.now() - began;
      if (state !== 'promoted') throw new Error(`the promotion of ${commit} ended as ${state}: ${message}`);
      return { overhead: total - elsewhere.ms, remoteGit: remoteGit.ms, withForge: total - renderAndFlux.ms };
    },
    async stop() {
      workers.shutdown();
      await running;
      await connection.close();
      await native.close();
      await dependencies.close();
    },
  };
}
