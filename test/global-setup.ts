import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { TestProject } from 'vitest/node';
import { temporalTestServer } from '../demo/programs/temporal-test-server.ts';
import { temporalDevServer } from '../src/programs/temporal/dev-server.ts';
import { ensureRenderer } from '../src/render/renderer/ensure.ts';
import { startDevServer } from './support/servers/dev-server.ts';
import { guarded } from './support/servers/temporal-guard.ts';
import { productionWorkflows, workflowBundle } from './support/temporal-bundle.ts';

/** What a run of workflow tests shares; `inject('temporal')` in a test. */
export interface SharedTemporal {
  /** host:port of the dev server. */
  readonly address: string;
  /** A folder for this run only, removed at its end. */
  readonly directory: string;
  /** The time-skipping server's program, or why there is none. */
  readonly timeSkipping: { readonly path: string } | { readonly missing: string };
}

declare module 'vitest' {
  export interface ProvidedContext {
    temporal: SharedTemporal;
  }
}

/** Starts one dev server for the whole run, makes once what tests share, and takes everything away afterwards. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'fairlead-test-'));
  const [server, timeSkipping] = await Promise.all([
    sharedDevServer(directory),
    // Only the project `workflows` has tests that need it; `npm test` shall ask for no Java.
    project.name === 'workflows'
      ? timeSkippingServer(directory)
      : { missing: 'it is made for `npm run test:workflows` only' },
    workflowBundle(directory, productionWorkflows),
    // Whole promotions need it; made here, no test's time passes meanwhile.
    ensureRenderer(),
  ]);
  project.provide('temporal', { address: server.address, directory, timeSkipping });
  return async () => {
    await server.teardown();
    await rm(directory, { recursive: true, force: true });
  };
}

async function sharedDevServer(directory: string): Promise<TestWorkflowEnvironment> {
  const program = await temporalDevServer();
  const path = await guarded(program, { directory, name: 'temporal', cleansUp: true });
  return startDevServer({ path });
}

async function timeSkippingServer(directory: string): Promise<SharedTemporal['timeSkipping']> {
  try {
    return { path: await guarded(await temporalTestServer(), { directory, name: 'temporal-test-server' }) };
  } catch (error) {
    return { missing: error instanceof Error ? error.message : String(error) };
  }
}
