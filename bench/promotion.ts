import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Runtime } from '@temporalio/worker';
import { temporalDevServer } from '../demo/programs/temporal-dev-server.ts';
import { runCli } from '../demo/rig/cli.ts';
import { startTemporal } from '../demo/rig/temporal.ts';
import { commitTo } from '../demo/world/seed.ts';
import { git } from '../fakes/github/git/run.ts';
import { startForge } from '../fakes/github/start.ts';
import { createActivities } from '../src/activities/create-activities.ts';
import { promotionId, promotionWorkflow } from '../src/operation/messages.ts';
import { platformId } from '../src/platform/repository/platform-id.ts';
import { parseSettings } from '../src/settings/settings.ts';
import { workflowSource } from '../src/worker/bundle.ts';
import { createWorkers } from '../src/worker/create-workers.ts';
import { createDependencies } from '../src/worker/dependencies.ts';
import type { PromoteMainCommit } from '../src/workflows/index.ts';
import { healthyFleet } from './support/healthy-fleet.ts';
import { change, seed, settingsText } from './support/one-app-platform.ts';
import { machine, summary } from './support/report.ts';
import { runJob } from './support/script.ts';
import { watchDependencies } from './support/watched-dependencies.ts';

/**
 * Orchestration overhead of an environment: from the start of a promotion to its end, less the time spent in the
 * renderer, at the forge (its API, and git with its host) and at Flux. What is left is Temporal, the workflow,
 * git on the mirror, and Fairlead's own work. For comparison, a shell script does the bare steps for each commit.
 */
const promotions = Number(process.env.BENCH_PROMOTIONS ?? 50);
const warmUp = 3;

Runtime.install({
  logger: { ...console, log: () => {}, trace: () => {}, debug: () => {}, info: () => {}, warn: () => {} } as never,
});
/** Times of one promotion, in milliseconds. */
interface Taken {
  readonly overhead: number;
  readonly remoteGit: number;
  /** The whole but for render and Flux. */
  readonly withForge: number;
  readonly script: number;
}

const directory = await mkdtemp(join(tmpdir(), 'fairlead-bench-'));
const temporal = await startTemporal(await temporalDevServer(), join(directory, 'temporal.log'));
const forge = await startForge({ directory: join(directory, 'forge'), token: 'bench' });
try {
  const source = await forge.createRepository('acme', 'platform');
  const gitops = await forge.createRepository('acme', 'gitops');
  await seed(source.directory, gitops.directory, gitops.url);
  const env = { ...process.env, BENCH_TOKEN: 'bench', TEMPORAL_ADDRESS: temporal.address, FAIRLEAD_CACHE: directory };
  await runCli(['setup'], env);
  const settings = parseSettings(settingsText(forge.host, forge.apiUrl), 'bench settings', env);
  const dependencies = await createDependencies(settings, () => undefined);
  const fleet = healthyFleet(() => git(gitops.directory, ['rev-parse', 'dev']));
  const watched = watchDependencies(dependencies, fleet);
  const { elsewhere, renderAndFlux, remoteGit } = watched;
  const connection = await Connection.connect({ address: temporal.address });
  const native = await NativeConnection.connect({ address: temporal.address });
  const activities = { ...createActivities(watched.dependencies) };
  const workflows = await workflowSource(process.env);
  const workers = await createWorkers(
    { connection: native, taskQueue: 'bench', ...workflows, activities },
    { renders: 4, merges: 4 },
  );
  const running = workers.run();
  const client = new Client({ connection });
  try {
    const taken: Taken[] = [];
    for (let index = 0; index < promotions + warmUp; index += 1) {
      const commit = await commitTo(source.directory, change(index));
      for (const stopwatch of [elsewhere, renderAndFlux, remoteGit]) stopwatch.reset();
      const began = performance.now();
      const result = await client.workflow.execute<typeof PromoteMainCommit>(promotionWorkflow, {
        taskQueue: 'bench',
        workflowId: promotionId(platformId(source.url), commit),
        args: [{ source: source.url, commit }],
      });
      const total = performance.now() - began;
      if (result.state !== 'promoted')
        throw new Error(`promotion ${index} ended as ${result.state}: ${result.message}`);
      const job = { directory, source: source.url, gitops: gitops.url, api: `${forge.apiUrl}/repos/acme/gitops` };
      const script = await runJob({ ...job, token: 'bench', commit });
      if (index < warmUp) continue;
      taken.push({
        overhead: total - elsewhere.ms,
        remoteGit: remoteGit.ms,
        withForge: total - renderAndFlux.ms,
        script,
      });
    }
    report(taken);
  } finally {
    workers.shutdown();
    await running;
  }
  await connection.close();
  await native.close();
  await dependencies.close();
} finally {
  await temporal.child.stop();
  await forge.close();
  await rm(directory, { recursive: true, force: true, maxRetries: 5 });
}

function report(taken: readonly Taken[]): void {
  const of = (figure: keyof Taken) => summary(taken.map((one) => one[figure]));
  const words = ({ median, p95 }: ReturnType<typeof summary>) => `median ${median} ms, 95th percentile ${p95} ms`;
  const ratio = (of('withForge').median / of('script').median).toFixed(1);
  const lines = [
    machine(),
    `orchestration of one environment over ${promotions} promotions: ${words(of('overhead'))} (target: below 500 ms)`,
    `git with the forge's host, not counted above: ${words(of('remoteGit'))}`,
    `all but render and Flux: ${words(of('withForge'))}`,
    `a shell script that clones, commits, pushes, opens and merges: ${words(of('script'))}; Fairlead takes ${ratio} times as long`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
