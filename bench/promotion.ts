import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { git } from '../demo/forge/git/run.ts';
import { startForge } from '../demo/forge/start.ts';
import { temporalDevServer } from '../demo/programs/temporal-dev-server.ts';
import { runCli } from '../demo/rig/cli.ts';
import { startTemporal } from '../demo/rig/temporal.ts';
import { commitTo } from '../demo/world/seed.ts';
import { createActivities } from '../src/activities/create-activities.ts';
import type { Parts } from '../src/activities/parts.ts';
import { promotionId, promotionWorkflow } from '../src/promotion/messages.ts';
import { parseSettings } from '../src/settings/settings.ts';
import { workflowSource } from '../src/worker/bundle.ts';
import { createParts } from '../src/worker/parts.ts';
import type { PromoteMainCommit } from '../src/workflows/index.ts';
import { healthyFleet } from './support/healthy-fleet.ts';
import { machine, summary } from './support/report.ts';
import { type Stopwatch, timed } from './support/stopwatch.ts';

/**
 * Orchestration overhead of an environment: from the start of a promotion to its end, less the time spent in the
 * renderer, at the forge and at Flux. What is left is Temporal, the workflow, git, and Fairlead's own work.
 */
const promotions = Number(process.env.BENCH_PROMOTIONS ?? 50);
const warmUp = 3;

Runtime.install({
  logger: { ...console, log: () => {}, trace: () => {}, debug: () => {}, info: () => {}, warn: () => {} } as never,
});
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
  const stopwatch: Stopwatch = { ms: 0 };
  const parts = await createParts(settings, () => undefined);
  const measured = withStopwatch(parts, gitops.directory, stopwatch);
  const connection = await Connection.connect({ address: temporal.address });
  const native = await NativeConnection.connect({ address: temporal.address });
  const worker = await Worker.create({
    connection: native,
    taskQueue: 'bench',
    ...(await workflowSource(process.env)),
    activities: { ...createActivities(measured) },
  });
  const client = new Client({ connection });
  await worker.runUntil(async () => {
    const overheads: number[] = [];
    for (let index = 0; index < promotions + warmUp; index += 1) {
      const commit = await commitTo(source.directory, change(index));
      stopwatch.ms = 0;
      const began = performance.now();
      const result = await client.workflow.execute<typeof PromoteMainCommit>(promotionWorkflow, {
        taskQueue: 'bench',
        workflowId: promotionId('acme/platform', commit),
        args: [{ source: source.url, commit }],
      });
      if (result.state !== 'promoted')
        throw new Error(`promotion ${index} ended as ${result.state}: ${result.message}`);
      if (index >= warmUp) overheads.push(performance.now() - began - stopwatch.ms);
    }
    const { median, p95 } = summary(overheads);
    process.stdout.write(`${machine()}\n`);
    process.stdout.write(
      `orchestration of one environment over ${promotions} promotions: median ${median} ms, 95th percentile ${p95} ms (target: below 500 ms)\n`,
    );
  });
  await connection.close();
  await native.close();
  await parts.close();
} finally {
  await temporal.child.stop();
  await forge.close();
  await rm(directory, { recursive: true, force: true, maxRetries: 5 });
}

/** The same parts, with the time in renderer, forge and fleet taken. */
function withStopwatch(parts: Parts, gitopsDirectory: string, stopwatch: Stopwatch): Parts {
  return {
    ...parts,
    renderer: timed(parts.renderer, stopwatch),
    forges: { ...parts.forges, for: (url) => timed(parts.forges.for(url), stopwatch) },
    fleet: timed(
      healthyFleet(() => git(gitopsDirectory, ['rev-parse', 'dev'])),
      stopwatch,
    ),
  };
}

async function seed(source: string, gitops: string, gitopsUrl: string): Promise<void> {
  const platform = `apiVersion: fairlead.dev/v1\nkind: Platform\nname: bench\ngitops: { repository: ${gitopsUrl} }\nstages: [dev]\n`;
  const policy =
    'apiVersion: fairlead.dev/v1\nkind: Environment\nmerge: auto\nclusters: [{ name: dev-1, group: west-us }]\n';
  await commitTo(source, { branch: 'main', message: 'Begin', files: new Map([['fairlead.yaml', platform]]) });
  const config = new Map([
    ['fairlead.yaml', policy],
    ['west-us/apps/shop/.gitkeep', ''],
  ]);
  await commitTo(source, { branch: 'dev', message: 'Begin dev', files: config });
  await commitTo(gitops, { branch: 'dev', message: 'Begin dev', files: new Map([['README.md', 'dev\n']]) });
}

function change(index: number) {
  const map = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: shop, namespace: default }\ndata: { release: "${index}" }\n`;
  return { branch: 'main', message: `Release ${index}`, files: new Map([['apps/shop/map.yaml', map]]) };
}

function settingsText(host: string, api: string): string {
  return `apiVersion: fairlead.dev/v1
kind: Worker
forges: [{ host: "${host}", kind: github, api: "${api}", token: { env: BENCH_TOKEN } }]
`;
}
