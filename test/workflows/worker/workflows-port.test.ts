import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { describe, expect, test } from 'vitest';
import { asActivity } from '../../../src/activities/as-activity.ts';
import { moreNames } from '../../../src/operation/listed-names.ts';
import { searchAttributes } from '../../../src/temporal/attributes/search-attributes.ts';
import type { Workflows } from '../../../src/temporal/workflows-port.ts';
import { createWorkflows } from '../../../src/worker/workflows.ts';
import { runOnDevServer, type TemporalTest } from '../../support/temporal.ts';
import type * as workflows from '../support/asking.ts';
import { eventually } from '../support/eventually.ts';

const { platform: platformKey, environment: environmentKey } = searchAttributes;
const commit = 'c'.repeat(40);

const port = createWorkflows();
const options = {
  workflowsPath: fileURLToPath(new URL('../support/asking.ts', import.meta.url)),
  activities: {
    ask: (method: keyof Workflows, args: readonly unknown[]) =>
      asActivity((given: readonly unknown[]) => Reflect.apply(port[method], port, given) as Promise<unknown>)(args),
  },
};

describe('the workflows that a step asks about', () => {
  test('run until they end', async () => {
    await asking(async ({ start, ask }) => {
      const handle = await start<typeof workflows.Listening>('Listening', { args: [] });
      expect(await ask('isRunning', handle.workflowId)).toBe(true);
      await handle.terminate();
      expect(await ask('isRunning', handle.workflowId)).toBe(false);
    });
  });

  test('do not run where there never were any', async () => {
    await asking(async ({ ask, taskQueue }) => {
      expect(await ask('isRunning', `never-${taskQueue}`)).toBe(false);
    });
  });

  test('are the same after they continued as new, and others after they were started again', async () => {
    await asking(async ({ start, ask, client, taskQueue }) => {
      const workflowId = `renewed-${taskQueue}`;
      const first = await start<typeof workflows.Listening>('Listening', { workflowId, args: [2] });
      const renewed = async () => (await client.workflow.getHandle(workflowId).describe()).runId;
      await eventually(renewed).not.toBe(first.firstExecutionRunId);
      expect(await ask('isRunning', workflowId, first.firstExecutionRunId)).toBe(true);
      await client.workflow.getHandle(workflowId).terminate();
      const second = await start<typeof workflows.Listening>('Listening', { workflowId, args: [] });
      expect(await ask('isRunning', workflowId, first.firstExecutionRunId)).toBe(false);
      expect(await ask('isRunning', workflowId, second.firstExecutionRunId)).toBe(true);
    });
  });

  test('are the same after they were reset', async () => {
    await asking(async ({ start, ask, client, namespace, taskQueue }) => {
      const workflowId = `reset-${taskQueue}`;
      const handle = await start<typeof workflows.Listening>('Listening', { workflowId, args: [] });
      // A signal that came before the end of the first workflow task would be part of what is kept.
      await eventually(async () => (await handle.describe()).historyLength).toBeGreaterThan(3);
      await handle.signal<[string]>('word', 'over');
      await handle.result();
      const { runId } = await client.workflowService.resetWorkflowExecution({
        namespace,
        workflowExecution: { workflowId, runId: handle.firstExecutionRunId },
        // The completion of the first workflow task.
        workflowTaskFinishEventId: 4 as never,
        requestId: taskQueue,
        reason: 'a test',
        // NONE: signals are not applied again.
        resetReapplyExcludeTypes: [1],
      });
      expect(runId).not.toBe(handle.firstExecutionRunId);
      expect(await ask('isRunning', workflowId, handle.firstExecutionRunId)).toBe(true);
      expect(await ask('isRunning', workflowId, runId)).toBe(false);
    });
  });

  test('hear a signal while they run, and not afterwards', async () => {
    await asking(async ({ start, ask, taskQueue }) => {
      const handle = await start<typeof workflows.Listening>('Listening', { args: [] });
      expect(await ask('signal', handle.workflowId, 'word', 'hello')).toBe(true);
      expect(await handle.result()).toBe('hello');
      expect(await ask('signal', handle.workflowId, 'word', 'again')).toBe(false);
      expect(await ask('signal', `never-${taskQueue}`, 'word', 'hello')).toBe(false);
    });
  });

  test('say how they stand while they run, and how they ended', async () => {
    await asking(async ({ start, ask, taskQueue }) => {
      const workflowId = `rollback-${taskQueue}`;
      const first = await start<typeof workflows.Telling>('Telling', { workflowId, args: [] });
      const { firstExecutionRunId: runId } = first;
      expect(await ask('status', workflowId)).toEqual({ id: workflowId });
      expect(await ask('endOf', workflowId, runId)).toBeFalsy();
      await first.signal<[string]>('word', 'back at 1');
      await first.result();
      expect(await ask('status', workflowId)).toBeFalsy();
      const second = await start<typeof workflows.Telling>('Telling', { workflowId, args: [] });
      expect(await ask('endOf', workflowId, runId)).toEqual({ state: 'rolled back', message: 'back at 1' });
      await second.terminate();
      expect(await ask('endOf', workflowId, second.firstExecutionRunId)).toEqual({ state: 'terminated', message: '' });
      await eventually(() => ask('askEarlierRun', workflowId, 'status')).toEqual({ id: workflowId });
      expect(await ask('askEarlierRun', `it's never ${taskQueue}`, 'status')).toBeFalsy();
      const failing = await start<typeof workflows.Telling>('Telling', { args: [] });
      await failing.signal<[string]>('word', 'fail');
      await expect(failing.result()).rejects.toThrow();
      expect(await ask('endOf', failing.workflowId, failing.firstExecutionRunId)).toMatchObject({ state: 'failed' });
      expect(await ask('status', `never-${taskQueue}`)).toBeFalsy();
      expect(await ask('endOf', workflowId, randomUUID())).toMatchObject({ state: 'unknown' });
    });
  });

  test('have not ended where they continued as new, and end as the last run does, whatever runs after it', async () => {
    await asking(async ({ start, ask, client, taskQueue }) => {
      const workflowId = `rollback-${taskQueue}`;
      const first = await start<typeof workflows.TellingLater>('TellingLater', { workflowId, args: [] });
      const { firstExecutionRunId: runId } = first;
      await eventually(async () => (await client.workflow.getHandle(workflowId).describe()).runId).not.toBe(runId);
      expect(await ask('endOf', workflowId, runId)).toBeFalsy();
      await client.workflow.getHandle(workflowId).signal<[string]>('word', 'back at 1');
      await first.result();
      expect(await ask('endOf', workflowId, runId)).toMatchObject({ state: 'rolled back', message: 'back at 1' });
      await start<typeof workflows.Telling>('Telling', { workflowId, args: [] });
      expect(await ask('endOf', workflowId, runId)).toMatchObject({ state: 'rolled back', message: 'back at 1' });
      const failing = await start<typeof workflows.TellingLater>('TellingLater', { args: [] });
      await eventually(async () => (await client.workflow.getHandle(failing.workflowId).describe()).runId).not.toBe(
        failing.firstExecutionRunId,
      );
      await client.workflow.getHandle(failing.workflowId).signal<[string]>('word', 'fail');
      await expect(failing.result()).rejects.toThrow();
      expect(await ask('endOf', failing.workflowId, failing.firstExecutionRunId)).toEqual({
        state: 'failed',
        message: 'told to',
      });
    });
  });

  test('are started by a signal where they do not run, on the queue of the step, with what people see', async () => {
    await asking(async ({ ask, client, taskQueue }) => {
      const workflowId = `lane-${taskQueue}`;
      const start = {
        workflow: 'Listening',
        workflowId,
        args: [0],
        summary: 'lane of qa',
        attributes: { platform: 'acme/platform', environment: 'qa' },
      };
      await ask('signalWithStart', start, 'word', 'first');
      expect(await client.workflow.getHandle(workflowId).result()).toBe('first');
      const about = await client.workflow.getHandle(workflowId).describe();
      expect(about.taskQueue).toBe(taskQueue);
      expect(await about.staticSummary()).toBe('lane of qa');
      expect(about.typedSearchAttributes.get(platformKey)).toBe('acme/platform');
      expect(about.typedSearchAttributes.get(environmentKey)).toEqual(['qa']);
    });
  });

  test('are only signalled where they run', async () => {
    await asking(async ({ start, ask, taskQueue }) => {
      const workflowId = `lane-${taskQueue}`;
      const handle = await start<typeof workflows.Listening>('Listening', { workflowId, args: [0] });
      await ask('signalWithStart', { workflow: 'Listening', workflowId, args: [0] }, 'word', 'second');
      expect(await handle.result()).toBe('second');
      const { runId } = await handle.describe();
      expect(runId).toBe(handle.firstExecutionRunId);
    });
  });

  test('are found as the running promotions of one platform, with their commits, also those started by hand', async () => {
    await asking(async ({ start, ask, taskQueue }) => {
      const promote = (platform: string, main = commit, name = 'PromoteMainCommit') =>
        start<typeof workflows.PromoteMainCommit>(name, { workflowId: `promote/${platform}/${main}`, args: [] });
      const platform = `o'hara/${taskQueue}`;
      const running = await promote(platform);
      const ended = await promote(platform, 'd'.repeat(40));
      await ended.terminate();
      await promote(`${platform}-2`);
      await promote(platform, 'e'.repeat(40), 'Listening');
      const found = () => ask('runningPromotions', platform);
      await eventually(found).toEqual([{ workflowId: running.workflowId, commit }]);
    });
  });

  test('are found as what is under way in an environment of a platform', async () => {
    await asking(async ({ start, ask, taskQueue }) => {
      const platform = `acme/${taskQueue}`;
      let commits = 0;
      const promote = (of: string, names: string[], environments = names) =>
        start<typeof workflows.PromoteMainCommit>('PromoteMainCommit', {
          workflowId: `promote/${of}/${String(commits++).padStart(40, '0')}`,
          args: [environments],
          typedSearchAttributes: new TypedSearchAttributes([{ key: environmentKey, value: names }]),
        });
      const byHand = (workflowId: string, name: string) =>
        start<typeof workflows.Listening>(name, { workflowId, args: [] });
      const promotion = await promote(platform, ['dev', 'qa']);
      const change = await byHand(`configure/${platform}/qa`, 'ApplyConfig');
      const rollback = await byHand(`rollback/${platform}/qa`, 'RollbackEnvironment');
      const cut = await promote(platform, [moreNames, 'dev'], ['dev', 'lab', 'qa']);
      await promote(platform, [moreNames, 'dev'], ['dev', 'lab']);
      await promote(platform, ['dev']);
      await promote(`${platform}-2`, ['qa']);
      await byHand(`configure/${platform}/qa-2`, 'ApplyConfig');
      const ended = await promote(platform, ['qa']);
      await ended.terminate();
      const ids = [promotion, change, rollback, cut].map(({ workflowId }) => workflowId).sort();
      const found = async () => ((await ask('runningIn', platform, 'qa')) as string[]).sort();
      await eventually(found).toEqual(ids);
    });
  });
});

