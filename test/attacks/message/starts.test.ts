import { randomUUID } from 'node:crypto';
import { Client } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { workerConverter } from '../../../src/temporal/codec/data-converter.ts';
import { checkKeys } from '../../../src/worker/codec/key-check.ts';
import { checkReplay } from '../../../src/worker/start/replay-check.ts';
import { withCommandLine } from '../../cli/support/command-line.ts';
import { runOnDevServer, type TemporalTest } from '../../support/temporal.ts';
import { productionWorkflows, workflowBundle } from '../../support/temporal-bundle.ts';
import { whileWorkersRun } from '../../support/temporal-worker.ts';
import { fairlead } from '../../unit/cli/test-io.ts';
import { eventually } from '../../workflows/support/eventually.ts';
import { commit, startPromotion } from '../../workflows/support/promotion.ts';
import { World } from '../../workflows/support/world.ts';
import { jsonPayload, rawSender } from './support/raw.ts';

let connection: NativeConnection;
beforeAll(async () => {
  connection = await NativeConnection.connect({ address: inject('temporal').address });
});
afterAll(() => connection.close());

/** A payload that says it is encrypted, with a key of nobody. */
const ofNobody = jsonPayload('{}', 'binary/encrypted');

/** Nearly as long as Temporal takes. */
const longText = jsonPayload(`"${'x'.repeat(1_900_000)}"`);

async function check({ taskQueue, namespace, address }: TemporalTest) {
  const codePath = await workflowBundle(inject('temporal').directory, productionWorkflows);
  const place = { connection, namespace, address };
  await checkKeys(place, { taskQueue, keys: [] });
  return checkReplay(place, { taskQueue, most: 5, workflowBundle: { codePath } });
}

/** Runs `body` while a promotion waits for a person and no worker runs. */
async function whileNobodyPolls(body: (test: TemporalTest, promotionId: string) => Promise<void>) {
  const world = new World([['dev']], { dev: { merge: 'manual' } });
  await runOnDevServer({ activities: world }, async (test) => {
    const promotion = await startPromotion(world, test, { commit });
    await promotion.reaches('dev', 'pull request open');
    await test.worker.stop();
    await body(test, promotion.handle.workflowId);
  });
}

async function running({ client, taskQueue }: TemporalTest): Promise<number> {
  return (await client.workflow.count(`TaskQueue = '${taskQueue}' AND ExecutionStatus = 'Running'`)).count;
}

describe('A worker that starts', () => {
  it('is not kept from it by workflows that somebody starts with what nobody can read', async () => {
    await whileNobodyPolls(async (test) => {
      for (let index = 0; index < 25; index += 1)
        await rawSender(test).start('PromoteMainCommit', `nobody-${randomUUID()}`, [ofNobody]);
      await eventually(() => running(test)).toBe(27);
      expect(await check(test)).toEqual({ replayed: 5, failing: [] });
    });
  });

  it('is not kept from it by messages that nobody can read, however long they are', async () => {
    await whileNobodyPolls(async (test, promotionId) => {
      for (const payload of [ofNobody, longText]) await rawSender(test).signal(promotionId, 'nudge', payload);
      await eventually(() => running(test)).toBe(2);
      expect(await check(test)).toEqual({ replayed: 2, failing: [] });
    });
  });
});

/** An answer of Temporal's that is larger than a client takes would hide all that is in it. */
describe('`fairlead status`', () => {
  it('lists workflows with the longest memos', async () => {
    await withCommandLine(new World([['dev']]), async ({ run, platform, test }) => {
      const ids = [1, 2, 3].map((n) => `promote/${platform}/${`${n}`.repeat(40)}`);
      for (const id of ids) {
        const memo = { fields: { note: longText } };
        const nobody = { name: `nobody-${test.taskQueue}` };
        const start = { namespace: test.namespace, workflowId: id, requestId: id, taskQueue: nobody, memo };
        await test.client.workflowService.startWorkflowExecution({ ...start, workflowType: { name: 'ApplyConfig' } });
      }
      try {
        for (const id of ids) await eventually(async () => (await run('status')).out).toContain(id);
      } finally {
        for (const id of ids) await test.client.workflow.getHandle(id).terminate('the test has ended');
      }
    });
  });

  it('says why no worker can carry on a workflow with the longest messages', async () => {
    const taskQueue = `stuck-${randomUUID().slice(0, 13)}`;
    const id = `promote/forge.test/${taskQueue}/platform/${'4'.repeat(40)}`;
    const { address, directory } = inject('temporal');
    const client = new Client({ connection });
    const raw = rawSender({ client, namespace: 'default', taskQueue });
    await raw.start('PromoteMainCommit', id, [ofNobody]);
    const handle = client.workflow.getHandle(id);
    const codePath = await workflowBundle(directory, productionWorkflows);
    const dataConverter = workerConverter([]);
    const options = { connection, taskQueue, workflowBundle: { codePath }, dataConverter, activities: {} };
    const env = { TEMPORAL_ADDRESS: address, FAIRLEAD_TASK_QUEUE: taskQueue };
    try {
      await whileWorkersRun(options, async () => {
        await eventually(async () => (await handle.describe()).raw.pendingWorkflowTask?.attempt).toBeGreaterThan(2);
        for (let sent = 0; sent < 4; sent += 1) await raw.signal(id, 'nudge', longText);
        const why = new RegExp(`${id}: the worker cannot carry it on.*cannot be read`);
        await eventually(async () => (await fairlead(['status'], { env })).out).toMatch(why);
      });
    } finally {
      await handle.terminate('the test has ended');
    }
  });
});
