import { randomUUID } from 'node:crypto';
import { NativeConnection } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { checkReplay } from '../../../src/worker/start/replay-check.ts';
import { withCommandLine } from '../../cli/support/command-line.ts';
import type { TemporalTest } from '../../support/temporal.ts';
import { productionWorkflows, workflowBundle } from '../../support/temporal-bundle.ts';
import { eventually } from '../../workflows/support/eventually.ts';
import { World } from '../../workflows/support/world.ts';
import { jsonPayload } from './support/raw.ts';

interface Told {
  readonly memo?: { readonly fields: Readonly<Record<string, ReturnType<typeof jsonPayload>>> };
  readonly searchAttributes?: { readonly indexedFields: Readonly<Record<string, ReturnType<typeof jsonPayload>>> };
}

/** Starts a workflow with a memo or search attributes, on a task queue that no worker polls. */
async function startWith(told: Told, workflowId: string, test: TemporalTest) {
  const taskQueue = `nobody-${test.taskQueue}`;
  await test.client.workflowService.startWorkflowExecution({
    namespace: test.namespace,
    workflowId,
    requestId: randomUUID(),
    workflowType: { name: 'PromoteMainCommit' },
    taskQueue: { name: taskQueue },
    ...told,
  });
  return { taskQueue, end: () => test.client.workflow.getHandle(workflowId).terminate('the test has ended') };
}

let connection: NativeConnection;
beforeAll(async () => {
  connection = await NativeConnection.connect({ address: inject('temporal').address });
});
afterAll(() => connection.close());

const memoOf = (note: ReturnType<typeof jsonPayload>): Told => ({ memo: { fields: { note } } });
const attributesOf = (...names: readonly string[]): Told => ({
  searchAttributes: { indexedFields: Object.fromEntries(names.map((name) => [name, jsonPayload('', 'binary/null')])) },
});

/** The client reads what it is told of each workflow that it lists, and throws for the whole list where it cannot read one. */
describe('A workflow with a memo or an attribute that nobody can read', () => {
  it.each([
    ['no JSON', memoOf(jsonPayload('{'))],
    ['an unknown encoding', memoOf(jsonPayload('{}', 'x/y'))],
    ['encrypted with a key of nobody', memoOf(jsonPayload('{}', 'binary/encrypted'))],
    ['attributes of no bytes', attributesOf('FairleadState', 'FairleadEnvironment', 'BuildIds')],
  ])('is listed like others, and no worker that starts is stopped by it: %s', async (_, told) => {
    await withCommandLine(new World([['dev']]), async ({ run, platform, test }) => {
      const id = `promote/${platform}/${'e'.repeat(40)}`;
      const { taskQueue, end } = await startWith(told, id, test);
      try {
        await eventually(async () => (await run('status')).out).toContain(id);
        const { address, namespace } = test;
        const codePath = await workflowBundle(inject('temporal').directory, productionWorkflows);
        const order = { taskQueue, most: 10, workflowBundle: { codePath } };
        expect((await checkReplay({ connection, namespace, address }, order)).replayed).toBe(1);
      } finally {
        await end();
      }
    });
  });
});
