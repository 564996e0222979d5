import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { WorkflowClient } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { NativeConnection } from '@temporalio/worker';
import { inject } from 'vitest';
import { tellLane } from '../../../src/activities/lane/tell-lane.ts';
import { laneId } from '../../../src/lane/messages.ts';
import { platformId } from '../../../src/platform/repository/platform-id.ts';
import { buildIdOf } from '../../../src/worker/versioning/build-id.ts';
import { ownOptions } from '../../../src/worker/versioning/own-worker.ts';
import { type PlantedChange, plantedBundle } from '../../histories/planted-bundle.ts';
import { productionWorkflows, workflowBundle } from '../../support/temporal-bundle.ts';
import { whileWorkersRun } from '../../support/temporal-worker.ts';
import { fairlead, type Ran } from '../../unit/cli/test-io.ts';
import { eventually } from '../../workflows/support/eventually.ts';
import { sha, type World } from '../../workflows/support/world.ts';

/** A release of the workflows, N, and those that come after it. */
export type Release = 'N' | PlantedChange;

/** What a test of releases works with: commands against whichever release runs, all on one task queue. */
export interface Releases {
  /** Runs `body` while the workers of a release run, and none of another one. */
  whileRunning(release: Release, body: () => Promise<void>, inactivePatches?: readonly string[]): Promise<void>;
  /** The build that a release's workers say that they are. */
  buildOf(release: Release): Promise<string>;
  run(...args: readonly string[]): Promise<Ran>;
  /** Runs `status` of a commit until an environment is in that state. */
  reaches(commit: string, environment: string, state: string): Promise<void>;
  idOf(commit: string): string;
  laneOf(environment: string): string;
  /** Two commits of main, the older one first. */
  readonly commits: readonly [string, string];
  readonly workflow: WorkflowClient;
}

/** Runs a test of releases; what still runs at its end is terminated. */
export async function withReleases(world: World, body: (releases: Releases) => Promise<void>): Promise<void> {
  const taskQueue = `releases-${process.pid}-${Date.now()}`;
  const environment = await TestWorkflowEnvironment.createFromExistingServer({ address: inject('temporal').address });
  const { client, address, namespace = 'default' } = environment;
  const source = `https://forge.test/${taskQueue}/platform`;
  const env = {
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: namespace,
    FAIRLEAD_TASK_QUEUE: taskQueue,
    FAIRLEAD_SOURCE: source,
  };
  const run = (...args: readonly string[]) => fairlead(args, { env });
  const gitops = `https://forge.test/${taskQueue}/gitops`;
  const commits = [sha(`${taskQueue} 1`), sha(`${taskQueue} 2`)] as const;
  world.mains = [sha('before'), ...commits];
  const { readEnvironment } = world;
  world.readEnvironment = async (ref) => ({
    ...(await readEnvironment(ref)),
    gitops: { repository: gitops, branch: ref.environment },
  });
  world.tellLane = (order) => tellLane(world, order);
  try {
    await body({
      run,
      workflow: client.workflow,
      buildOf,
      idOf: (commit) => `promote/${platformId(source)}/${commit}`,
      commits,
      laneOf: (name) => laneId(platformId(gitops), name),
      async whileRunning(release, work, inactivePatches = []) {
        // A connection takes one worker of a task queue.
        const connection = await NativeConnection.connect({ address });
        const identity = {
          process: release === 'N' ? 1 : 2,
          host: hostname(),
          build: await buildOf(release),
          settings: '00000000',
        };
        const options = {
          ...ownOptions({ identity }, inactivePatches),
          connection,
          taskQueue,
          workflowBundle: { codePath: await bundleOf(release) },
          activities: world,
        };
        try {
          await whileWorkersRun({ ...options, stickyQueueScheduleToStartTimeout: '1s' }, work);
        } finally {
          await connection.close();
        }
      },
      async reaches(commit, name, state) {
        const stateOf = async () => {
          const { out } = await run('status', commit, '--json');
          const { environments } = JSON.parse(out || '{}') as {
            environments?: Record<'environment' | 'state', string>[];
          };
          return environments?.find((each) => each.environment === name)?.state;
        };
        await eventually(stateOf).toBe(state);
      },
    });
  } finally {
    await terminateAll(client.workflow, taskQueue);
    await environment.teardown();
  }
}

async function buildOf(release: Release): Promise<string> {
  return buildIdOf({ code: await readFile(await bundleOf(release), 'utf8') });
}

function bundleOf(release: Release): Promise<string> {
  const { directory } = inject('temporal');
  return release === 'N' ? workflowBundle(directory, productionWorkflows) : plantedBundle(directory, release);
}

async function terminateAll(workflow: WorkflowClient, taskQueue: string): Promise<void> {
  const query = `TaskQueue = '${taskQueue}' AND ExecutionStatus = 'Running'`;
  for await (const { workflowId, runId } of workflow.list({ query }))
    await workflow.getHandle(workflowId, runId).terminate('the test has ended');
}
