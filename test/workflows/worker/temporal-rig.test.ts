import { fileURLToPath } from 'node:url';
import { Context } from '@temporalio/activity';
import { WorkflowIdConflictPolicy } from '@temporalio/common';
import { describe, expect, test } from 'vitest';
import { laneWorkflow } from '../../../src/lane/messages.ts';
import type * as fixtures from '../../support/fixtures/workflows.ts';
import { runOnDevServer, runTimeSkipping } from '../../support/temporal.ts';
import { eventually } from '../support/eventually.ts';
import { laneOf } from '../support/fake-lane.ts';
import { promoteOnDevServer } from '../support/promotion.ts';
import { World } from '../support/world.ts';

const workflowsPath = fileURLToPath(new URL('../../support/fixtures/workflows.ts', import.meta.url));
const options = { workflowsPath, activities: { greet: async (name: string) => `hello ${name}` } };

describe('the rig on the dev server', () => {
  test('runs a workflow with the activities given', async () => {
    await runOnDevServer(options, async ({ execute }) => {
      expect(await execute<typeof fixtures.Greeting>('Greeting', { args: ['dev'] })).toBe('hello dev');
    });
  });

  test('finds the histories of children, of runs continued as new, and of what was signalled to start', async () => {
    await runOnDevServer(options, async ({ client, taskQueue, execute, histories }) => {
      await execute<typeof fixtures.Parent>('Parent', { args: ['child'] });
      await execute<typeof fixtures.Again>('Again', { args: [3] });
      const patient = await client.workflow.signalWithStart('Patient', {
        workflowId: `patient-${taskQueue}`,
        taskQueue,
        signal: 'goOn',
      });
      expect(await patient.result()).toBe('went on');
      const types = (await histories()).map(
        ({ history }) => history.events?.[0]?.workflowExecutionStartedEventAttributes?.workflowType?.name,
      );
      expect(types.sort()).toEqual(['Again', 'Again', 'Again', 'Greeting', 'Parent', 'Patient']);
    });
  });

  test('leaves no execution running', async () => {
    const { workflowId, taskQueue } = await runOnDevServer(options, async ({ start, taskQueue }) => {
      const { workflowId } = await start<typeof fixtures.Patient>('Patient', { args: [] });
      return { workflowId, taskQueue };
    });
    await runOnDevServer(options, async ({ client }) => {
      const { status } = await client.workflow.getHandle(workflowId).describe();
      expect(status.name, taskQueue).toBe('TERMINATED');
    });
  });

  test('carries a workflow over a restart of the worker', async () => {
    await runOnDevServer(options, async ({ start, worker }) => {
      const handle = await start<typeof fixtures.Patient>('Patient', {
        args: [],
        workflowIdConflictPolicy: WorkflowIdConflictPolicy.FAIL,
      });
      await worker.restart();
      await handle.signal('goOn');
      expect(await handle.result()).toBe('went on');
    });
  });

  test('fails at once when a workflow task fails', async () => {
    const wedged = runOnDevServer(options, ({ execute }) => execute<typeof fixtures.Wedged>('Wedged', { args: [] }));
    await expect(wedged).rejects.toThrow(/workflow task failed.*a plain error in workflow code/);
  });

  test('fails when the body does not wait for a workflow task that fails', async () => {
    const wedged = runOnDevServer(options, async ({ start, histories }) => {
      await start<typeof fixtures.Wedged>('Wedged', { args: [] });
      await eventually(async () => (await histories())[0]?.history.events?.length).toBeGreaterThan(3);
    });
    await expect(wedged).rejects.toThrow(/workflow task failed/);
  });

  test('fails when a history does not replay', async () => {
    const fickle = runOnDevServer(options, ({ execute }) => execute<typeof fixtures.Fickle>('Fickle', { args: [] }));
    await expect(fickle).rejects.toThrow(/does not replay/);
  });

  test('fails when a step starts a workflow without the time limit for its tasks', async () => {
    const world = new World([['dev']]);
    world.tellLane = async ({ gitops, source, environment, message }) => {
      const { client, info } = Context.current();
      await client.workflow.signalWithStart(laneWorkflow, {
        workflowId: laneOf(info.taskQueue, gitops.branch),
        taskQueue: info.taskQueue,
        args: [{ gitops, source, environment }],
        signal: message.signal,
        signalArgs: [message.payload] as [unknown],
        workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
      });
    };
    const forgotten = promoteOnDevServer(world, async ({ result, test: { histories } }) => {
      expect((await result()).state).toBe('promoted');
      await eventually(async () => (await histories()).length).toBe(2);
    });
    await expect(forgotten).rejects.toThrow(
      /^Started without workflowTaskTimeout of \S+:\nlane\/\S+ \(run \S+\): 10 s for a task instead of 4 s$/,
    );
  });

  test('rejects with what the body threw', async () => {
    const failing = runOnDevServer(options, async () => {
      throw new Error('this is the body');
    });
    await expect(failing).rejects.toThrow('this is the body');
  });
});

describe('the rig on the time-skipping server', () => {
  test('sleeps a month in a moment', async () => {
    await runTimeSkipping(options, async ({ execute }) => {
      expect(await execute<typeof fixtures.Sleeper>('Sleeper', { args: [] })).toBe('slept');
    });
  });

  test('replays what it ran', async () => {
    const fickle = runTimeSkipping(options, ({ execute }) => execute<typeof fixtures.Fickle>('Fickle', { args: [] }));
    await expect(fickle).rejects.toThrow(/does not replay/);
  });
});
