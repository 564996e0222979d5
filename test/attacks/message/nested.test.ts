import { NativeConnection } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { workerConverter } from '../../../src/temporal/codec/data-converter.ts';
import { checkKeys } from '../../../src/worker/codec/key-check.ts';
import { checkReplay } from '../../../src/worker/start/replay-check.ts';
import { type CommandLine, withCommandLine } from '../../cli/support/command-line.ts';
import { productionWorkflows, workflowBundle } from '../../support/temporal-bundle.ts';
import { whileWorkersRun } from '../../support/temporal-worker.ts';
import { eventually } from '../../workflows/support/eventually.ts';
import { World } from '../../workflows/support/world.ts';
import { startNested } from './support/nested-start.ts';

let connection: NativeConnection;
beforeAll(async () => {
  connection = await NativeConnection.connect({ address: inject('temporal').address });
});
afterAll(() => connection.close());

/** Runs `body` while a workflow is there that no client can read the history of. */
async function whileNested(
  { test, platform }: CommandLine,
  { taskQueue }: { readonly taskQueue: string },
  body: (id: string) => Promise<void>,
): Promise<void> {
  const workflowId = `promote/${platform}/${'e'.repeat(40)}`;
  await startNested(test, { type: 'PromoteMainCommit', workflowId, taskQueue, levels: 100 });
  try {
    await body(workflowId);
  } finally {
    await test.client.workflow.getHandle(workflowId).terminate('the test has ended');
  }
}

/** Clients of protobuf take no more than a hundred messages within each other apart, and throw away the whole answer. */
describe('A workflow that is started with a hundred failures within each other', () => {
  it('keeps no worker from its start', async () => {
    await withCommandLine(new World([['dev']]), async (line) => {
      const { address, namespace, taskQueue: own } = line.test;
      const taskQueue = `nobody-${own}`;
      const place = { connection, address, namespace };
      const codePath = await workflowBundle(inject('temporal').directory, productionWorkflows);
      await whileNested(line, { taskQueue }, async (id) => {
        await eventually(async () => (await line.runAlone('status')).out).toContain(id);
        await checkKeys(place, { taskQueue, keys: [] });
        const found = await checkReplay(place, { taskQueue, most: 5, workflowBundle: { codePath } });
        expect(found).toEqual({ replayed: 0, failing: [id] });
      });
    });
  });

  it('is shown by `status` as what no worker carries on, beside all others', async () => {
    await withCommandLine(new World([['dev']], { dev: { merge: 'manual' } }), async (line) => {
      await line.promote();
      const taskQueue = `other-${line.test.taskQueue}`;
      const { directory } = inject('temporal');
      const codePath = await workflowBundle(directory, productionWorkflows);
      const dataConverter = workerConverter([]);
      const options = { connection, taskQueue, workflowBundle: { codePath }, dataConverter, activities: {} };
      await whileNested(line, { taskQueue }, async (id) => {
        await whileWorkersRun(options, () =>
          eventually(async () => (await line.run('status')).out).toContain('nested too deeply'),
        );
        const { out, code } = await line.run('status');
        expect(out).toContain(`temporal workflow terminate --workflow-id '${id}'`);
        expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining(line.id) });
      });
    });
  });
});
