import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { inject } from 'vitest';
import { workflowBundle } from '../../support/temporal-bundle.ts';
import { whileWorkersRun } from '../../support/temporal-worker.ts';
import { fairlead, type Ran } from '../../unit/cli/test-io.ts';
import { sha, type World } from '../../workflows/support/world.ts';

/** One promotion, and workers of one release after the other. */
export interface Bundles {
  readonly client: Client;
  readonly commit: string;
  /** The workflow id of the promotion of `commit`. */
  readonly id: string;
  run(...args: readonly string[]): Promise<Ran>;
  /** Runs a worker with these workflows, while `work` goes on. */
  withWorker(workflowsPath: string, work: () => Promise<void>): Promise<void>;
}

/** Answers the path of workflows of another release. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(`../../support/fixtures/${name}`, import.meta.url));
}

/** Runs `body` against the dev server, and terminates the promotion in the end. */
export async function withBundles(world: World, body: (bundles: Bundles) => Promise<void>): Promise<void> {
  const taskQueue = `other-release-${Date.now()}`;
  const environment = await TestWorkflowEnvironment.createFromExistingServer({ address: inject('temporal').address });
  const { client, nativeConnection: connection, address, namespace = 'default' } = environment;
  const { directory } = inject('temporal');
  const env = {
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: namespace,
    FAIRLEAD_TASK_QUEUE: taskQueue,
    FAIRLEAD_SOURCE: `https://forge.test/${taskQueue}/platform`,
  };
  const commit = sha(taskQueue);
  const id = `promote/forge.test/${taskQueue}/platform/${commit}`;
  const handle = client.workflow.getHandle(id);
  try {
    await body({
      client,
      commit,
      id,
      run: (...args) => fairlead(args, { env }),
      async withWorker(path, work) {
        const bundle = { codePath: await workflowBundle(directory, path) };
        const options = { connection, taskQueue, workflowBundle: bundle, activities: world };
        await whileWorkersRun({ ...options, stickyQueueScheduleToStartTimeout: '1s' }, work);
      },
    });
  } finally {
    if ((await handle.describe()).status.name === 'RUNNING') await handle.terminate('the test has ended');
    await environment.teardown();
  }
}