test('a Temporal that does not answer is unavailable', async () => {
  const connection = Connection.lazy({ address: '127.0.0.1:1', connectTimeout: 200 });
  const quiet = new DefaultLogger('ERROR', () => undefined);
  const step = new MockActivityEnvironment({}, { client: new Client({ connection }), logger: quiet });
  const { isRunning, signal, signalWithStart, status, endOf, runningIn, runningPromotions } = createWorkflows({
    patienceMs: 300,
  });
  const start = { workflow: 'Listening', workflowId: 'lane/acme/gitops/qa', args: [] };
  const questions = [
    () => isRunning('lane/acme/gitops/qa'),
    () => signal('lane/acme/gitops/qa', 'enter', {}),
    () => signalWithStart(start, 'enter', {}),
    () => runningPromotions('acme/platform'),
    () => runningIn('acme/platform', 'qa'),
    () => status('promote/acme/platform/x'),
    () => endOf('rollback/acme/platform/qa', 'run'),
  ];
  for (const question of questions)
    await expect(step.run(question)).rejects.toMatchObject({
      type: 'Unavailable',
      message: expect.stringMatching(/^Temporal did not answer/),
    });
  await connection.close();
});

type Asked = TemporalTest & { ask(method: keyof Workflows, ...args: readonly unknown[]): Promise<unknown> };

async function asking(body: (test: Asked) => Promise<void>): Promise<void> {
  await runOnDevServer(options, (test) =>
    body({
      ...test,
      ask: (method, ...args) => test.execute<typeof workflows.Asking>('Asking', { args: [method, args] }),
    }),
  );
}
