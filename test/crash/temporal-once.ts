import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { expect } from 'vitest';
import { promotionId, statusQuery } from '../../src/operation/messages.ts';
import type { OperationStatus } from '../../src/operation/status.ts';
import { platformId } from '../../src/platform/repository/platform-id.ts';
import { temporalDevServer } from '../../src/programs/temporal/dev-server.ts';
import { type RecordEntry, recordName } from '../../src/record/entry.ts';
import type { SmallPlatform } from '../promotions/support/platform.ts';
import { startWorkerProcess } from '../promotions/support/worker-process.ts';
import { startDevServer } from '../support/servers/dev-server.ts';
import { guarded } from '../support/servers/temporal-guard.ts';
import { fairlead } from '../unit/cli/test-io.ts';

/** How a test waits for what a worker does. */
export const patiently = { timeout: 100_000, interval: 200 };

export interface TemporalOnce {
  /** Runs a command, which must succeed. */
  run(...args: readonly string[]): Promise<void>;
  /** Answers the states of the promotion's environments. */
  states(): Promise<readonly string[]>;
}

/** A server, and the bundle of the worker that it has. */
export interface ServerOnce {
  readonly bundle: string;
  /** The file of the server's database; undefined: it has one in memory, which nobody has used yet. */
  readonly database?: string;
  /** Default: one of its own. */
  readonly taskQueue?: string;
}

/** A server that runs, and what a worker needs there. */
export interface RunningServer {
  readonly server: { readonly address: string; readonly client: Client };
  readonly bundle: string;
  readonly taskQueue: string;
}

/** Runs `body` with a dev server and a worker without a cache; both are lost afterwards. */
export async function onTemporal(
  platform: SmallPlatform,
  { bundle, database, taskQueue = `lost-${randomUUID().slice(0, 8)}` }: ServerOnce,
  body: (temporal: TemporalOnce) => Promise<void>,
): Promise<void> {
  const own = await mkdtemp(join(tmpdir(), 'fairlead-temporal-'));
  const path = await guarded(await temporalDevServer(), { directory: own, name: 'temporal', cleansUp: true });
  const server = await startDevServer({ path, database });
  try {
    await onServer(platform, { server, bundle, taskQueue }, body);
  } finally {
    await server.teardown();
    await rm(own, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Runs `body` with a worker without a cache, which is lost afterwards. */
export async function onServer(
  platform: SmallPlatform,
  { server, bundle, taskQueue }: RunningServer,
  body: (temporal: TemporalOnce) => Promise<void>,
): Promise<void> {
  const env = {
    ...platform.env,
    TEMPORAL_ADDRESS: server.address,
    FAIRLEAD_TASK_QUEUE: taskQueue,
    FAIRLEAD_SOURCE: platform.url,
  };
  const where = { address: server.address, namespace: 'default', taskQueue };
  const worker = startWorkerProcess(platform, where, bundle);
  try {
    await body({
      run: async (...args) => {
        // The worker begins to poll while the first command asks for it.
        await expect.poll(() => fairlead(args, { env }), patiently).toMatchObject({ code: 0 });
      },
      states: () => statesOf(server.client, platform),
    });
  } finally {
    await worker.kill();
    // The mirrors go with the worker.
    await rm(join(platform.directory, 'cache'), { recursive: true, force: true, maxRetries: 5 });
  }
}

async function statesOf(client: Client, { url, firstCommit }: SmallPlatform) {
  const handle = client.workflow.getHandle(promotionId(platformId(url), firstCommit));
  const { environments } = await handle.query<OperationStatus>(statusQuery);
  return environments.map(({ state }) => state);
}

/** Answers the entries of an environment's record, oldest first. */
export function recorded({ gitops }: SmallPlatform, branch: string): readonly RecordEntry[] {
  const ref = `refs/notes/${recordName(branch)}`;
  if (gitops.git(['for-each-ref', ref]) === '') return [];
  const paths = gitops.git(['ls-tree', '-r', '--name-only', ref]).split('\n');
  const lines = paths.flatMap((path) => gitops.git(['show', `${ref}:${path}`]).split('\n'));
  return lines.sort().map((line) => JSON.parse(line) as RecordEntry);
}
