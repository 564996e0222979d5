import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Client } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { cliCommand } from '../../../demo/rig/cli.ts';
import { checkReplay } from '../../../src/worker/start/replay-check.ts';
import { runOnDevServer, type TemporalTest } from '../../support/temporal.ts';
import { productionWorkflows, workflowBundle } from '../../support/temporal-bundle.ts';
import { whileWorkersRun } from '../../support/temporal-worker.ts';
import { eventually } from '../support/eventually.ts';
import { testOperation } from '../support/operation.ts';
import { commit, source, startPromotion } from '../support/promotion.ts';
import { World } from '../support/world.ts';

/** The workflows of a release that promotes with one step more than this one. */
const otherRelease = fileURLToPath(new URL('../../histories/changes/one-more-step.ts', import.meta.url));

const nothing = { replayed: 0, failing: [] };

let connection: NativeConnection;

beforeAll(async () => {
  connection = await NativeConnection.connect({ address: inject('temporal').address });
});
afterAll(() => connection.close());

/** Runs `body` while two promotions wait for a person in two environments, begun by the release of these workflows. */
async function whileTwoWait(
  workflowsPath: string,
  body: (test: TemporalTest, ids: readonly string[]) => Promise<void>,
) {
  const world = new World([['dev']], { dev: { merge: 'manual', whenNewer: 'wait' } });
  const [m1 = '', m2 = ''] = world.commitMains(2);
  await runOnDevServer({ activities: world, workflowsPath }, async (test) => {
    const first = await startPromotion(world, test, { commit: m1 });
    await first.reaches('dev', 'pull request open');
    const second = await startPromotion(world, test, { commit: m2 });
    await second.reaches('dev', 'queued');
    // Temporal lists what was started a moment ago a little later.
    const query = `TaskQueue = '${test.taskQueue}' AND ExecutionStatus = 'Running'`;
    await eventually(async () => (await test.client.workflow.count(query)).count).toBe(3);
    await body(test, [first.handle.workflowId, second.handle.workflowId]);
  });
}

type Queue = Pick<TemporalTest, 'taskQueue' | 'namespace' | 'address'>;

async function check({ taskQueue, namespace, address }: Queue, workflowsPath: string, most: number) {
  const codePath = await workflowBundle(inject('temporal').directory, workflowsPath);
  const order = { taskQueue, most, workflowBundle: { codePath } };
  return checkReplay({ connection, namespace, address }, order);
}

/** Runs `fairlead worker` in a process of its own until it ends. */
async function runWorker({ address, taskQueue }: TemporalTest) {
  const [program, ...args] = cliCommand;
  const env = { TEMPORAL_ADDRESS: address, FAIRLEAD_TASK_QUEUE: taskQueue };
  return execa(program, [...args, 'worker'], { env, reject: false, stdin: 'ignore' });
}

describe('Before a worker polls', () => {
  test('what runs is replayed, each type in turn, as many as it is told', async () => {
    await whileTwoWait(productionWorkflows, async (rig) => {
      expect(await check(rig, productionWorkflows, 5)).toEqual({ replayed: 3, failing: [] });
      expect(await check(rig, productionWorkflows, 2)).toEqual({ replayed: 2, failing: [] });
      expect(await check(rig, productionWorkflows, 0)).toEqual(nothing);
      expect(await check({ ...rig, taskQueue: 'nobody polls this' }, productionWorkflows, 5)).toEqual(nothing);
    });
  });

  test('Temporal that cannot be asked is told as that', async () => {
    await runOnDevServer({ activities: {} }, async (rig) => {
      const lost = check({ ...rig, namespace: 'nowhere' }, productionWorkflows, 5);
      await expect(lost).rejects.toThrow('has no namespace "nowhere"');
    });
  });
});

describe('`fairlead worker`', () => {
  test('ends without polling where its build does not replay what runs', async () => {
    await whileTwoWait(otherRelease, async (rig, [first]) => {
      await rig.worker.stop();
      const { exitCode, stderr } = await runWorker(rig);
      expect(exitCode, stderr).toBe(1);
      expect(stderr).toContain(first);
      expect(stderr).not.toContain('the worker polls');
    });
  });
});

describe('A build that does not replay what runs', () => {
  test('is refused: each workflow is named, with the reason and what to do', async () => {
    await whileTwoWait(otherRelease, async (rig, [first, second]) => {
      expect(await check(rig, otherRelease, 5)).toEqual({ replayed: 3, failing: [] });
      // What a replay logs would be taken for trouble of a worker that runs in this process.
      await rig.worker.stop();
      const refused = check(rig, productionWorkflows, 2);
      await expect(refused).rejects.toMatchObject({ type: 'Internal', message: expect.stringContaining('1 of 2 ') });
      await expect(refused).rejects.toThrow(`${first} (PromoteMainCommit, run `);
      await expect(refused).rejects.toThrow('Nondeterminism error');
      await expect(refused).rejects.toThrow('replayCheck: 0');
      await expect(check(rig, productionWorkflows, 5)).rejects.toThrow(String(second));
    });
  });

  test('is not refused for a workflow whose tasks fail already: that is named, and passed over', async () => {
    const taskQueue = `failing-${randomUUID().slice(0, 13)}`;
    const workflowId = `promote/acme/${taskQueue}/${commit}`;
    const client = new Client({ connection });
    const handle = client.workflow.getHandle(workflowId);
    const whileRuns = async (workflowsPath: string, body: () => Promise<unknown>) => {
      const codePath = await workflowBundle(inject('temporal').directory, workflowsPath);
      const activities = new World([['dev']], { dev: { merge: 'manual' } });
      await whileWorkersRun({ connection, taskQueue, workflowBundle: { codePath }, activities }, body);
    };
    const attempts = async () => (await handle.describe()).raw.pendingWorkflowTask?.attempt ?? 1;
    try {
      await whileRuns(otherRelease, async () => {
        await client.workflow.start('PromoteMainCommit', { workflowId, taskQueue, args: [{ source, commit }] });
        await testOperation(handle).reaches('dev', 'pull request open');
      });
      await whileRuns(productionWorkflows, async () => {
        await handle.signal('nudge');
        await eventually(attempts).toBeGreaterThan(1);
      });
      const order = { taskQueue, namespace: 'default', address: inject('temporal').address };
      expect(await check(order, productionWorkflows, 1)).toEqual({ replayed: 0, failing: [workflowId] });
    } finally {
      await handle.terminate('the test has ended');
      await client.workflow.getHandle(`lane/${taskQueue}/dev`).terminate('the test has ended');
    }
  });
});
